"""What came of reading a time that somebody typed: an instant, or why it has to be asked."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from enum import StrEnum

from bot.domain.people import Person

END_OF_DAY = time(17, 0)  # meant by "eod", and when somebody names a day and no hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote a time, and when: what a time is read against.

    Attributes:
        now: When it was written.
        time_zone: IANA name; an unknown one is read as UTC.
        locale: As Slack states it, such as en-GB; empty when unknown. It decides what 3/12 means.
        day_means: The hour that is meant when only a day is named.
    """

    now: datetime
    time_zone: str
    locale: str = ""
    day_means: time = END_OF_DAY

    @classmethod
    def of(cls, person: Person, now: datetime, *, day_means: time = END_OF_DAY) -> "Writer":
        """Return a person as the writer of something at that instant."""
        return cls(now=now, time_zone=person.time_zone, locale=person.locale, day_means=day_means)


class Doubt(StrEnum):
    """Why a time is asked instead of recorded."""

    SEVERAL = "several"  # it can mean several instants
    VAGUE = "vague"  # it names no hour
    EXTENT = "extent"  # the words after it may belong to it
    CLOCK_CHANGE = "clock_change"  # that hour comes twice that night, or not at all
    JUST_PASSED = "just_passed"  # that date has just passed; the next one is most of a year away
    WORKING_DAYS = "working_days"  # nobody told us the writer's working days
    OTHER_DAY = "other_day"  # the weekday and the date named do not agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One instant is meant.

    Attributes:
        at: In UTC.
        zone: The zone that was named; None for the writer's own.
    """

    phrase: str
    at: datetime
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """It has to be asked; `candidates` are what it may mean, in UTC, the first one first."""

    phrase: str
    candidates: tuple[datetime, ...]
    doubt: Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """It looks like a time and is none that we can read."""

    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """It means an instant that had passed when it was written."""

    phrase: str
    at: datetime
    zone: tzinfo | None = None


Reading = Understood | Ambiguous | NotUnderstood | Past


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTime:
    """How the time in an item's message is said back.

    Attributes:
        asks: What has to be asked about it; None when nothing has.
        time_zone: IANA name of its author's zone.
        named: The zone that the message names, while the item keeps the time it says.
    """

    asks: Reading | None
    time_zone: str
    named: tzinfo | None = None


def instant(reading: Reading | None) -> datetime | None:
    """Return the instant that was understood, None when there is none."""
    return reading.at if isinstance(reading, Understood) else None
