"""The length of a time from now: "2h30", "90 minutes", "in an hour and a half"."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.time.due.clocks import FRENCH, french
from bot.domain.time.due.parts import Found, HourOfDay, Length, WorkingDays
from bot.domain.time.due.words import Word

MINUTE, HOUR, DAY, WEEK = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(weeks=1),
)
UNITS: Mapping[str, timedelta] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), WEEK),
}
NUMBERS: Mapping[str, float] = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
} | {"a": 1, "an": 1}
COUNT = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?")
GLUED = re.compile(
    r"(\d{1,5}(?:[.,]\d{1,2})?)-?(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)"
)
COMPACT = re.compile(r"(\d{1,3})h(\d{1,2})(?:m|min|mins)?|(\d{1,2})d(\d{1,2})h")
BUSINESS = frozenset({"business", "working", "work"})
SHORT_BUSINESS = re.compile(r"(\d{1,3})(bd|wd)")
MOST = timedelta(days=3660)
FIRST_CLOCK, LAST_CLOCK = 7, 23  # "7h" to "23h" may be an hour of the day as well
SHORT_UNIT = 2  # characters; "a m" is no length
FOUR_DIGITS = 4
HALF = ("half", "an", "hour")


def length(words: Sequence[Word], at: int) -> Found | None:
    """Read a length; without "in" before it, "15h" may also be a clock."""
    start, is_said = _lead(words, at)
    if start >= len(words):
        return None
    working = _working(words, start)
    if working is not None:
        return working
    total, place, smallest, spans = _spans(words, start)
    if spans == 0 or not timedelta(0) <= total <= MOST:
        return None
    place = _behind(words, place, is_said=is_said)
    days = total // DAY if smallest >= DAY and total % DAY == timedelta(0) else None
    found = Length(
        elapsed=total,
        days=days,
        clock=None if is_said else _clock(words[start], place - start),
        is_open=smallest > MINUTE,
    )
    return Found(part=found, end=place, opens=not is_said and words[start].raw[:1].isdigit())


def _lead(words: Sequence[Word], at: int) -> tuple[int, bool]:
    if words[at].norm in {"in", "within", "for"}:
        place = at + 1
        spelled = [word.norm for word in words[place : place + 2]]
        return place + (2 if spelled == ["the", "next"] else 0), True
    return at, False


def _spans(words: Sequence[Word], at: int) -> tuple[timedelta, int, timedelta, int]:
    """Return the sum of the spans that follow each other, where they end, and the smallest unit."""
    total, place, smallest, spans = timedelta(0), at, timedelta.max, 0
    while place < len(words):
        after = place
        if spans and words[after].norm == "and":
            after += 1
        if spans and words[after - 1].closes:
            break
        found = _span(words, after, smallest)
        if found is None:
            break
        span, unit, place = found
        total, smallest, spans = total + span, unit, spans + 1
    return total, place, smallest, spans


def _span(
    words: Sequence[Word], at: int, below: timedelta
) -> tuple[timedelta, timedelta, int] | None:
    """Return one span of a unit smaller than `below`, its unit, and where it ends."""
    spelled = tuple(word.norm for word in words[at : at + 3])
    if spelled == HALF and below > HOUR:
        return HOUR / 2, MINUTE, at + 3
    if spelled[:2] == ("a", "half") and below == HOUR:
        return HOUR / 2, MINUTE, at + 2
    if spelled and below > HOUR and (match := COMPACT.fullmatch(spelled[0])):
        return (*_compact(match), at + 1)
    counted = _counted(words, at) if spelled else None
    if counted is None or counted[1] >= below:
        return None
    number, unit, end = counted
    return number * unit, unit, end


def _compact(match: re.Match[str]) -> tuple[timedelta, timedelta]:
    """Return the span of "2h30" or "1d6h", and its smaller unit."""
    if match[1]:
        return int(match[1]) * HOUR + int(match[2]) * MINUTE, MINUTE
    return int(match[3]) * DAY + int(match[4]) * HOUR, HOUR


def _counted(words: Sequence[Word], at: int) -> tuple[float, timedelta, int] | None:
    word = words[at]
    # "3M" is more often months, or millions.
    if match := GLUED.fullmatch(word.norm):
        is_length = not word.raw.endswith("M") and _is_count(match[1], UNITS[match[2]])
        return (_number(match[1]), UNITS[match[2]], at + 1) if is_length else None
    if at + 1 >= len(words) or word.closes or words[at + 1].raw == "M":
        return None
    named = words[at + 1].norm.rstrip("'")
    unit = UNITS.get(named)
    if COUNT.fullmatch(word.norm):
        number = _number(word.norm) if unit and _is_count(word.norm, unit) else None
    else:  # "a d" and "an m" are no lengths
        number = NUMBERS.get(word.norm) if len(named) > SHORT_UNIT else None
    return (number, unit, at + 2) if number is not None and unit is not None else None


def _is_count(number: str, unit: timedelta) -> bool:
    """Refuse what is a clock of four digits: "1700 hrs"."""
    return unit == MINUTE or len(number) < FOUR_DIGITS or not number.isdigit()


def _working(words: Sequence[Word], at: int) -> Found | None:
    spelled = [word.norm for word in words[at : at + 3]]
    if match := SHORT_BUSINESS.fullmatch(spelled[0]):
        return Found(part=WorkingDays(count=int(match[1])), end=at + 1)
    number = NUMBERS.get(spelled[0]) or (int(spelled[0]) if spelled[0].isdecimal() else 0)
    is_said = len(spelled) == 3 and spelled[1] in BUSINESS and spelled[2] in {"day", "days"}
    if not is_said or not 1 <= number <= 999:
        return None
    return Found(part=WorkingDays(count=int(number)), end=at + 3)


def _behind(words: Sequence[Word], at: int, *, is_said: bool) -> int:
    """Return where a length ends with the words that may close it: "from now", "time"."""
    spelled = [word.norm for word in words[at : at + 2]]
    if not words[at - 1].closes and spelled == ["from", "now"]:
        return at + 2
    return at + 1 if spelled[:1] == ["time"] and is_said else at


def _clock(word: Word, taken: int) -> HourOfDay | None:
    """Return the clock of "15h" or "9h30"; None of what is a length only, as "2h" and "36h" are."""
    match = FRENCH.fullmatch(word.norm)
    if match is None or taken != 1 or not FIRST_CLOCK <= int(match[1]) <= LAST_CLOCK:
        return None
    return french(match)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
