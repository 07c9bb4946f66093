"""The clock part of a time: "17:00", "5.30 pm", "15h", "at 9", "noon", "eod"."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.time.due.parts import (
    AT_MIDNIGHT,
    AT_NOON,
    END,
    Found,
    HourOfDay,
    PartOfDay,
    exact,
    half_day,
    loose,
)
from bot.domain.time.due.words import Word

HALF = re.compile(r"([ap])\.?m\.?")
COLON = re.compile(r"(\d{1,2})[:.](\d{2})\.?(?::[0-5]\d)?(?:([ap])\.?m\.?|(h|hrs?|uhr))?")
HOUR = re.compile(r"(\d{1,2})([ap])\.?m\.?")
FRENCH = re.compile(r"(\d{1,2})h(\d{2})?(?:m|min)?")
MILITARY = re.compile(r"(\d{2})(\d{2})(h|hrs?)?")
NUMBER = re.compile(r"\d{1,2}")
OCLOCK = frozenset({"o'clock", "oclock"})
HOURS = frozenset({"h", "hrs", "hr", "uhr", "hours"})
TWENTY_FOUR = 10  # hours written with two digits are of twenty-four: 10:30, 09:30

NAMED: Mapping[tuple[str, ...], HourOfDay] = {
    ("eod",): END,
    ("eob",): END,
    ("cob",): END,
    ("cop",): END,
    ("end", "of", "day"): END,
    ("end", "of", "the", "day"): END,
    ("end", "of", "business"): END,
    ("end", "of", "business", "day"): END,
    ("end", "of", "play"): END,
    ("close", "of", "business"): END,
    ("close", "of", "business", "day"): END,
    ("close", "of", "play"): END,
    ("noon",): AT_NOON,
    ("midday",): AT_NOON,
    ("12", "noon"): AT_NOON,
    ("midnight",): AT_MIDNIGHT,
    ("12", "midnight"): AT_MIDNIGHT,
}
MORNING = PartOfDay(start=0, end=12, offered=(9, 12))
AFTERNOON = PartOfDay(start=12, end=18, offered=(15, 17))
EVENING = PartOfDay(start=16, end=24, offered=(18, 20))
NIGHT = PartOfDay(start=18, end=24, offered=(20, 22))
PARTS: Mapping[str, PartOfDay] = {
    "morning": MORNING,
    "afternoon": AFTERNOON,
    "evening": EVENING,
    "night": NIGHT,
}
TONIGHT = PartOfDay(start=18, end=24, offered=(20, 22), is_today=True)


def named(
    words: Sequence[Word], at: int, table: Mapping[tuple[str, ...], object]
) -> tuple[int, tuple[str, ...]] | None:
    """Return the longest entry of a table that stands at a place, and where it ends."""
    for length in (4, 3, 2, 1):
        spelled = tuple(word.norm for word in words[at : at + length])
        if len(spelled) == length and spelled in table and is_joined(words, at, at + length):
            return at + length, spelled
    return None


def is_joined(words: Sequence[Word], start: int, end: int) -> bool:
    """Say whether no punctuation parts the words from start to end."""
    return not any(word.closes for word in words[start : end - 1])


def clock(words: Sequence[Word], at: int, *, said_at: bool, after_day: bool) -> Found | None:
    """Read a clock; `said_at` makes one of a lone number, `after_day` one of "15h"."""
    entry = named(words, at, NAMED)
    if entry is not None:
        return Found(part=NAMED[entry[1]], end=entry[0])
    word = words[at].norm
    behind = words[at + 1].norm if at + 1 < len(words) and not words[at].closes else ""
    if match := COLON.fullmatch(word):
        return _colon(match, behind, at)
    if NUMBER.fullmatch(word):
        return _number(int(word), behind, at, said_at=said_at)
    if (after_day or said_at) and (match := FRENCH.fullmatch(word)):
        return _found(french(match), at + 1)
    return _half_day(word, at) or _military(word, behind, at)


def french(match: re.Match[str]) -> HourOfDay | None:
    """Return the clock of "15h" or "9h30"."""
    hour, minute = int(match[1]), int(match[2] or 0)
    return loose(hour, minute) if match[2] is None else exact(hour, minute)


def part_of_day(words: Sequence[Word], at: int, *, is_first: bool) -> Found | None:
    """Read "tonight", "this afternoon", "in the morning", or "morning" behind a day."""
    spelled = [word.norm for word in words[at : at + 3]]
    if spelled[0] == "tonight":
        return Found(part=TONIGHT, end=at + 1)
    for lead in (["in", "the"], ["this"], ["at"], ["the"], []):
        rest = spelled[len(lead) :]
        if spelled[: len(lead)] == lead and rest and rest[0] in PARTS:
            if not lead and is_first:
                return None
            part = PARTS[rest[0]]
            if lead == ["this"]:
                part = PartOfDay(
                    start=part.start, end=part.end, offered=part.offered, is_today=True
                )
            return Found(part=part, end=at + len(lead) + 1)
    return None


def _half_day(word: str, at: int) -> Found | None:
    match = HOUR.fullmatch(word)
    return _found(half_day(int(match[1]), 0, match[2]), at + 1) if match else None


def _colon(match: re.Match[str], behind: str, at: int) -> Found | None:
    hour, minute = int(match[1]), int(match[2])
    half = match[3]
    end = at + 1
    if half is None and (spaced := HALF.fullmatch(behind)):
        half, end = spaced[1], at + 2
    if half is not None:
        return _found(half_day(hour, minute, half), end)
    if match[4] is None and behind in HOURS:
        return _found(exact(hour, minute), at + 2)
    is_exact = match[4] is not None or match[1].startswith("0") or hour >= TWENTY_FOUR
    return _found((exact if is_exact else loose)(hour, minute), end)


def _number(hour: int, behind: str, at: int, *, said_at: bool) -> Found | None:
    if spaced := HALF.fullmatch(behind):
        return _found(half_day(hour, 0, spaced[1]), at + 2)
    if behind in OCLOCK:
        return _found(loose(hour), at + 2)
    found = loose(hour)
    if found is None:
        return None
    if said_at:
        return Found(part=found, end=at + 1)
    bare = HourOfDay(times=found.times, is_loose=found.is_loose, is_bare=True)
    return Found(part=bare, end=at + 1, opens=True)


def _military(word: str, behind: str, at: int) -> Found | None:
    match = MILITARY.fullmatch(word)
    found = exact(int(match[1]), int(match[2])) if match else None
    if match is None or found is None:
        return None
    if match[3] is not None:
        return Found(part=found, end=at + 1)
    if behind in HOURS:
        return Found(part=found, end=at + 2)
    # 1700 may be five o'clock, and may be many other things.
    return Found(part=HourOfDay(times=found.times, is_bare=True), end=at + 1, opens=True)


def _found(part: HourOfDay | None, end: int) -> Found | None:
    return Found(part=part, end=end) if part else None
