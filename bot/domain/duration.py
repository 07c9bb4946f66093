"""Durations as the policy writes them: real time, or business days."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Self

MOST_OF_A_UNIT = 99_999


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    BUSINESS_DAYS = "bd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Either real time, or business days; never both. Two spellings of one span differ."""

    count: int
    unit: Unit

    WORDS: ClassVar[str] = 'a duration such as "30 min", "4 h" or "2 bd" (business days)'

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_OF_A_UNIT:
            raise ValueError(f"expected 1 to {MOST_OF_A_UNIT} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "30 min", "4 h" or "2 bd".

        Raises:
            ValueError: The text is no such duration; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([1-9][0-9]{0,4})\s*(min|h|bd)\s*", text)
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        return cls(count=int(match[1]), unit=Unit(match[2]))

    @property
    def elapsed(self) -> timedelta | None:
        """The real time it lasts; None when it is counted in business days."""
        if self.unit is Unit.BUSINESS_DAYS:
            return None
        minutes = self.unit is Unit.MINUTES
        return timedelta(minutes=self.count) if minutes else timedelta(hours=self.count)

    @property
    def business_days(self) -> int:
        """The business days it lasts; 0 when it is real time."""
        return self.count if self.unit is Unit.BUSINESS_DAYS else 0

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"
