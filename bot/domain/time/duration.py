"""Durations as people write them, in real time or in the business time of a calendar."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from bot.domain.time.business_hours import ALWAYS, Calendar

MOST_OF_A_UNIT = 99_999


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    BUSINESS_HOURS = "bh"
    BUSINESS_DAYS = "bd"

    @property
    def is_business(self) -> bool:
        """Whether it is counted in a calendar; the others are real time."""
        return self in {Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A count of one unit. Two spellings of one span differ, because people wrote them."""

    count: int
    unit: Unit

    WORDS: ClassVar[str] = (
        'a duration such as "30 min", "4 h", "8 bh" (business hours) or "2 bd" (business days)'
    )

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_OF_A_UNIT:
            raise ValueError(f"expected 1 to {MOST_OF_A_UNIT} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "30 min", "4 h", "8 bh" or "2 bd".

        Raises:
            ValueError: The text is no such duration; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([1-9][0-9]{0,4})\s*(min|h|bh|bd)\s*", text)
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        return cls(count=int(match[1]), unit=Unit(match[2]))

    def counted_in(self, calendar: Calendar) -> Calendar:
        """Return the calendar it is counted in: real time passes at night as well."""
        return calendar if self.unit.is_business else ALWAYS

    def length(self, calendar: Calendar) -> timedelta:
        """Return how much time it is, of the time that `counted_in(calendar)` counts."""
        if self.unit is Unit.MINUTES:
            return timedelta(minutes=self.count)
        if self.unit is Unit.BUSINESS_DAYS:
            return calendar.business_days(self.count)
        return timedelta(hours=self.count)

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """Return the instant at which it has passed since `start`, in UTC."""
        return self.counted_in(calendar).after(start, self.length(calendar))

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


def spelled(length: timedelta) -> str:
    """Return "45 min", "3 h" or "3 h 13" of a length that is not negative."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
