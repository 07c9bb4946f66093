"""The day part of a time as it is spelled: "fri", "next monday", "1st of December", "3/12"."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.time.due.clocks import is_joined, named
from bot.domain.time.due.days import (
    Day,
    MonthEnd,
    OnDate,
    OnDayOfMonth,
    OnWeekday,
    Relative,
    WeekEnd,
    Which,
)
from bot.domain.time.due.parts import Found, Vague
from bot.domain.time.due.words import Word

LEAP = 2000  # every date there is exists in it
WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday"),
            ("tue", "tues", "tuesday"),
            ("wed", "weds", "wednesday"),
            ("thu", "thur", "thurs", "thursday"),
            ("fri", "friday"),
            ("sat", "saturday"),
            ("sun", "sunday"),
        )
    )
    for name in names
}
MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
BEFORE_WEEKDAY: tuple[tuple[tuple[str, ...], Which], ...] = (
    (("next", "week", "on"), Which.NEXT_WEEK),
    (("next", "week"), Which.NEXT_WEEK),
    (("this", "coming"), Which.PLAIN),
    (("coming",), Which.PLAIN),
    (("this",), Which.THIS),
    (("next",), Which.NEXT),
)
BEHIND_WEEKDAY: tuple[tuple[tuple[str, ...], Which], ...] = (
    (("of", "next", "week"), Which.NEXT_WEEK),
    (("next", "week"), Which.NEXT_WEEK),
    (("this", "week"), Which.THIS),
)
# Words of other sentences as well.
COMMON = frozenset({"may", "march", "mar", "sun", "sat", "wed"})
ORDINAL = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2})?)?")
YEAR = re.compile(r"20\d{2}")
MONTH_FIRST = frozenset({"ja", "zh", "ko"})  # languages in which 3/12 is the 12th of March
DAY_FIRST = frozenset({"de", "fr", "es", "it", "pt", "ru", "nl", "pl"})

NAMED: Mapping[tuple[str, ...], Day] = {
    ("today",): Relative(days=0),
    ("tomorrow",): Relative(days=1),
    ("tmrw",): Relative(days=1),
    ("tmr",): Relative(days=1),
    ("tomorow",): Relative(days=1),
    ("yesterday",): Relative(days=-1),
    ("day", "after", "tomorrow"): Relative(days=2),
    ("the", "day", "after", "tomorrow"): Relative(days=2),
    ("eow",): WeekEnd(),
    ("end", "of", "week"): WeekEnd(),
    ("end", "of", "the", "week"): WeekEnd(),
    ("end", "of", "this", "week"): WeekEnd(),
    ("end", "of", "next", "week"): WeekEnd(weeks=1),
    ("eow", "next", "week"): WeekEnd(weeks=1),
    ("eom",): MonthEnd(),
    ("end", "of", "month"): MonthEnd(),
    ("end", "of", "the", "month"): MonthEnd(),
    ("end", "of", "this", "month"): MonthEnd(),
    ("end", "of", "next", "month"): MonthEnd(ahead=1),
    ("end", "of", "year"): MonthEnd(month=12),
    ("end", "of", "the", "year"): MonthEnd(month=12),
    ("end", "of", "this", "year"): MonthEnd(month=12),
    ("eoy",): MonthEnd(month=12),
}
VAGUE: Mapping[tuple[str, ...], Vague] = {
    ("asap",): Vague(),
    ("soon",): Vague(),
    ("now",): Vague(),
    ("immediately",): Vague(),
    ("sometime",): Vague(),
    ("later",): Vague(),
    ("later", "today"): Vague(),
    ("lunch",): Vague(),
    ("lunchtime",): Vague(),
    ("first", "thing"): Vague(),
    ("weekend",): Vague(),
    ("this", "weekend"): Vague(),
    ("next", "weekend"): Vague(),
    ("this", "month"): Vague(),
    ("next", "month"): Vague(),
    ("next", "quarter"): Vague(),
    ("next", "year"): Vague(),
    ("eoq",): Vague(),
    ("end", "of", "quarter"): Vague(),
    ("this", "week"): Vague(days=(WeekEnd(),)),
    ("next", "week"): Vague(
        days=(OnWeekday(weekday=0, which=Which.NEXT_WEEK), WeekEnd(weeks=1)),
    ),
    ("early", "next", "week"): Vague(days=(OnWeekday(weekday=0, which=Which.NEXT_WEEK),)),
}


def vague(words: Sequence[Word], at: int) -> Found | None:
    entry = named(words, at, VAGUE)
    # "next week" alone is vague, "next week monday" is not.
    if entry is None or _weekday(words, at) is not None:
        return None
    return Found(part=VAGUE[entry[1]], end=entry[0])


def day(words: Sequence[Word], at: int, *, locale: str) -> Found | None:
    """Read a day. What may be a clock instead, as "3.12" may, is not read here."""
    entry = named(words, at, NAMED)
    if entry is not None:
        return Found(part=NAMED[entry[1]], end=entry[0])
    return _weekday(words, at) or _spelled_out(words, at) or _numeric(words[at], at, locale)


def dotted(word: Word, locale: str) -> OnDate | None:
    """Return the date of "3.12", None for what is none."""
    match = NUMERIC.fullmatch(word.norm)
    if match is None or match[2] != "." or match[4] is not None:
        return None
    dates = _orders(int(match[1]), int(match[3]), locale)
    return OnDate(dates=dates) if dates else None


def _weekday(words: Sequence[Word], at: int) -> Found | None:
    place, which = _before_weekday(words, at)
    number = WEEKDAYS.get(words[place].norm) if place < len(words) else None
    if number is None or not is_joined(words, at, place + 1):
        return None
    end = place + 1
    is_common = which is Which.PLAIN and words[at].norm in COMMON
    if which is Which.PLAIN and not words[place].closes:
        end, which = _behind_weekday(words, end)
    return Found(part=OnWeekday(weekday=number, which=which), end=end, opens=is_common)


def _before_weekday(words: Sequence[Word], at: int) -> tuple[int, Which]:
    """Return where the weekday itself stands, and what the words before it make of it."""
    for before, which in BEFORE_WEEKDAY:
        if tuple(word.norm for word in words[at : at + len(before)]) == before:
            return at + len(before), which
    return at, Which.PLAIN


def _behind_weekday(words: Sequence[Word], at: int) -> tuple[int, Which]:
    for behind, which in BEHIND_WEEKDAY:
        if tuple(word.norm for word in words[at : at + len(behind)]) == behind:
            return at + len(behind), which
    return at, Which.PLAIN


def _spelled_out(words: Sequence[Word], at: int) -> Found | None:
    """Read "1 dec", "the 1st of December 2026", "Dec 1st, 2026", "the 15th", "end of March"."""
    spelled = [word.norm for word in words[at : at + 3]]
    if spelled[:2] == ["end", "of"] and spelled[-1] in MONTHS:
        return Found(part=MonthEnd(month=MONTHS[spelled[-1]]), end=at + 3)
    if spelled[0] in MONTHS:
        return _month_first(words, at)
    start = at + 1 if spelled[0] == "the" else at
    match = ORDINAL.fullmatch(words[start].norm) if start < len(words) else None
    return _day_first(words, start, match) if match is not None else None


def _day_first(words: Sequence[Word], at: int, match: re.Match[str]) -> Found | None:
    place = at + 1
    if not words[at].closes:
        if place < len(words) and words[place].norm == "of":
            place += 1
        month = MONTHS.get(words[place].norm) if place < len(words) else None
        if month is not None:
            return _dated(words, month, int(match[1]), place + 1, opens=True)
    return _alone(match, at) if match[2] else None


def _month_first(words: Sequence[Word], at: int) -> Found | None:
    place = at + 1
    if place < len(words) and words[place].norm == "the":
        place += 1
    match = ORDINAL.fullmatch(words[place].norm) if place < len(words) else None
    if match is None or words[at].closes:
        return None
    opens = words[at].norm in COMMON
    return _dated(words, MONTHS[words[at].norm], int(match[1]), place + 1, opens=opens)


def _dated(
    words: Sequence[Word], month: int, number: int, end: int, *, opens: bool
) -> Found | None:
    year = None
    if end < len(words) and not words[end - 1].closes and YEAR.fullmatch(words[end].norm):
        year, end = int(words[end].norm), end + 1
    if not is_date(year or LEAP, month, number):
        return None
    return Found(part=OnDate(dates=((month, number),), year=year), end=end, opens=opens)


def _alone(match: re.Match[str], at: int) -> Found | None:
    number = int(match[1])
    if not 1 <= number <= 31:
        return None
    return Found(part=OnDayOfMonth(day=number), end=at + 1, opens=True)


def _numeric(word: Word, at: int, locale: str) -> Found | None:
    if match := ISO.fullmatch(word.norm):
        year, month, number = int(match[1]), int(match[3]), int(match[4])
        if not is_date(year, month, number):
            return None
        return Found(part=OnDate(dates=((month, number),), year=year), end=at + 1)
    match = NUMERIC.fullmatch(word.norm)
    if match is None or (match[2] == "." and match[4] is None):
        return None
    named = _year(match[4])
    found = _orders(int(match[1]), int(match[3]), locale)
    dates = tuple(pair for pair in found if is_date(named or LEAP, *pair))
    return Found(part=OnDate(dates=dates, year=named), end=at + 1, opens=True) if dates else None


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _orders(first: int, second: int, locale: str) -> tuple[tuple[int, int], ...]:
    """Return the dates, as month and day, that two numbers can be to people of that locale."""
    both = [(second, first), (first, second)]
    order = order_of(locale)
    if order is not None and is_date(LEAP, *both[order]):
        both = [both[order]]
    return tuple(dict.fromkeys(pair for pair in both if is_date(LEAP, *pair)))


def order_of(locale: str) -> int | None:
    """Return 0 where the day stands first in a date, 1 where the month does, None when unknown."""
    language, _, country = locale.replace("_", "-").partition("-")
    if language in DAY_FIRST or locale.replace("_", "-") in {"en-GB", "en-AU", "en-IN", "en-NZ"}:
        return 0
    return 1 if language in MONTH_FIRST or country == "US" else None


def is_date(year: int, month: int, number: int) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True
