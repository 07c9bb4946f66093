"""What a clock is recomputed from: when it ran, when it stood still, why, and who said so."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from bot.domain.people import SlackUserId
from bot.domain.time.business_hours import NOTHING, Calendar

PauseReason = NewType("PauseReason", str)

Segments = tuple["Segment", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of a clock's life. A stop followed by a reopening leaves a gap between two.

    Attributes:
        from_at: Aware UTC. to_at: None while it lasts.
        reason: Why the clock stands still; None while it runs.
        evidence: What shows the reason: a link or words of the person who paused.
        by: Who began it; None when it began by itself.
        until_at: A pause ends by itself at this instant; None when somebody has to end it.
        ended_because: Why the pause ended, in words; empty while it lasts.
    """

    from_at: datetime
    to_at: datetime | None = None
    reason: PauseReason | None = None
    evidence: str = ""
    by: SlackUserId | None = None
    until_at: datetime | None = None
    ended_because: str = ""

    @property
    def is_pause(self) -> bool:
        return self.reason is not None

    def ended(self, at: datetime, because: str = "") -> "Segment":
        return replace(self, to_at=at, ended_because=because)


def settled(segments: Segments, now: datetime) -> Segments:
    """Return the segments with a pause that has outlived its end followed by running time."""
    if not segments:
        return segments
    last = segments[-1]
    if last.to_at is not None or last.until_at is None or last.until_at > now:
        return segments
    ended = last.ended(last.until_at, "reached its limit")
    return (*segments[:-1], ended, Segment(from_at=last.until_at))


def elapsed(segments: Segments, calendar: Calendar, now: datetime) -> timedelta:
    """Return what of the running time until `now` the calendar counts."""
    return sum(
        (calendar.elapsed(s.from_at, min(s.to_at or now, now)) for s in segments if not s.is_pause),
        NOTHING,
    )


def reaches(segments: Segments, calendar: Calendar, length: timedelta) -> datetime | None:
    """Return when `length` has elapsed: in the past, or to come while the clock runs.

    None while it is paused and has not got there. A clock that was stopped before is treated as
    if it had run on.
    """
    passed = NOTHING
    for segment in segments:
        if segment.is_pause:
            continue
        if segment.to_at is None:
            return calendar.after(segment.from_at, length - passed)
        counted = calendar.elapsed(segment.from_at, segment.to_at)
        if passed + counted >= length:
            return calendar.after(segment.from_at, length - passed)
        passed += counted
    end = segments[-1].to_at if segments else None
    return calendar.after(end, length - passed) if end is not None else None


def paused_for(segments: Segments, calendar: Calendar, now: datetime) -> timedelta:
    """Return how much counted time until `now` was spent standing still."""
    pauses = (s for s in segments if s.is_pause)
    spans = (calendar.elapsed(s.from_at, min(s.to_at or now, now)) for s in pauses)
    return sum(spans, NOTHING)
