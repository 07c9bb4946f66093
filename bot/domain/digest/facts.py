"""What a digest is made of: all that is open, due and moved, as read at one instant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import (
    Confidence,
    EscalationId,
    Severity,
    Status,
    Visibility,
    number_of,
)
from bot.domain.escalation.room import ChannelId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.domain.sla.clock import NEXT_UPDATE, ClockKind
from bot.domain.time.segments import PauseReason

DAY = timedelta(days=1)
SOON = timedelta(hours=24)
STUCK = timedelta(hours=24)  # a blocker that stands for longer is leadership's business
STATUS_KINDS = frozenset({EntryKind.STATUS_CHANGED, EntryKind.REOPENED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEscalation:
    """As much of an escalation as it takes to name it."""

    id: EscalationId
    customer: str
    severity: Severity
    visibility: Visibility
    raised_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.id, self.raised_at)

    @property
    def is_private(self) -> bool:
        return self.visibility is Visibility.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEscalation(NamedEscalation):
    """As much of an escalation that is not over as a digest says.

    Attributes:
        arr: What the customer pays in a year, in whole units of `arr_currency`; None: not known.
        renews_on: The last day of the customer's contract; None: not known.
        owner_name, handover_name: None when we do not know the person by name.
        room: None while there is none.
        blocked_since: When the oldest blocker that stands was said; None without one.
    """

    title: str
    tier: Tier
    status: Status
    owner: SlackUserId
    arr: int | None = None
    arr_currency: str = ""
    renews_on: date | None = None
    owner_name: str | None = None
    acknowledged_at: datetime | None = None
    next_update_due_at: datetime | None = None
    confidence: Confidence | None = None
    situation: str = ""
    handover_to: SlackUserId | None = None
    handover_name: str | None = None
    room: ChannelId | None = None
    blocked_since: datetime | None = None

    def is_stuck(self, now: datetime) -> bool:
        """Whether a blocker has stood for too long."""
        return self.blocked_since is not None and now - self.blocked_since > STUCK

    def misses_update(self, now: datetime) -> bool:
        """Whether the customer should have heard from us before now."""
        return self.next_update_due_at is not None and self.next_update_due_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """An item that stands and wants attention: due today, stuck, or slipped.

    Attributes:
        said_at: Since when it has stood.
        of_kind: How many such items of its kind there are; only the first are read.
    """

    escalation_id: EscalationId
    kind: ItemKind
    number: int
    text: str
    said_at: datetime
    of_kind: int
    owner: SlackUserId | None = None
    owner_name: str | None = None
    due_at: datetime | None = None
    forecast_at: datetime | None = None

    @property
    def label(self) -> str:
        return f"{self.kind.spec.letter}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A timeline entry that says an escalation was opened, or its status or severity changed.

    Attributes:
        from_state, to_state: What changed from what to what, as the entry keeps it; None of an
            opening, and of changes from before that was kept.
        severity, status: What they are now.
    """

    escalation_id: EscalationId
    kind: EntryKind
    at: datetime
    customer: str
    raised_at: datetime
    severity: Severity
    status: Status
    from_state: str | None = None
    to_state: str | None = None

    @property
    def number(self) -> str:
        return number_of(self.escalation_id, self.raised_at)

    @property
    def statuses(self) -> tuple[Status, Status] | None:
        """From which status to which; None when it is no change of status."""
        if self.kind not in STATUS_KINDS or self.from_state is None or self.to_state is None:
            return None
        return Status(self.from_state), Status(self.to_state)

    @property
    def severities(self) -> tuple[Severity, Severity] | None:
        """From which severity to which; None when it is no change of severity."""
        is_severity = self.kind is EntryKind.SEVERITY_CHANGED
        if not is_severity or self.from_state is None or self.to_state is None:
            return None
        return Severity(self.from_state), Severity(self.to_state)


