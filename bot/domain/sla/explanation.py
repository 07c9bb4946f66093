"""Why a clock is due when it is due, as facts that a view can phrase, and what its pauses show."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.people import SlackUserId
from bot.domain.sla.clock import ClockKind, ClockState, SlaClock, Waiver
from bot.domain.time.business_hours import NOTHING, Calendar, Span
from bot.domain.time.counted_days import CountedDays, counted_days
from bot.domain.time.duration import Duration
from bot.domain.time.local_time import to_the_minute
from bot.domain.time.segments import PauseReason, Segment

LARGE_SHARE = 0.25  # of a clock's life spent paused
SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPause:
    """One pause.

    Attributes:
        to_at: None while it lasts.
        until_at: When it ends by itself; None when somebody has to end it.
        is_planned: Its end was said when it began; otherwise that is as long as it may last.
        counted: What of the pause would have counted, between its times to the minute.
    """

    reason: PauseReason
    from_at: datetime
    to_at: datetime | None
    until_at: datetime | None
    is_planned: bool
    counted: timedelta
    evidence: str
    by: SlackUserId | None
    ended_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An earlier cycle that was not in time: `kept_at` is when it was kept late, if it was."""

    due_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything behind a due time.

    Attributes:
        source: Who set the target: a tier, or a contract's reference; empty for the policy.
        calendar: The one the promise was made in; its zone is that of the times in words.
        is_business_time: False when it is counted in real time, nights included.
        length: The target in counted time; None when nothing is owed.
        used: What has counted so far, between times to the minute, as people reckon with them.
        late_for: Real time from the breach until it ended or until now; None while not broken.
        resumes_at: When it runs on by itself; None while it runs, or when somebody has to say so.
        due_on_paper: When it is due, reckoned with times to the minute; None as `due_at` is.
        due_if_resumed: Of a paused clock, the same if it runs on then, or else at once.
        days: What counts from its start to its due time, as a sum; empty in real time, and once
            it has ended.
        gaps: How often it was stopped and reopened.
        missed: Earlier cycles that were not in time, the latest last.
    """

    kind: ClockKind
    cycle: int
    state: ClockState
    target: Duration | None
    length: timedelta | None
    is_contractual: bool
    source: str
    calendar: Calendar
    is_business_time: bool
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    used: timedelta
    late_for: timedelta | None
    pauses: tuple[ExplainedPause, ...]
    paused_for: timedelta
    resumes_at: datetime | None
    due_on_paper: datetime | None
    due_if_resumed: datetime | None
    days: tuple[CountedDays, ...]
    gaps: int
    missed: tuple[Missed, ...]
    waiver: Waiver | None
    how: str

    @property
    def time_zone(self) -> str:
        return self.calendar.time_zone


def explain(
    clock: SlaClock,
    now: datetime,
    *,
    holidays: Mapping[date, str] | None = None,
    earlier: Sequence[SlaClock] = (),
) -> Explanation:
    """Return why the clock stands as it does at `now`.

    `holidays` names public holidays of its calendar; `earlier` are the cycles before it.
    """
    found = clock.at(now)
    end = found.stopped_at or now
    pause = None if found.is_ended else found.pause
    running = _on_paper(_running_on(found, now))
    return Explanation(
        kind=found.kind,
        cycle=found.cycle,
        state=found.state(now),
        target=found.target,
        length=found.length,
        is_contractual=found.is_contractual,
        source=found.source,
        calendar=found.terms.calendar,
        is_business_time=bool(found.target and found.target.unit.is_business),
        started_at=found.started_at,
        due_at=found.due_at,
        stopped_at=found.stopped_at,
        breached_at=found.breached_at,
        used=_used(found, end),
        late_for=max(end - found.breached_at, NOTHING) if found.breached_at else None,
        pauses=_pauses(found, now),
        paused_for=found.paused_for(now),
        resumes_at=pause.until_at if pause else None,
        due_on_paper=running.due_at if found.due_at else None,
        due_if_resumed=running.due_at if found.due_at is None and pause else None,
        days=_days(running, holidays or {}),
        gaps=_gaps(found),
        missed=tuple(_missed(cycle) for cycle in earlier if cycle.breached_at is not None),
        waiver=found.waiver,
        how=found.how,
    )


class AuditFinding(StrEnum):
    """What a pause audit points at. A reason to look, never a verdict."""

    LARGE = "large"  # more than a quarter of the clock's life
    AFTER_WARNINGS = "after_warnings"  # two or more began just after a warning
    ENDED_AROUND_WARNINGS = "ended_around_warnings"  # two or more ended shortly before or after one
    REPLIED = "replied"  # the customer replied, and it stood still all the same
    UNRENEWED = "unrenewed"  # its time was up and nobody said why it should go on


SOON_AFTER = timedelta(minutes=30)


def audit(
    clock: SlaClock,
    now: datetime,
    warned_at: tuple[datetime, ...] = (),
    replied_at: tuple[datetime, ...] = (),
) -> list[AuditFinding]:
    """Return what is strange about a clock's pauses.

    `warned_at` says when its rungs were told, `replied_at` when the customer replied.
    """
    found = clock.at(now)
    pauses = [segment for segment in found.segments if segment.is_pause]
    life = found.elapsed(now) + found.paused_for(now)
    suspicions = []
    if life and found.paused_for(now) / life > LARGE_SHARE:
        suspicions.append(AuditFinding.LARGE)
    hurried = [p for p in pauses if any(w <= p.from_at <= w + SOON_AFTER for w in warned_at)]
    if len(hurried) >= SEVERAL:
        suspicions.append(AuditFinding.AFTER_WARNINGS)
    if any(
        p.from_at < r < (p.to_at or found.stopped_at or now) for p in pauses for r in replied_at
    ):
        suspicions.append(AuditFinding.REPLIED)
    ends = [p.to_at for p in pauses if p.to_at is not None]
    around = [at for at in ends if any(abs(at - w) <= SOON_AFTER for w in warned_at)]
    if len(around) >= SEVERAL:
        suspicions.append(AuditFinding.ENDED_AROUND_WARNINGS)
    # One that ended when it was said to end was no forgotten one.
    if any(
        p.to_at is not None and p.to_at == p.until_at and not found.is_planned(p) for p in pauses
    ):
        suspicions.append(AuditFinding.UNRENEWED)
    return suspicions


def _pauses(clock: SlaClock, now: datetime) -> tuple[ExplainedPause, ...]:
    return tuple(
        ExplainedPause(
            reason=segment.reason,
            from_at=segment.from_at,
            to_at=segment.to_at,
            until_at=segment.until_at,
            is_planned=clock.is_planned(segment),
            counted=_counted(clock, segment, now),
            evidence=segment.evidence,
            by=segment.by,
            ended_because=segment.ended_because,
        )
        for segment in clock.segments
        if segment.reason is not None
    )


def _running_on(clock: SlaClock, now: datetime) -> SlaClock:
    """Return a paused clock as it will run on: when its pause ends by itself, or else at once."""
    if clock.is_ended or clock.pause is None:
        return clock
    until_at = clock.pause.until_at
    return clock.at(until_at) if until_at else clock.resumed(at=now, by=None)


def _on_paper(clock: SlaClock) -> SlaClock:
    """Return the clock with times to the minute, as whoever redoes the sum reads them."""
    segments = tuple(
        replace(
            segment,
            from_at=to_the_minute(segment.from_at),
            to_at=to_the_minute(segment.to_at) if segment.to_at else None,
        )
        for segment in clock.segments
    )
    return replace(clock, segments=segments, breached_at=None)


def _days(clock: SlaClock, holidays: Mapping[date, str]) -> tuple[CountedDays, ...]:
    due_at, target = clock.due_at, clock.target
    if clock.is_ended or due_at is None or target is None or not target.unit.is_business:
        return ()
    running = [
        Span(start=segment.from_at, end=min(segment.to_at or due_at, due_at))
        for segment in clock.segments
        if not segment.is_pause and segment.from_at < due_at
    ]
    return counted_days(clock.calendar, running, holidays)


def _missed(clock: SlaClock) -> Missed:
    return Missed(due_at=clock.breached_at or clock.started_at, kept_at=clock.stopped_at)


def _used(clock: SlaClock, end: datetime) -> timedelta:
    running = (segment for segment in clock.segments if not segment.is_pause)
    return sum((_counted(clock, segment, end) for segment in running), NOTHING)


def _counted(clock: SlaClock, segment: Segment, now: datetime) -> timedelta:
    end = min(segment.to_at or now, now)
    return clock.calendar.elapsed(to_the_minute(segment.from_at), to_the_minute(end))


def _gaps(clock: SlaClock) -> int:
    pairs = itertools.pairwise(clock.segments)
    return sum(1 for before, after in pairs if before.to_at != after.from_at)
