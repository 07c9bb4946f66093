"""Business hours: how much of the time between two instants a calendar counts.

One rule decides everything: an instant counts when the clock on the wall of the calendar's
zone shows an open hour of that day. Hours that daylight saving skips do not exist and count
nothing; hours it repeats are lived twice and count twice. All sums are made in UTC.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECONDS_OF_A_DAY = 86_400
NOTHING = timedelta(0)
NOON = timedelta(hours=12)
WRITTEN = re.compile(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])")  # a window


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """Open from `opens` until just before `closes`, both on the wall clock since midnight."""

    opens: timedelta
    closes: timedelta

    WORDS: ClassVar[str] = "opening hours such as 09:00-17:00 (24:00 is the end of the day)"

    def __post_init__(self) -> None:
        if not NOTHING <= self.opens < self.closes <= DAY:
            raise ValueError(f"expected {self.WORDS}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "09:00-17:00"; what crosses midnight is written as two windows.

        Raises:
            ValueError: The text is no such window; the message says what is expected.
        """
        match = WRITTEN.fullmatch(text.replace(" ", ""))
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        hour, minute, to_hour, to_minute = (int(group) for group in match.groups())
        return cls(
            opens=timedelta(hours=hour, minutes=minute),
            closes=timedelta(hours=to_hour, minutes=to_minute),
        )

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


Hours = tuple[Window, ...]  # of one day; empty when it is closed

WHOLE_DAY: Hours = (Window(opens=NOTHING, closes=DAY),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `start` until just before `end`, both aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When somebody works.

    Attributes:
        time_zone: IANA name.
        weekly: The hours of the seven days, Monday first; at least one day is open.
        days: What differs on certain dates: half days, holidays (no hours), extra days.
        holidays: The region whose public holidays are among them, as a code; empty for nobody's.
    """

    time_zone: str
    weekly: tuple[Hours, ...]
    days: Mapping[date, Hours] = field(default_factory=dict)
    holidays: str = ""

    def __post_init__(self) -> None:
        if len(self.weekly) != 7 or not any(self.weekly):  # days of a week
            raise ValueError("expected the hours of seven days, one of them open")

    @property
    def is_always(self) -> bool:
        """Whether it counts every instant, as real time does."""
        return not self.days and all(hours == WHOLE_DAY for hours in self.weekly)

    def business_days(self, count: int) -> timedelta:
        """Return what so many business days are worth: one is an average shift of the week.

        Five business days of a five-day week are then exactly a week, however unequal its days.
        What goes on after midnight is still the shift of the day on which it began.
        """
        week = sum((open_for(hours) for hours in self.weekly), NOTHING)
        # Multiplied first: a day rounded before would end in the next open minute.
        return week * count / sum(1 for day in range(7) if self._begins_shift(day))

    def hours(self, day: date) -> Hours:
        """Return the opening hours of a local date."""
        return self.days.get(day, self.weekly[day.weekday()])

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of the time from `start` to `end` counts; zero when `end` is before."""
        if end <= start:
            return NOTHING
        if self.is_always:
            return end - start
        spans = self.open_between(start, end)
        return sum((span.end - span.start for span in spans), NOTHING)

    def after(self, start: datetime, duration: timedelta) -> datetime:
        """Return the first instant at which `duration` has counted since `start`, in UTC.

        What ends with a working day is due when that day ends, not when the next one begins.
        """
        start = start.astimezone(UTC)
        if duration <= NOTHING or self.is_always:
            return start + max(duration, NOTHING)
        left = duration
        for span in self._open_from(start):
            counted = span.end - span.start
            if counted >= left:
                return span.start + left
            left -= counted
        raise AssertionError("a calendar opens again and again")

    def next_open(self, at: datetime) -> datetime:
        """Return `at` when it counts, and otherwise the next instant that does."""
        return at if self.is_always else next(self._open_from(at.astimezone(UTC))).start

    def open_between(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what is open from `start` to `end`, in order."""
        for span in self._open_from(start.astimezone(UTC)):
            if span.start >= end:
                return
            yield Span(start=span.start, end=min(span.end, end))

    def _begins_shift(self, weekday: int) -> bool:
        """Return whether that day is more than the end of a night that began the day before."""
        hours, before = self.weekly[weekday], self.weekly[weekday - 1]
        is_tail = (
            len(hours) == 1
            and hours[0].opens == NOTHING
            and hours[0].closes <= NOON
            and any(window.closes == DAY for window in before)
        )
        return bool(hours) and not is_tail

    def _open_from(self, start: datetime) -> Iterator[Span]:
        day = start.date()
        while True:
            for stretch in _stretches(self.time_zone, day):
                for span in self._open_in(stretch):
                    if span.end > start:
                        yield Span(start=max(span.start, start), end=span.end)
            day += DAY

    def _open_in(self, stretch: "_Stretch") -> Iterator[Span]:
        """Yield what is open in a stretch of time during which local time runs evenly."""
        midnight = (stretch.start + stretch.offset).replace(hour=0, minute=0, second=0)
        while (opens := midnight - stretch.offset) < stretch.end:
            for window in self.hours(midnight.date()):
                start = max(opens + window.opens, stretch.start)
                end = min(opens + window.closes, stretch.end)
                if start < end:
                    yield Span(start=start, end=end)
            midnight += DAY


ALWAYS = Calendar(time_zone="UTC", weekly=(WHOLE_DAY,) * 7)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a UTC day in which a zone keeps one offset from UTC."""

    start: datetime
    end: datetime
    offset: timedelta


@functools.lru_cache(maxsize=8192)
def _stretches(time_zone: str, day: date) -> tuple[_Stretch, ...]:
    """Return the stretches of one UTC day: one, or two on the day of a change."""
    zone = ZoneInfo(time_zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def offset(second: int) -> timedelta:
        found = (start + timedelta(seconds=second)).astimezone(zone).utcoffset()
        return found if found is not None else NOTHING

    before, after = offset(0), offset(SECONDS_OF_A_DAY - 1)
    if before == after:
        return (_Stretch(start, start + DAY, before),)
    kept, changed = 0, SECONDS_OF_A_DAY - 1  # no zone changes twice within a day
    while changed - kept > 1:
        middle = (kept + changed) // 2
        kept, changed = (middle, changed) if offset(middle) == before else (kept, middle)
    turn = start + timedelta(seconds=changed)
    return (_Stretch(start, turn, before), _Stretch(turn, start + DAY, after))


def open_for(hours: Hours) -> timedelta:
    """Return how long a day with these hours is open on the wall clock."""
    return sum((window.closes - window.opens for window in hours), NOTHING)


def _clock(since_midnight: timedelta) -> str:
    minutes = int(since_midnight.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"
