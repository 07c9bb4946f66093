"""What people type to have a digest: `weekdays 09:00 Europe/Lisbon s1 s2 customer Acme`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from bot.domain.digest.digest import DAY_NAMES, EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import Severity
from bot.domain.time.time_zones import is_fixed, zone_named

EXAMPLE = (
    "/escalate digest here weekdays 09:00 Europe/Lisbon s1 s2 customer Acme category technical"
)
UNUSABLE = "can't be used here"
TOKEN = re.compile(r'"([^"]*)"|(\S+)')
HOUR = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap]m)?", re.IGNORECASE)
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
SEVERITIES = {severity.value: severity for severity in Severity}
NAMED = {"daily": EVERY_DAY, "weekdays": WEEKDAYS, "weekday": WEEKDAYS}
KEYWORDS = frozenset({"customer", "category", "weekly", "here", *NAMED, *SEVERITIES})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFilters:
    """Filters as they were typed: names of customers and categories, not yet looked up."""

    severities: tuple[Severity, ...] = ()
    customers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDigest:
    schedule: Schedule
    filters: AskedFilters


@dataclass(slots=True)
class _Reading:
    """What was found so far; the rest of the words is eaten from the front."""

    words: list[tuple[str, bool]]
    at: time | None = None
    days: tuple[int, ...] | None = None
    zone: str | None = None
    severities: tuple[Severity, ...] = ()
    customers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def filters(self) -> AskedFilters:
        return AskedFilters(
            severities=self.severities, customers=self.customers, categories=self.categories
        )


def read(typed: str, *, time_zone: str) -> AskedDigest:
    """Read a wanted digest; `time_zone` (IANA) counts where none is typed.

    Raises:
        InvalidInput: A word cannot be used, or the hour is missing; the message shows an example.
    """
    found = _read(typed)
    if found.at is None:
        raise _unusable("Add a time")
    zone = found.zone or zone_named(time_zone) or "UTC"
    schedule = Schedule(zone=zone, at=found.at, days=found.days or EVERY_DAY)
    return AskedDigest(schedule=schedule, filters=found.filters)


def read_filters(typed: str) -> AskedFilters:
    """Read filters alone.

    Raises:
        InvalidInput: A word is no filter.
    """
    found = _read(typed)
    if found.at or found.days or found.zone:
        raise _unusable("A preview only takes filters, such as s1 or customer Acme")
    return found.filters


def _read(typed: str) -> _Reading:
    found = _Reading(list(_words(typed)))
    while found.words:
        word, is_quoted = found.words.pop(0)
        if is_quoted or not _take(found, word.casefold().strip(",")):
            is_time = not is_quoted and word[:1].isdigit()
            problem = "isn't a time of day. Use 09:00 or 9am" if is_time else UNUSABLE
            if is_fixed(word.strip(",")):
                problem = "ignores daylight saving time. Use a place, such as America/New_York"
            raise _unusable(f"“{word}” {problem}")
    return found


def _words(typed: str) -> Iterator[tuple[str, bool]]:
    """Yield the words, and whether each stood in quotation marks."""
    for quoted, bare in TOKEN.findall(typed.translate(QUOTES)):
        yield (bare or quoted), not bare


def _take(found: _Reading, word: str) -> bool:
    """Take one word, with those that belong to it; False when it means nothing."""
    if word == "here":
        return True
    if word in SEVERITIES:
        found.severities = tuple(sorted({*found.severities, SEVERITIES[word]}))
    elif word in NAMED:
        found.days = NAMED[word]
    elif word == "weekly":
        found.days = _days(found)
    elif word == "customer":
        found.customers = (*found.customers, _name(found))
    elif word == "category":
        found.categories = (*found.categories, _name(found).casefold().replace(" ", "_"))
    else:
        return _take_time(found, word)
    return True


def _take_time(found: _Reading, word: str) -> bool:
    if (at := _hour(word)) is not None:
        found.at = at
    elif (zone := zone_named(word)) is not None:
        found.zone = zone
    else:
        return False
    return True


def _days(found: _Reading) -> tuple[int, ...]:
    days = set()
    while found.words and (day := found.words[0][0].casefold().strip(",")[:3]) in DAY_NAMES:
        days.add(DAY_NAMES.index(day))
        found.words.pop(0)
    if not days:
        raise _unusable("Add a day of the week: weekly mon")
    return tuple(sorted(days))


def _name(found: _Reading) -> str:
    """Return the name that follows: one in quotation marks, or all words up to the next filter."""
    if found.words and found.words[0][1]:
        return found.words.pop(0)[0]
    words = []
    while found.words and not found.words[0][1] and not _ends_name(found.words[0][0]):
        words.append(found.words.pop(0)[0])
    if not words:
        raise _unusable("Add the customer or the category")
    return " ".join(words).strip(",")


def _ends_name(word: str) -> bool:
    word = word.casefold().strip(",")
    is_hour = ":" in word and _hour(word) is not None
    return word in KEYWORDS or is_hour or ("/" in word and zone_named(word) is not None)


def _hour(word: str) -> time | None:
    match = HOUR.fullmatch(word)
    if match is None or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _unusable(problem: str) -> InvalidInput:
    return InvalidInput({"digest": f"{problem}. For example: {EXAMPLE}"})
