"""The policy's part about rhythms: which calls and updates a severity has, when, and where.

What ships follows common practice: S1 meets every hour or so, S2 twice a day.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from bot.domain.escalation.escalation import Severity
from bot.domain.mistakes import ValidationProblem, refuse, short, wrong
from bot.domain.time.business_hours import ALWAYS, Calendar
from bot.domain.time.duration import Duration

SHORTEST = timedelta(minutes=15)  # between two of a kind; sooner is chatter
MOST_TIMES = 6  # of one rhythm in a day
LONGEST_LINK = 500  # characters
LONGEST_PLACE = 80
NUMBER = "{number}"  # in a link: the escalation's number, so that each room has a link of its own


class CadenceKind(StrEnum):
    TRIAGE = "triage"
    CHECKPOINT = "checkpoint"
    EXEC_UPDATE = "exec_update"

    @property
    def label(self) -> str:
        return TITLES[self]

    @property
    def is_meeting(self) -> bool:
        """Whether people come together for it, so that there are minutes."""
        return self is not CadenceKind.EXEC_UPDATE


TITLES: Mapping[CadenceKind, str] = {
    CadenceKind.TRIAGE: "Triage call",
    CadenceKind.CHECKPOINT: "Checkpoint",
    CadenceKind.EXEC_UPDATE: "Executive update",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """A time of day on business days, in the zone of the customer's calendar."""

    hour: int
    minute: int

    WORDS: ClassVar[str] = 'a time of day such as "09:30"'

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "09:30".

        Raises:
            ValueError: The text is no such time; the message says what is expected.
        """
        match = re.fullmatch(r"\s*([01]?[0-9]|2[0-3]):([0-5][0-9])\s*", text, re.ASCII)
        if match is None:
            raise ValueError(f"expected {cls.WORDS}")
        return cls(hour=int(match[1]), minute=int(match[2]))

    @property
    def clock_time(self) -> time:
        return time(self.hour, self.minute)

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CadencePolicy:
    """When one rhythm of a severity comes round, and how people meet for it.

    Attributes:
        first: How soon the first one is: after the opening, or, where that time has passed, after
            the rhythm begins. None: one `every` later, or at the next of `at`.
        every: How long after one the next follows; None when it goes by `at`, or happens once.
        at: Times of day on business days, by the customer's calendar and in its zone.
        length: How long it may take, real time; None when nobody said.
        meeting_link: Where people meet; `{number}` in it stands for the escalation's number.
        where: The same in words, such as "the huddle of this channel"; empty: in the room.
    """

    first: Duration | None = None
    every: Duration | None = None
    at: tuple[LocalTime, ...] = ()
    length: Duration | None = None
    meeting_link: str | None = None
    where: str = ""

    def __post_init__(self) -> None:
        refuse(self._mistakes())

    def next_at(self, start: datetime, calendar: Calendar) -> datetime | None:
        """Return the next one after `start`, in UTC; None when it does not come again.

        A local time that the spring change skips moves forward by that hour; one that comes
        twice in autumn counts the first time.
        """
        if self.every is not None:
            return self.every.after(start, calendar)
        return _next_local(self.at, start, calendar) if self.at else None

    def first_at(
        self, opened_at: datetime, begins_at: datetime, calendar: Calendar
    ) -> datetime | None:
        """Return the first one of an escalation whose rhythm begins at `begins_at`."""
        if self.first is None:
            return self.next_at(begins_at, calendar)
        found = self.first.after(opened_at, calendar)
        return found if found > begins_at else self.first.after(begins_at, calendar)

    def following(self, due_at: datetime, now: datetime, calendar: Calendar) -> datetime | None:
        """Return the one after `due_at`: by the beat that was set, unless that has passed.

        However late it is, one follows and not one for each that was missed.
        """
        found = self.next_at(due_at, calendar)
        return found if found is None or found > now else self.next_at(now, calendar)

    def link_for(self, number: str) -> str | None:
        return self.meeting_link and self.meeting_link.replace(NUMBER, number)

    def _mistakes(self) -> Iterator[ValidationProblem]:
        if self.every is not None and self.at:
            yield ValidationProblem(where="", found="both every and at", expected="one of them")
        is_real = self.every is not None and not self.every.unit.is_business
        if self.every is not None and is_real and self.every.length(ALWAYS) < SHORTEST:
            yield wrong("every", str(self.every), "at least 15 min")
        if len(self.at) > MOST_TIMES or len(set(self.at)) < len(self.at):
            found = ", ".join(str(one) for one in self.at)
            yield wrong("at", found, f"at most {MOST_TIMES} times, each once")
        if self.length is not None and self.length.unit.is_business:
            yield wrong("length", str(self.length), "real time, such as 15 min")
        if self.meeting_link is not None and not _is_link(self.meeting_link):
            expected = f"an address such as https://meet.example.com/{NUMBER}"
            yield wrong("meeting_link", self.meeting_link, expected)
        yield from short("where", self.where, LONGEST_PLACE)


Rhythms = Mapping[Severity, Mapping[CadenceKind, CadencePolicy]]


def contradictions(rhythms: Rhythms) -> Iterator[ValidationProblem]:
    """Yield what the kinds of rhythms forbid: a triage call is held once, the others return."""
    for severity, of_severity in rhythms.items():
        for kind, rhythm in of_severity.items():
            where = f"rhythms.{severity}.{kind}"
            returns = rhythm.every is not None or bool(rhythm.at)
            if kind is CadenceKind.TRIAGE and (returns or rhythm.first is None):
                expected = "first and neither every nor at, because it is held once"
                yield ValidationProblem(
                    where=where, found="a triage call that returns", expected=expected
                )
            if kind is not CadenceKind.TRIAGE and not returns:
                yield ValidationProblem(
                    where=where, found="no every and no at", expected="one of them"
                )


def _next_local(times: tuple[LocalTime, ...], start: datetime, calendar: Calendar) -> datetime:
    zone = ZoneInfo(calendar.time_zone)
    day = start.astimezone(zone).date()
    while True:
        if calendar.hours(day):
            found = [
                datetime.combine(day, one.clock_time, tzinfo=zone).astimezone(UTC) for one in times
            ]
            if later := [at for at in found if at > start]:
                return min(later)
        day += timedelta(days=1)


def _is_link(text: str) -> bool:
    shown = text.replace(NUMBER, "0")
    is_plain = re.fullmatch(r"https?://[^\s<>{}|]+", shown) is not None
    return is_plain and len(text) <= LONGEST_LINK
