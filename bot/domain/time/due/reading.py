"""Reading times out of what people type: a whole phrase, one a line begins with, one in a line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.domain.people import SlackUserId
from bot.domain.time.due import zones
from bot.domain.time.due.dates import WEEKDAYS
from bot.domain.time.due.parts import HourOfDay
from bot.domain.time.due.phrase import BETWEEN, Phrase, Reach, part_at, reaches
from bot.domain.time.due.readings import (
    Ambiguous,
    Doubt,
    NotUnderstood,
    Past,
    Reading,
    Understood,
    Writer,
)
from bot.domain.time.due.resolving import resolved
from bot.domain.time.due.words import LONGEST_WORD, Word, words_of

MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")
MARKERS = frozenset({"by", "due", "until", "till", "til"})
UNTIL = frozenset({"until", "till", "til"})
MOST_MARKERS = 12  # places of a line at which a time is looked for
LONGEST_TIME = 200  # characters
NEAR = 3  # words behind a marker among which something that looks like a time is noticed
LINKS = BETWEEN | {
    "or",
    "and",
    "to",
    "-",
    "until",
    "about",
    "around",
    "before",
    "after",
    "/",
    "latest",
}
COUNTED = frozenset(
    {"%", "percent", "eur", "euro", "euros", "usd", "dollars", "gbp", "chf", "€", "$", "£"}
    | {"kb", "mb", "gb", "tb", "kg", "km", "ms", "x", "times", "points", "pp", "million"}
)
CLOCKLIKE = re.compile(r"\d[:h]\d|\d[ap]\.?m\b|\d{4}-\d")
NUMBER = re.compile(r"\d{1,4}")
CAPITALS = re.compile(r"[A-Z]{2,4}T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTask:
    """What a line such as `@eva by fri 17:00 replay the export` asks for.

    Attributes:
        text: What is to be done; a time that was read, or may be one, is taken out of it when it
            is certain where it ends.
        due: None when the line names no time.
    """

    text: str
    owner: SlackUserId | None
    due: Reading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A time found in a line.

    Attributes:
        start: The word it begins with, its marker included.
        end: The word behind it; None when that is not certain.
        is_measure: A length without "in", which may say how much instead of when.
    """

    reading: Reading
    start: int
    end: int | None
    is_measure: bool = False


def whole(phrase: str, writer: Writer) -> Reading:
    """Read a phrase that is a time and nothing else."""
    text = " ".join(phrase[: 2 * LONGEST_TIME].split())[:LONGEST_TIME]
    if len(phrase) > LONGEST_TIME:
        return NotUnderstood(phrase=text)
    words = words_of(phrase)
    start = _after_markers(words, 0)
    found = list(reaches(words, start, writer))
    if not found or found[-1].end != len(words):
        return NotUnderstood(phrase=text)
    return resolved(found[-1].phrase, text, writer)


def leading(line: str, writer: Writer) -> tuple[Reading | None, str]:
    """Return the time a line begins with and what follows it; None when it begins with none.

    When it is not certain where the time ends, or it cannot be read, all of the line follows.
    """
    words = words_of(line[: 2 * LONGEST_TIME])
    found = _time_at(words, line, _after_markers(words, 0), writer)
    if found is None:
        return None, line
    if found.end is None:
        return found.reading, line
    return found.reading, _behind(line, words, found.end)


def read(line: str, writer: Writer) -> TypedTask:
    """Take a person and a due time out of a line; what is left is what is to be done.

    A time stands behind "by", "due" or "until". At the beginning of the line it is the due time;
    elsewhere it is, unless the line names another one as well.
    """
    mention = MENTION.search(line)
    left = MENTION.sub(" ", line, count=1) if mention else line
    owner = SlackUserId(mention[1]) if mention else None
    reading, text = _taken_out(left, writer, MARKERS)
    return TypedTask(text=text, owner=owner, due=reading)