class SlaState(StrEnum):
    BREACHED = "breached"
    AT_RISK = "at_risk"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaLine:
    """One promise of time to a customer that is broken, or will be within 24 hours, or recovered.

    Attributes:
        escalation: Of what was broken, it may have ended meanwhile.
        clock_name: What was promised, as the policy calls it.
        due_at: When it was, or is, to be kept.
        is_routine: An update that comes round again and again.
        recovered_at: When it was kept, late; None while it is not.
    """

    escalation: NamedEscalation
    clock_name: str
    due_at: datetime
    state: SlaState
    is_routine: bool = False
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock that runs and is due soon or broken, or that was kept late, or ended broken.

    Attributes:
        id, customer, severity, visibility, raised_at: Of its escalation.
        stopped_at: When it was kept, late; None while it runs, and of one that ended broken.
    """

    id: EscalationId
    customer: str
    severity: Severity
    visibility: Visibility
    raised_at: datetime
    kind: ClockKind
    due_at: datetime
    stopped_at: datetime | None = None

    @property
    def escalation(self) -> NamedEscalation:
        return NamedEscalation(
            id=self.id,
            customer=self.customer,
            severity=self.severity,
            visibility=self.visibility,
            raised_at=self.raised_at,
        )

    def state(self, now: datetime) -> SlaState:
        if self.stopped_at is not None:
            return SlaState.RECOVERED
        return SlaState.BREACHED if self.due_at < now else SlaState.AT_RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedClock:
    """A clock that stands still; `until_at` None: nobody said for how long."""

    escalation_id: EscalationId
    kind: ClockKind
    reason: PauseReason
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedLine:
    """The clocks of an escalation that stand still for one reason.

    Attributes:
        clock_names, reason: As the policy calls them.
        until_at: The first end that is planned; None: nobody said for how long.
    """

    escalation: OpenEscalation
    clock_names: tuple[str, ...]
    reason: str
    until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """Everything a digest is made of.

    Attributes:
        now: When it was read.
        since: The last digest, or a day ago: what happened after it is news.
        open: Everything that is not over and may be seen.
        moves: Since `since` or earlier, the oldest first.
        restricted: How many private ones are open that may not be seen; 0 where that number
            would say too much.
        clocks: Promises of time; those about the next update are made by `update_lines`.
        paused: Clocks that stand still.
    """

    now: datetime
    since: datetime
    open: tuple[OpenEscalation, ...] = ()
    items: tuple[DueItem, ...] = ()
    moves: tuple[StateChange, ...] = ()
    restricted: int = 0
    clocks: tuple[SlaLine, ...] = ()
    paused: tuple[PausedLine, ...] = ()

    @property
    def breaches_since(self) -> datetime:
        """From when on a breach is news: a day ago, or the last digest where that is longer ago."""
        return min(self.since, self.now - DAY)


def clock_lines(
    clocks: Iterable[ClockLine],
    now: datetime,
    *,
    titled: Callable[[ClockKind], str],
) -> tuple[SlaLine, ...]:
    """Return what is said of these clocks; `titled` gives what people call one."""
    return tuple(
        SlaLine(
            escalation=clock.escalation,
            clock_name=titled(clock.kind),
            due_at=clock.due_at,
            state=clock.state(now),
            is_routine=clock.kind == NEXT_UPDATE,
            recovered_at=clock.stopped_at,
        )
        for clock in clocks
    )


def paused_lines(
    found: Iterable[OpenEscalation],
    paused: Iterable[PausedClock],
    *,
    titled: Callable[[ClockKind], str],
    reason_titled: Callable[[PauseReason], str],
) -> tuple[PausedLine, ...]:
    """Return what is said of clocks that stand still, one line for each reason."""
    together: dict[tuple[EscalationId, PauseReason], list[PausedClock]] = {}
    for clock in paused:
        together.setdefault((clock.escalation_id, clock.reason), []).append(clock)
    known = {one.id: one for one in found}
    return tuple(
        PausedLine(
            escalation=known[escalation_id],
            clock_names=tuple(dict.fromkeys(titled(clock.kind) for clock in clocks)),
            reason=reason_titled(reason),
            until_at=min((c.until_at for c in clocks if c.until_at), default=None),
        )
        for (escalation_id, reason), clocks in together.items()
        if escalation_id in known
    )


def update_lines(
    found: Iterable[OpenEscalation], now: datetime, *, title: str
) -> tuple[SlaLine, ...]:
    """Return the customer updates that were missed, or fall due within 24 hours."""
    return tuple(
        SlaLine(
            escalation=one,
            clock_name=title,
            is_routine=True,
            due_at=one.next_update_due_at,
            state=SlaState.BREACHED if one.misses_update(now) else SlaState.AT_RISK,
        )
        for one in found
        if one.next_update_due_at is not None and one.next_update_due_at <= now + SOON
    )
