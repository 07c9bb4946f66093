"""The parts that a time is put together from, beside its day: clock, length, zone and so on."""

from dataclasses import dataclass
from datetime import time, timedelta

from bot.domain.time.due.days import Day
from bot.domain.time.due.readings import END_OF_DAY
from bot.domain.time.due.zones import Zones

NOON = time(12, 0)
MIDNIGHT = time(0, 0)
# From here to before noon nobody means the evening who names a day and an hour.
FIRST_HOUR = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HourOfDay:
    """An hour of a day.

    Attributes:
        times: What it can mean: days to add, and the time on that day's clock.
        is_loose: Neither am nor pm was said, and it is not written as twenty-four hours.
        is_bare: A lone number, which may be no time at all.
        is_today: Today's, when no day is named; any other clock is the next one.
    """

    times: tuple[tuple[int, time], ...]
    is_loose: bool = False
    is_bare: bool = False
    is_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfDay:
    """Morning, afternoon, evening or night.

    Attributes:
        start, end: The hours it covers.
        offered: Hours to choose from when no hour is named.
        is_today: It says the day as well, as "tonight" does.
    """

    start: int
    end: int
    offered: tuple[int, ...]
    is_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A span from now on.

    Attributes:
        elapsed: Real time; a day is twenty-four hours.
        days: Set when it is whole days, which may take a clock: "in 2 days at 9am".
        clock: What it means as a clock, if it can: "15h" is fifteen hours or three o'clock.
        is_open: A lone number behind it may belong to it, as in "2 hours 30".
    """

    elapsed: timedelta
    days: int | None = None
    clock: HourOfDay | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    zones: Zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Vague:
    """Words such as "asap" or "next week"; the days are those to choose from."""

    days: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dotted:
    """What is a date or a clock: "3.12"."""

    day: Day
    clock: HourOfDay


Part = Dotted | Day | HourOfDay | PartOfDay | Length | WorkingDays | Zone | Vague


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A part, and where the words end that name it.

    Attributes:
        opens: These words may just as well begin the sentence that follows a time.
    """

    part: Part
    end: int
    opens: bool = False


END = HourOfDay(times=((0, END_OF_DAY),), is_today=True)
AT_NOON = HourOfDay(times=((0, NOON),))
# Of a day it is its beginning or its end.
AT_MIDNIGHT = HourOfDay(times=((0, MIDNIGHT), (1, MIDNIGHT)))


def loose(hour: int, minute: int = 0) -> HourOfDay | None:
    """Return the clock of an hour of which nobody said whether it is am or pm."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    if hour == 24:
        return HourOfDay(times=((1, MIDNIGHT),))
    early = (0, time(hour, minute))
    if hour in {0, 12} or hour > 12:
        return HourOfDay(times=(early,))
    return HourOfDay(times=(early, (0, time(hour + 12, minute))), is_loose=True)


def exact(hour: int, minute: int = 0) -> HourOfDay | None:
    """Return the clock of an hour of twenty-four."""
    found = loose(hour, minute)
    return HourOfDay(times=found.times[:1]) if found else None


def half_day(hour: int, minute: int, half: str) -> HourOfDay | None:
    """Return the clock of an hour of twelve; `half` is "a" or "p"."""
    if not 1 <= hour <= 12 or minute > 59:
        return None
    if hour == 12 and half == "a":
        return AT_MIDNIGHT if minute == 0 else HourOfDay(times=((0, time(0, minute)),))
    return HourOfDay(times=((0, time(hour % 12 + (12 if half == "p" else 0), minute)),))
