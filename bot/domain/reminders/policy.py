"""What the policy says about reminders: how soon, how often, at most how many times, and where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import ClassVar, Self

from bot.domain.escalation.escalation import Severity
from bot.domain.mistakes import ValidationProblem, counted, refuse
from bot.domain.time.duration import Duration

MOST_TIMES = 20  # one thing is reminded of; more is noise, whatever the policy says

BySeverity = Mapping[Severity, Duration]


class Where(StrEnum):
    """`room`: in the thread of the item's message or of the plan."""

    DIRECT = "direct"
    ROOM = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """An hour and minute on somebody's clock on the wall."""

    hour: int
    minute: int

    WORDS: ClassVar[str] = "a time of day such as 08:00"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "08:00".

        Raises:
            ValueError: The text is no such time; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([01]?[0-9]|2[0-3]):([0-5][0-9])\s*", text)
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        return cls(hour=int(match[1]), minute=int(match[2]))

    @property
    def local(self) -> time:
        return time(self.hour, self.minute)

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


def _each(s1: str, s2: str, s3: str, s4: str) -> BySeverity:
    return dict(zip(Severity, map(Duration.parse, (s1, s2, s3, s4)), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReminders:
    """Items that are to be done: `before` they are due, when they are, then `every`."""

    before: BySeverity = field(default_factory=lambda: _each("1 h", "1 h", "1 bd", "1 bd"))
    every: BySeverity = field(default_factory=lambda: _each("4 h", "4 h", "1 bd", "1 bd"))
    most: int = 8
    where: Where = Where.DIRECT

    def __post_init__(self) -> None:
        refuse([*_all("before", self.before), *_all("every", self.every), *_times(self.most)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseReminders:
    """Promises to the customer: `before` they are due, and when they are."""

    before: Duration = Duration.parse("2 h")
    where: Where = Where.DIRECT


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedReminders:
    """What goes on for as long as nothing happens: after `every`, and again after that long.

    Of a role that was not accepted, and of a room in which nothing was recorded.
    """

    every: BySeverity
    most: int = 3
    where: Where = Where.DIRECT

    def __post_init__(self) -> None:
        refuse([*_all("every", self.every), *_times(self.most)])


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReminders:
    """Escalations on hold for longer than was expected: at that limit, then `every`."""

    every: Duration = Duration.parse("1 bd")
    most: int = 5
    where: Where = Where.DIRECT

    def __post_init__(self) -> None:
        refuse(_times(self.most))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderQuietHours:
    """When nobody is reminded of what can wait, on the clock of whoever is reminded.

    Attributes:
        severities: Whose reminders are put off to the morning; none means no quiet hours.
        weekends: Saturday and Sunday are quiet as well.
    """

    severities: tuple[Severity, ...] = (Severity.S3, Severity.S4)
    begin: TimeOfDay = TimeOfDay.parse("19:00")
    end: TimeOfDay = TimeOfDay.parse("08:00")
    weekends: bool = True

    def __post_init__(self) -> None:
        if self.begin == self.end:
            expected = "another time than they begin at; leave severities empty to have none"
            refuse([ValidationProblem(where="end", found=f'"{self.end}"', expected=expected)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """What people are reminded of; the next customer update is the ladder's business."""

    action: ActionReminders = field(default_factory=ActionReminders)
    promise: PromiseReminders = field(default_factory=PromiseReminders)
    role: RepeatedReminders = field(
        default_factory=lambda: RepeatedReminders(every=_each("10 min", "30 min", "4 h", "4 h"))
    )
    silence: RepeatedReminders = field(
        default_factory=lambda: RepeatedReminders(every=_each("60 min", "4 h", "2 bd", "5 bd"))
    )
    on_hold: HoldReminders = field(default_factory=HoldReminders)
    quiet_hours: ReminderQuietHours = field(default_factory=ReminderQuietHours)


def _all(where: str, given: BySeverity) -> Iterator[ValidationProblem]:
    if missing := [s.value for s in Severity if s not in given]:
        found = f"{', '.join(missing)} missing"
        yield ValidationProblem(where=where, found=found, expected="all of s1, s2, s3, s4")


def _times(most: int) -> Iterator[ValidationProblem]:
    yield from counted("most", most, 1, MOST_TIMES)
