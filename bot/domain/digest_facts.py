"""What a digest is made of: all that is open, due and moved, as read at one instant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.customer import Tier
from bot.domain.escalation import (
    Confidence,
    EscalationId,
    Severity,
    Status,
    Visibility,
    number_of,
)
from bot.domain.item import LETTERS, ItemKind
from bot.domain.people import SlackUserId
from bot.domain.room import ChannelId
from bot.domain.sla import ClockKind
from bot.domain.timeline import EntryKind

SOON = timedelta(hours=24)
STUCK = timedelta(hours=24)  # a blocker that stands for longer is leadership's business
STATUS_KINDS = frozenset({EntryKind.STATUS_CHANGED, EntryKind.REOPENED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEscalation:
    """As much of an escalation that is not over as a digest says.

    Attributes:
        owner_name, handover_name: None when we do not know the person by name.
        room: None while there is none.
        blocked_since: When the oldest blocker that stands was said; None without one.
    """

    id: EscalationId
    title: str
    customer: str
    tier: Tier
    severity: Severity
    status: Status
    visibility: Visibility
    owner: SlackUserId
    raised_at: datetime
    owner_name: str | None = None
    acknowledged_at: datetime | None = None
    next_update_due_at: datetime | None = None
    confidence: Confidence | None = None
    situation: str = ""
    handover_to: SlackUserId | None = None
    handover_name: str | None = None
    room: ChannelId | None = None
    blocked_since: datetime | None = None

    @property
    def number(self) -> str:
        return number_of(self.id, self.raised_at)

    @property
    def is_private(self) -> bool:
        return self.visibility is Visibility.PRIVATE

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
        return f"{LETTERS[self.kind]}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
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
        clock_name: What was promised, such as "next update" or "Resolution".
        due_at: When it was, or is, to be kept.
        recovered_at: When it was kept, late; None while it is not.
    """

    escalation: OpenEscalation
    clock_name: str
    due_at: datetime
    state: SlaState
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock that runs and is due soon or broken, or that was kept late.

    Attributes:
        stopped_at: When it was kept, late; None while it runs.
    """

    escalation_id: EscalationId
    kind: ClockKind
    due_at: datetime
    stopped_at: datetime | None = None

    def state(self, now: datetime) -> SlaState:
        if self.stopped_at is not None:
            return SlaState.RECOVERED
        return SlaState.BREACHED if self.due_at < now else SlaState.AT_RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a digest is made of.

    Attributes:
        now: When it was read.
        since: The last digest, or a day ago: what happened after it is news.
        open: Everything that is not over and may be seen.
        moves: Since `since` or earlier, the oldest first.
        restricted: How many private ones are open that may not be seen; 0 where that number
            would say too much.
        clocks: Promises of time; those about the next update are made by `update_lines`.
    """

    now: datetime
    since: datetime
    open: tuple[OpenEscalation, ...] = ()
    items: tuple[DueItem, ...] = ()
    moves: tuple[Move, ...] = ()
    restricted: int = 0
    clocks: tuple[SlaLine, ...] = ()


def clock_lines(
    found: Iterable[OpenEscalation],
    clocks: Iterable[ClockLine],
    now: datetime,
    *,
    titled: Callable[[ClockKind], str],
) -> tuple[SlaLine, ...]:
    """Return what is said of these clocks; `titled` gives what people call one."""
    known = {one.id: one for one in found}
    return tuple(
        SlaLine(
            escalation=known[clock.escalation_id],
            clock_name=titled(clock.kind),
            due_at=clock.due_at,
            state=clock.state(now),
            recovered_at=clock.stopped_at,
        )
        for clock in clocks
        if clock.escalation_id in known
    )


def update_lines(found: Iterable[OpenEscalation], now: datetime) -> tuple[SlaLine, ...]:
    """Return the customer updates that were missed, or fall due within 24 hours."""
    return tuple(
        SlaLine(
            escalation=one,
            clock_name="next update",
            due_at=one.next_update_due_at,
            state=SlaState.BREACHED if one.misses_update(now) else SlaState.AT_RISK,
        )
        for one in found
        if one.next_update_due_at is not None and one.next_update_due_at <= now + SOON
    )
