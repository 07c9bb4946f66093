"""Why a clock is due when it is due, as facts that a view can phrase, and what its pauses show."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.duration import Duration
from bot.domain.people import SlackUserId
from bot.domain.sla import Clock, ClockKind, ClockState, Waiver
from bot.domain.sla_segments import PauseReason

LARGE_SHARE = 0.25  # of a clock's life; domain.md 4.5
SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPause:
    """Attributes: counted: what of the pause would have counted; to_at: None while it lasts."""

    reason: PauseReason
    from_at: datetime
    to_at: datetime | None
    until_at: datetime | None
    counted: timedelta
    evidence: str
    by: SlackUserId | None
    ended_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything behind a due time.

    Attributes:
        time_zone: Of the calendar the promise was made in, for the local times in words.
        is_business_time: False when it is counted in real time, nights included.
        length: The target in counted time; None when nothing is owed.
        closed: Dates between start and due time on which the week's own hours did not hold.
        gaps: How often it was stopped and reopened.
    """

    kind: ClockKind
    cycle: int
    state: ClockState
    target: Duration | None
    length: timedelta | None
    is_contractual: bool
    source: str
    time_zone: str
    is_business_time: bool
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    elapsed: timedelta
    remaining: timedelta | None
    pauses: tuple[ExplainedPause, ...]
    paused_for: timedelta
    closed: tuple[date, ...]
    gaps: int
    waiver: Waiver | None
    how: str


def explain(clock: Clock, now: datetime) -> Explanation:
    """Return why the clock stands as it does at `now`."""
    found = clock.at(now)
    end = found.stopped_at or now
    return Explanation(
        kind=found.kind,
        cycle=found.cycle,
        state=found.state(now),
        target=found.target,
        length=found.length,
        is_contractual=found.is_contractual,
        source=found.source,
        time_zone=found.terms.calendar.time_zone,
        is_business_time=bool(found.target and found.target.unit.is_business),
        started_at=found.started_at,
        due_at=found.due_at,
        stopped_at=found.stopped_at,
        breached_at=found.breached_at,
        elapsed=found.elapsed(end),
        remaining=found.remaining(end),
        pauses=_pauses(found, now),
        paused_for=found.paused_for(now),
        closed=_closed(found, end),
        gaps=_gaps(found),
        waiver=found.waiver,
        how=found.how,
    )


class Suspicion(StrEnum):
    """What a pause audit points at; domain.md 4.5. A reason to look, never a verdict."""

    LARGE = "large"  # more than a quarter of the clock's life
    AFTER_WARNINGS = "after_warnings"  # two or more began just after a warning
    REPLIED = "replied"  # the customer replied, and it stood still all the same
    UNRENEWED = "unrenewed"  # its time was up and nobody said why it should go on


SOON_AFTER = timedelta(minutes=30)


def audit(
    clock: Clock,
    now: datetime,
    warned_at: tuple[datetime, ...] = (),
    replied_at: tuple[datetime, ...] = (),
) -> list[Suspicion]:
    """Return what is strange about a clock's pauses.

    `warned_at` says when its rungs were told, `replied_at` when the customer replied.
    """
    found = clock.at(now)
    pauses = [segment for segment in found.segments if segment.is_pause]
    life = found.elapsed(now) + found.paused_for(now)
    suspicions = []
    if life and found.paused_for(now) / life > LARGE_SHARE:
        suspicions.append(Suspicion.LARGE)
    hurried = [p for p in pauses if any(w <= p.from_at <= w + SOON_AFTER for w in warned_at)]
    if len(hurried) >= SEVERAL:
        suspicions.append(Suspicion.AFTER_WARNINGS)
    if any(
        p.from_at < r < (p.to_at or found.stopped_at or now) for p in pauses for r in replied_at
    ):
        suspicions.append(Suspicion.REPLIED)
    if any(p.to_at is not None and p.to_at == p.until_at for p in pauses):
        suspicions.append(Suspicion.UNRENEWED)
    return suspicions


def _pauses(clock: Clock, now: datetime) -> tuple[ExplainedPause, ...]:
    return tuple(
        ExplainedPause(
            reason=segment.reason,
            from_at=segment.from_at,
            to_at=segment.to_at,
            until_at=segment.until_at,
            counted=clock.calendar.elapsed(segment.from_at, segment.to_at or now),
            evidence=segment.evidence,
            by=segment.by,
            ended_because=segment.ended_because,
        )
        for segment in clock.segments
        if segment.reason is not None
    )


def _closed(clock: Clock, end: datetime) -> tuple[date, ...]:
    last = max(clock.due_at or end, clock.started_at)
    return tuple(clock.calendar.closed_days(clock.started_at, last))


def _gaps(clock: Clock) -> int:
    pairs = itertools.pairwise(clock.segments)
    return sum(1 for before, after in pairs if before.to_at != after.from_at)