def until(line: str, writer: Writer) -> tuple[Reading | None, str]:
    """Take an end out of a line, "until fri 10:00" or "for 2 days"; what is left is the rest.

    An "until" at its beginning always names an end, also one that cannot be read.
    """
    first = words_of(line[:LONGEST_WORD])[:1]
    if first and first[0].norm == "for":
        reading, rest = leading(line, writer)
        return (reading, rest) if reading is not None else (None, " ".join(line.split()))
    reading, rest = _taken_out(line, writer, UNTIL)
    if reading is None and first and first[0].norm in UNTIL:
        return NotUnderstood(phrase=" ".join(line.split()[1 : NEAR + 1])), rest
    return reading, rest


def _taken_out(line: str, writer: Writer, markers: frozenset[str]) -> tuple[Reading | None, str]:
    words = words_of(line)
    kept = " ".join(line.split())
    places = list(_places(words, line, writer, markers))
    if not places:
        return None, kept
    first = places[0]
    is_crowded = sum(word.norm in markers for word in words) > MOST_MARKERS
    if first.start > 0 and (is_crowded or len({_meaning(p.reading) for p in places}) > 1):
        return _one_of(places), kept
    if first.end is None:
        return first.reading, kept
    text = f"{line[: words[first.start].start]} {_behind(line, words, first.end)}"
    return first.reading, " ".join(text.split())


def _places(
    words: Sequence[Word], line: str, writer: Writer, markers: frozenset[str]
) -> Iterator[_Place]:
    looked, place = 0, 0
    while place < len(words) and looked < MOST_MARKERS:
        if words[place].norm not in markers:
            place += 1
            continue
        looked += 1
        start = _after_markers(words, place)
        found = _time_at(words, line, start, writer)
        if found is None:
            place = max(start, place + 1)
            continue
        if place > 0 and found.is_measure:
            # "shift it by 2 hours" says how much, "replay it in 2 hours" says when.
            found = _in_doubt(found.reading.phrase, [found.reading], start)
        yield replace(found, start=place)
        place = max(found.end or 0, start + 1)


def _time_at(words: Sequence[Word], line: str, start: int, writer: Writer) -> _Place | None:
    """Return the time that stands at a place, None when none does."""
    found = list(reaches(words, start, writer))
    if not found:
        return _unread(words, line, start, writer)
    last = found[-1]
    text = _text(line, words, start, last.end)
    reading = resolved(last.phrase, text, writer)
    has_more = last.end < len(words) and not words[last.end - 1].closes
    if has_more and _is_number(words, last):
        return _unread(words, line, start, writer)
    if has_more and _runs_on(words, last, writer):
        near = _text(line, words, start, min(last.end + NEAR, len(words)))
        return _in_doubt(near, [reading], start)
    shorter = [resolved(r.phrase, text, writer) for r in _shorter(found)]
    # At the end of a line nothing can follow the time, whatever its last words may begin.
    if last.end < len(words) and (
        any(_meaning(other) != _meaning(reading) for other in shorter)
        or _begins_with_may(words, start, last.end)
    ):
        return _in_doubt(text, [reading, *shorter], start)
    is_measure = last.phrase.length is not None and words[start].norm not in {"in", "within"}
    return _Place(reading=reading, start=start, end=last.end, is_measure=is_measure)


def _is_number(words: Sequence[Word], last: Reach) -> bool:
    """Say whether it is a number of something: "3 hosts", "15.30 EUR"."""
    return _is_lone_number(last.phrase) or words[last.end].norm in COUNTED


def _shorter(found: Sequence[Reach]) -> list[Reach]:
    """Return the readings that end where the part behind may begin a sentence."""
    return [
        before
        for before, after in pairwise(found)
        if after.opens and not _is_lone_number(before.phrase)
    ]


def _begins_with_may(words: Sequence[Word], start: int, end: int) -> bool:
    return any(word.raw == "may" for word in words[start:end])


