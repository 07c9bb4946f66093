"""The SLA clock: one promise to a customer, and whether it is kept.

Everything a clock says is computed from its segments, its target and its calendar; nothing
is added up as time goes by, so the same facts give the same answer at any later time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Self, TypeVar

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.escalation import Severity
from bot.domain.people import SlackUserId
from bot.domain.plan.promise import Promise, Terms
from bot.domain.time import segments as sla_segments
from bot.domain.time.business_hours import ALWAYS, Calendar
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason, Segment, Segments

ClockKind = NewType("ClockKind", str)

ACKNOWLEDGE = ClockKind("acknowledge")
FIRST_RESPONSE = ClockKind("first_response")
NEXT_UPDATE = ClockKind("next_update")
WORKAROUND = ClockKind("workaround")
RESOLUTION = ClockKind("resolution")
RCA_PRELIMINARY = ClockKind("rca_preliminary")
RCA_FINAL = ClockKind("rca_final")
# Every other kind is the policy's own.
KNOWN_KINDS = (
    ACKNOWLEDGE,
    FIRST_RESPONSE,
    NEXT_UPDATE,
    WORKAROUND,
    RESOLUTION,
    RCA_PRELIMINARY,
    RCA_FINAL,
)
# Met only when the customer agrees.
CONFIRMED_BY_CUSTOMER = frozenset({WORKAROUND, RESOLUTION})


class ClockState(StrEnum):
    """How a clock stands.

    NOT_OWED: nothing is promised at this severity. PROVISIONAL: stopped, and the customer has not
    agreed yet. BREACHED: past due and still open. MET_LATE is not met, and neither is WAIVED.
    """

    NOT_OWED = "not_owed"
    RUNNING = "running"
    PAUSED = "paused"
    PROVISIONAL = "provisional"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    WAIVED = "waived"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in {ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    by: SlackUserId
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClock:
    """One promise, measured from `started_at`.

    Attributes:
        cycle: Counts from 1; the next-update clock begins a new one with every update.
        breached_at: When the promise was broken; whatever happens later, it stays broken.
        broken: The promise that was broken then, which is the one it is measured by from then on;
            None while none is.
        how: What met it, in words or as a link; empty while it is open.
        is_confirmed: False while the customer has still to agree to what stopped it.
    """

    kind: ClockKind
    terms: Terms
    severity: Severity
    started_at: datetime
    segments: Segments
    cycle: int = 1
    has_workaround: bool = False
    stopped_at: datetime | None = None
    is_confirmed: bool = False
    breached_at: datetime | None = None
    broken: Promise | None = None
    cancelled_at: datetime | None = None
    waiver: Waiver | None = None
    how: str = ""

    @classmethod
    def started(cls, kind: ClockKind, terms: Terms, severity: Severity, *, at: datetime) -> Self:
        return cls(
            kind=kind,
            terms=terms,
            severity=severity,
            started_at=at,
            segments=(Segment(from_at=at),),
        )

    @property
    def target(self) -> Duration | None:
        """How soon it was promised; None when nothing is promised at this severity."""
        if self.broken is not None:
            return self.broken.target
        return self.terms.target(self.severity, after_workaround=self.has_workaround)

    @property
    def promised_for(self) -> Severity:
        """The severity whose target it is measured by: of a broken promise, the one it had."""
        return self.broken.severity if self.broken is not None else self.severity

    @property
    def is_contractual(self) -> bool:
        return self.promised_for in self.terms.contractual

    @property
    def source(self) -> str:
        """Who set the target: a tier, or a contract's reference; empty for the policy."""
        return self.terms.sources.get(self.promised_for, "")

    @property
    def calendar(self) -> Calendar:
        """The calendar in which its time is counted; real time has one that never closes."""
        return self.target.counted_in(self.terms.calendar) if self.target else ALWAYS

    @property
    def length(self) -> timedelta | None:
        """The promised time, of the time its calendar counts."""
        return self.target.length(self.terms.calendar) if self.target else None

    @property
    def due_at(self) -> datetime | None:
        """The instant the promise is broken; None while paused, or when nothing is promised.

        Once it is broken, no other target and no pause postpones it.
        """
        if self.breached_at is not None:
            return self.breached_at
        return None if self.length is None else self.reaches(self.length)

    @property
    def is_ended(self) -> bool:
        return bool(self.stopped_at or self.cancelled_at or self.waiver)

    @property
    def pause(self) -> Segment | None:
        """The pause it stands in; None while it runs or once it has ended."""
        last = self.segments[-1]
        return last if last.is_pause and last.to_at is None else None

    @property
    def is_recovered(self) -> bool:
        """Whether it was kept late, which is not met."""
        return self.stopped_at is not None and self.breached_at is not None

    def reaches(self, length: timedelta) -> datetime | None:
        """Return when that much has elapsed; None while it is paused before that."""
        return sla_segments.reaches(self.segments, self.calendar, length)

    def elapsed(self, now: datetime) -> timedelta:
        """Return the counted time from the start to `now`, pauses left out."""
        segments = sla_segments.settled(self.segments, now)
        return sla_segments.elapsed(segments, self.calendar, now)

    def remaining(self, now: datetime) -> timedelta | None:
        """Return the counted time that is left, negative when it is late."""
        return None if self.length is None else self.length - self.elapsed(now)

    def share(self, now: datetime) -> float:
        """Return the elapsed part of the target: 0.5 is half of it; 0 when nothing is owed."""
        return 0.0 if self.length is None else self.elapsed(now) / self.length

    def paused_for(self, now: datetime) -> timedelta:
        segments = sla_segments.settled(self.segments, now)
        return sla_segments.paused_for(segments, self.calendar, now)

    def state(self, now: datetime) -> ClockState:
        """Return how it stands; a clock that is open past its due time is breached at once."""
        if self.waiver is not None:
            return ClockState.WAIVED
        if self.cancelled_at is not None:
            return ClockState.CANCELLED
        clock = self.at(now)
        return _open_state(clock) if clock.stopped_at is None else _stopped_state(clock)

    def at(self, now: datetime) -> Self:
        """Return the clock as `now` finds it: pauses that are up have ended, a breach is noted."""
        clock = replace(self, segments=sla_segments.settled(self.segments, now))
        due_at = clock.due_at
        if self.is_ended or self.breached_at is not None or due_at is None or due_at > now:
            return clock
        return _broken(clock, due_at)

    def paused(
        self,
        reason: PauseReason,
        *,
        at: datetime,
        by: SlackUserId,
        evidence: str,
        until_at: datetime | None = None,
    ) -> Self:
        """Return the clock standing still from `at`, at most as long as its terms allow.

        Raises:
            NotNow: It does not run, it never pauses, or not for this reason.
            InvalidInput: Nothing shows the reason, or it is to end later than allowed.
        """
        clock = self.at(at)
        _must_run(clock)
        if reason not in self.terms.pauses or self.kind == NEXT_UPDATE:
            raise NotNow(f"The {_spoken(self.kind)} clock can't be paused for {_spoken(reason)}.")
        if not evidence.strip():
            raise InvalidInput({"evidence": "Add evidence: a link, or what was asked and when."})
        latest = self.latest_end(reason, at)
        if until_at is not None and until_at <= at:
            raise InvalidInput({"until": "The pause would end in the past."})
        if latest is not None and until_at is not None and until_at > latest:
            most = self.terms.pauses[reason]
            raise InvalidInput({"until": f"A pause for {reason} can last up to {most}."})
        pause = Segment(
            from_at=at,
            reason=reason,
            evidence=evidence.strip(),
            by=by,
            until_at=until_at or latest,
        )
        return replace(clock, segments=_followed_by(clock.segments, pause))

    def resumed(self, *, at: datetime, by: SlackUserId | None, because: str = "") -> Self:
        """Return the clock running again from `at`.

        Raises:
            NotNow: It is not paused.
        """
        clock = self.at(at)
        if clock.pause is None:
            raise NotNow(f"The {_spoken(self.kind)} clock isn't paused.")
        running = Segment(from_at=at, by=by)
        return replace(clock, segments=_followed_by(clock.segments, running, because))

    def stopped(self, *, at: datetime, how: str, is_confirmed: bool = True) -> Self:
        """Return the clock stopped at `at`: met when that is not after its due time.

        With `is_confirmed` False it is so provisionally, until the customer agrees.

        Raises:
            NotNow: It has ended already.
        """
        clock = self._ready_to_end(at)
        return replace(clock, stopped_at=at, how=how.strip(), is_confirmed=is_confirmed)

    def confirmed(self, *, how: str = "") -> Self:
        """Return the clock with its stop made final; the stop keeps its time.

        Raises:
            NotNow: It was not stopped.
        """
        if self.stopped_at is None:
            raise NotNow(f"The {_spoken(self.kind)} clock is still running.")
        return replace(self, is_confirmed=True, how=how.strip() or self.how)

    def reopened(self, *, at: datetime) -> Self:
        """Return the clock running on from where it stopped; the time between does not count.

        Raises:
            NotNow: It was not stopped.
        """
        if self.stopped_at is None:
            raise NotNow(f"The {_spoken(self.kind)} clock wasn't stopped.")
        segments = (*self.segments, Segment(from_at=at))
        return replace(self, segments=segments, stopped_at=None, is_confirmed=False, how="")

    def rejected(self, *, at: datetime) -> Self:
        """Return the clock running as if it had never stopped: what stopped it did not hold.

        Raises:
            NotNow: It was not stopped.
        """
        if self.stopped_at is None:
            raise NotNow(f"The {_spoken(self.kind)} clock wasn't stopped.")
        segments = (*self.segments[:-1], replace(self.segments[-1], to_at=None, ended_because=""))
        clock = replace(self, segments=segments, stopped_at=None, is_confirmed=False, how="")
        return clock.at(at)

    def waived(self, *, at: datetime, by: SlackUserId, why: str) -> Self:
        """Return the clock given up with a reason; it never counts as met.

        Raises:
            NotNow: It has ended already.
            InvalidInput: There is no reason.
        """
        if not why.strip():
            raise InvalidInput(
                {"why": "Add a reason: /escalate waive workaround customer agreed …"}
            )
        return replace(self._ready_to_end(at), waiver=Waiver(by=by, at=at, why=why.strip()))

    def cancelled(self, *, at: datetime) -> Self:
        """Return the clock ended because the escalation is over; an ended one stays as it is."""
        return self if self.is_ended else replace(self._ready_to_end(at), cancelled_at=at)

    def at_severity(self, severity: Severity, *, at: datetime) -> Self:
        """Return the clock with the target of `severity`, counted from the original start.

        A promise that is broken by then stays broken. An ended clock does not change.
        """
        if self.is_ended:
            return self
        return replace(self.at(at), severity=severity).at(at)

    def with_workaround(self, *, holds: bool, at: datetime) -> Self:
        """Return the clock with the target that holds with, or without, an accepted workaround."""
        if self.is_ended or self.has_workaround is holds:
            return self
        return replace(self.at(at), has_workaround=holds).at(at)

    def _ready_to_end(self, at: datetime) -> Self:
        """Return the clock with its last segment ended; a stop at the due instant is in time."""
        if self.is_ended:
            raise NotNow(f"The {_spoken(self.kind)} clock has already ended.")
        segments = sla_segments.settled(self.segments, at)
        clock = replace(self, segments=(*segments[:-1], segments[-1].ended(at)))
        due_at = clock.due_at
        # The instants decide: what is due at closing time and ends at night is late, although no
        # counted time has passed in between.
        late = self.breached_at is None and due_at is not None and due_at < at
        return _broken(clock, due_at) if late and due_at is not None else clock

    def is_planned(self, pause: Segment) -> bool:
        """Return whether a pause ends when somebody said it would, and not at its limit."""
        if pause.reason is None or pause.until_at is None:
            return False
        most = self.terms.pauses.get(pause.reason)
        return most is None or pause.until_at < most.after(pause.from_at, self.terms.calendar)

    def latest_end(self, reason: PauseReason, at: datetime) -> datetime | None:
        """Return when a pause that begins at `at` ends by itself; None: when somebody ends it."""
        most = self.terms.pauses[reason]
        return most.after(at, self.terms.calendar) if most is not None else None


SomeClock = TypeVar("SomeClock", bound=SlaClock)


def _broken(clock: SomeClock, at: datetime) -> SomeClock:
    target = clock.target
    broken = Promise(severity=clock.severity, target=target) if target else None
    return replace(clock, breached_at=at, broken=broken)


def _open_state(clock: SlaClock) -> ClockState:
    if clock.breached_at is not None:
        return ClockState.BREACHED
    if clock.target is None:
        return ClockState.NOT_OWED
    return ClockState.PAUSED if clock.pause else ClockState.RUNNING


def _stopped_state(clock: SlaClock) -> ClockState:
    if clock.breached_at is not None:
        return ClockState.MET_LATE
    return ClockState.MET if clock.is_confirmed else ClockState.PROVISIONAL


def _must_run(clock: SlaClock) -> None:
    if clock.is_ended:
        raise NotNow(f"The {_spoken(clock.kind)} clock has ended.")
    if clock.pause is not None:
        raise NotNow(f"The {_spoken(clock.kind)} clock is already paused.")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _followed_by(segments: Segments, next_one: Segment, because: str = "") -> Segments:
    return (*segments[:-1], segments[-1].ended(next_one.from_at, because), next_one)
