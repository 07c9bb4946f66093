"""The day part of a time: which dates "friday", "3/12" or "next monday" can mean.

A meaning is a row of dates, of which the first one to come is meant: "17:00 tue" on a Tuesday is
today until five, and in a week afterwards. Several meanings are several readings of one phrase.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import Protocol

Meaning = tuple[date, ...]
WEEK = timedelta(days=7)
SUNDAY = 6
YEARS_AHEAD = 4  # in which a date without a year is looked for; the 29th of February comes by then


class Which(StrEnum):
    """What stands before or behind a weekday."""

    PLAIN = ""
    THIS = "this"
    NEXT = "next"
    NEXT_WEEK = "of next week"


class Day(Protocol):
    def meanings(self, today: date) -> tuple[Meaning, ...]:
        """Return what it can mean on that day; empty when there is no such date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Today and the days counted from it."""

    days: int

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        return ((today + timedelta(days=self.days),),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWeekday:
    """A weekday; Monday is 0."""

    weekday: int
    which: Which = Which.PLAIN

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        ahead = (self.weekday - today.weekday()) % 7
        nearest = today + timedelta(days=ahead)
        if self.which is Which.PLAIN:
            return ((nearest, nearest + WEEK),) if ahead == 0 else ((nearest,),)
        this_week = today + timedelta(days=self.weekday - today.weekday())
        if self.which is Which.THIS:
            # On a Thursday "this monday" may be a slip: then both Mondays to come are offered.
            return ((nearest,),) if nearest == this_week else ((nearest,), (nearest + WEEK,))
        following = this_week + WEEK
        if self.which is Which.NEXT:
            first = nearest if ahead else nearest + WEEK
            found = {first, following}
        else:
            found = {following}
        # Weeks begin on Sunday for some people and on Monday for others.
        if today.weekday() == SUNDAY or self.weekday == SUNDAY:
            found |= {following + WEEK} if today.weekday() == SUNDAY else {this_week}
        return tuple((day,) for day in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """A date, as month and day; several where 3/12 may be two; the next ones without a year."""

    dates: tuple[tuple[int, int], ...]
    year: int | None = None

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        years = [self.year] if self.year else range(today.year, today.year + YEARS_AHEAD + 5)
        rows = (
            tuple(found for year in years if (found := _date(year, month, day)))
            for month, day in dict.fromkeys(self.dates)
        )
        return tuple(row for row in rows if row)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDayOfMonth:
    """The 15th: of this month, or of the next one that has it."""

    day: int

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        months = (_month(today, ahead) for ahead in range(4))
        row = tuple(
            found for first in months if (found := _date(first.year, first.month, self.day))
        )
        return (row,) if row else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekEnd:
    """The Friday of this week or of a later one."""

    weeks: int = 0

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        monday = today - timedelta(days=today.weekday())
        friday = monday + timedelta(days=4) + self.weeks * WEEK
        # On a Sunday it is not known which week the writer is in.
        return ((friday,), (friday + WEEK,)) if today.weekday() == SUNDAY else ((friday,),)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnd:
    """The last day of this month, of the next one, or of a month that is named."""

    ahead: int = 0
    month: int | None = None

    def meanings(self, today: date) -> tuple[Meaning, ...]:
        if self.month is None:
            return ((_month(today, self.ahead + 1) - timedelta(days=1),),)
        first = [_date(today.year + years, self.month, 1) for years in range(2)]
        return (tuple(_month(day, 1) - timedelta(days=1) for day in first if day),)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year < MAXYEAR else None
    except ValueError:
        return None


def _month(day: date, ahead: int) -> date:
    """Return the first day of the month that many months ahead."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def weekdays_after(today: date, count: int) -> date:
    """Return the day that many Mondays to Fridays later."""
    return next(day for n, day in enumerate(_working(today), 1) if n == count)


def _working(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if day.weekday() < SUNDAY - 1:
            yield day