def _is_lone_number(phrase: Phrase) -> bool:
    return (
        phrase.clock is not None and phrase == Phrase(clock=phrase.clock) and phrase.clock.is_bare
    )


def _runs_on(words: Sequence[Word], last: Reach, writer: Writer) -> bool:
    """Say whether what follows a time looks as if it belonged to it."""
    place, phrase = last.end, last.phrase
    following = words[place]
    if phrase.clock is not None and _is_zonelike(words, place):
        return True
    takes_hour = phrase.clock is None and phrase.length is None
    is_open = phrase.length is not None and phrase.length.is_open
    if NUMBER.fullmatch(following.norm) and (takes_hour or is_open):
        return True
    last_link = place + NEAR - 1
    while place < min(last_link, len(words) - 1) and words[place].norm in LINKS:
        place += 1
    return _looks_like_time(words, place, writer)


def _is_zonelike(words: Sequence[Word], at: int) -> bool:
    if words[at].norm == "in" and at + 1 < len(words):  # "17:00 in Berlin"
        at += 1
    word = words[at]
    if zones.is_abbreviation(word.norm) or CAPITALS.fullmatch(word.raw):
        return True
    if zones.offset("utc" + word.norm):
        return True
    return word.raw[:1].isupper() and bool(
        zones.place(word.norm) or zones.place(" ".join(one.norm for one in words[at : at + 2]))
    )


def _looks_like_time(words: Sequence[Word], at: int, writer: Writer) -> bool:
    norm = words[at].norm
    if CLOCKLIKE.search(norm) or norm.partition("-")[0] in WEEKDAYS:
        return True
    found = part_at(words, at, Phrase(), writer)
    return found is not None and not (isinstance(found.part, HourOfDay) and found.part.is_bare)


def _unread(words: Sequence[Word], line: str, start: int, writer: Writer) -> _Place | None:
    """Return what looks like a time behind a marker and is none, such as "monda 10:00"."""
    for place in range(start, min(start + NEAR, len(words))):
        if _looks_like_time(words, place, writer):
            phrase = _text(line, words, start, place + 1)
            return _Place(reading=NotUnderstood(phrase=phrase), start=start, end=None)
        if words[place].closes:
            return None
    return None


def _in_doubt(text: str, readings: Sequence[Reading], start: int) -> _Place:
    reading = _asked(text, readings)
    return _Place(reading=reading, start=start, end=None)


def _one_of(places: Sequence[_Place]) -> Reading:
    text = ", ".join(dict.fromkeys(place.reading.phrase for place in places))
    return _asked(text, [place.reading for place in places])


def _asked(text: str, readings: Sequence[Reading]) -> Ambiguous:
    found = dict.fromkeys(at for reading in readings for at in _meaning(reading))
    return Ambiguous(phrase=text, candidates=tuple(found)[:6], doubt=Doubt.EXTENT)


def _meaning(reading: Reading) -> tuple[datetime, ...]:
    match reading:
        case Understood():
            return (reading.at,)
        case Ambiguous():
            return reading.candidates
        case Past() | NotUnderstood():
            return ()


def _after_markers(words: Sequence[Word], at: int) -> int:
    """Return the place behind "by", "due on" and the like, or `at` when none stands there."""
    place = at
    while place < len(words) - 1 and place - at < NEAR and words[place].norm in MARKERS:
        place += 1
    return place


def _text(line: str, words: Sequence[Word], start: int, end: int) -> str:
    if start >= end:
        return ""
    return " ".join(line[words[start].start : words[end - 1].end].split())[:LONGEST_TIME]


def _behind(line: str, words: Sequence[Word], end: int) -> str:
    """Return what follows a time, without the dash or comma between them."""
    rest = line[words[end - 1].end :] if end else line
    return rest.strip().lstrip("-\u2013\u2014,:; ").strip()
