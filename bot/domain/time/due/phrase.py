"""The parts of a phrase put side by side: at most one day, clock, part of the day, length, zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.time.due import clocks, dates, lengths, zones
from bot.domain.time.due.days import Day, OnWeekday, Relative
from bot.domain.time.due.parts import (
    Dotted,
    Found,
    HourOfDay,
    Length,
    Part,
    PartOfDay,
    Vague,
    WorkingDays,
    Zone,
)
from bot.domain.time.due.readings import Writer
from bot.domain.time.due.words import Word

MOST_PARTS = 8
BETWEEN = frozenset({"at", "@", "on", "the", "of", "by", "in"})
AT = frozenset({"at", "@"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What has been read of a time so far.

    Attributes:
        date: A date beside a weekday, with which it has to agree.
    """

    day: Day | None = None
    date: Day | None = None
    clock: HourOfDay | None = None
    part: PartOfDay | None = None
    length: Length | None = None
    working: WorkingDays | None = None
    zone: Zone | None = None
    vague: Vague | None = None
    dotted: Dotted | None = None

    def taking(self, part: Part) -> "Phrase | None":
        """Return the phrase with one more part, None when that does not fit."""
        match part:
            case HourOfDay():
                taken = self._taking_clock(part)
            case Length():
                taken = self._taking_length(part)
            case Dotted():
                taken = self._taking_dotted(part)
            case PartOfDay() | Zone() | Vague() | WorkingDays():
                taken = self._taking_more(part)
            case _:
                taken = self._taking_day(part)
        return taken

    def _taking_more(self, part: PartOfDay | Zone | Vague | WorkingDays) -> "Phrase | None":
        match part:
            case PartOfDay() if self.part is None and not (self.length or self.working):
                taken = replace(self, part=part)
            case Zone() if self.zone is None and (self.day or self.clock or self.dotted):
                taken = replace(self, zone=part)
            case Vague() if self.vague is None:
                taken = replace(self, vague=part)
            case WorkingDays() if self == Phrase():
                taken = replace(self, working=part)
            case _:
                return None
        return taken

    def _taking_clock(self, part: HourOfDay) -> "Phrase | None":
        if self.clock is not None or self.working is not None:
            return None
        if self.length is not None:
            return self._counted(part)
        if self.dotted is not None:
            return replace(self, day=self.dotted.day, clock=part, dotted=None)
        return replace(self, clock=part)

    def _counted(self, part: HourOfDay) -> "Phrase | None":
        """Return "in 2 days" with a clock: a day, and no longer a length."""
        if self.length is None or self.length.days is None or part.is_bare:
            return None
        return replace(self, length=None, day=Relative(days=self.length.days), clock=part)

    def _taking_length(self, part: Length) -> "Phrase | None":
        if self == Phrase():
            return replace(self, length=part)
        if self.clock is not None and self.day is None and part.days is not None:
            return replace(self, day=Relative(days=part.days))
        return self._taking_clock(part.clock) if part.clock and self.length is None else None

    def _taking_dotted(self, part: Dotted) -> "Phrase | None":
        if self.day is not None and self.clock is None:
            return self._taking_clock(part.clock)
        if self.day is None and self.clock is not None:
            return self._taking_day(part.day)
        return replace(self, dotted=part) if self == Phrase() else None

    def _taking_day(self, part: Day) -> "Phrase | None":
        if self.length is not None and self.length.clock is not None:
            return replace(self, length=None, clock=self.length.clock, day=part)
        if self.dotted is not None:
            return replace(self, dotted=None, clock=self.dotted.clock, day=part)
        if self.working is not None or self.length is not None:
            return None
        return replace(self, day=part) if self.day is None else self._beside(part)

    def _beside(self, part: Day) -> "Phrase | None":
        """Return it with a second day, when one of the two is a weekday and the other a date."""
        if self.day is None:
            return None
        pair = (self.day, part)
        weekday = next((one for one in pair if isinstance(one, OnWeekday)), None)
        other = next((one for one in pair if not isinstance(one, OnWeekday)), None)
        if self.date is not None or weekday is None or other is None:
            return None
        return replace(self, day=weekday, date=other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A phrase as it reads up to a place in the line.

    Attributes:
        opens: Its last part may as well begin the sentence behind the time.
    """

    phrase: Phrase
    end: int
    opens: bool = False


def reaches(words: Sequence[Word], at: int, writer: Writer) -> Iterator[Reach]:
    """Read part after part, and yield what has been read after each, the shortest first."""
    phrase, place = Phrase(), at
    for _ in range(MOST_PARTS):
        if place >= len(words) or (place > at and words[place - 1].closes):
            return
        found = part_at(words, place, phrase, writer)
        if found is None:
            return
        taken = phrase.taking(found.part)
        if taken is None:
            return
        is_parted = place > at and words[place - 1].pauses
        yield Reach(phrase=taken, end=found.end, opens=found.opens or is_parted)
        phrase, place = taken, found.end


def part_at(words: Sequence[Word], at: int, phrase: Phrase, writer: Writer) -> Found | None:
    """Return the part that stands at a place, with "at", "on" and the like before it."""
    is_first = phrase == Phrase()
    whole = _either(words, at, phrase, writer, said_at=False, is_first=is_first)
    if whole is not None:
        return whole
    place, said_at = at, False
    while place < len(words) - 1 and place - at < 3 and words[place].norm in BETWEEN:
        if words[place].closes:
            return None
        said_at = words[place].norm in AT
        place += 1
    if place == at:
        return None
    found = _either(words, place, phrase, writer, said_at=said_at, is_first=is_first)
    return replace(found, opens=False) if found else None


def _either(
    words: Sequence[Word],
    at: int,
    phrase: Phrase,
    writer: Writer,
    *,
    said_at: bool,
    is_first: bool,
) -> Found | None:
    if not words[at].norm:
        return None
    locale = _locale(writer)
    after_day = phrase.day is not None
    found = dates.vague(words, at)
    if found is None and not said_at:
        found = lengths.length(words, at) or dates.day(words, at, locale=locale)
    found = found or _dotted(words, at, locale)
    found = found or clocks.clock(words, at, said_at=said_at, after_day=after_day)
    found = found or clocks.part_of_day(words, at, is_first=is_first)
    return found or zone_at(words, at, phrase, writer)


def zone_at(words: Sequence[Word], at: int, phrase: Phrase, writer: Writer) -> Found | None:
    """Read a zone: it stands behind a clock or a day."""
    if phrase.day is None and phrase.clock is None and phrase.dotted is None:
        return None
    word = words[at]
    found = zones.abbreviation(word.raw, home=writer.time_zone)
    if found:
        return _zone(words, at, found)
    if "/" in word.norm:
        found = zones.place(word.norm)
        return Found(part=Zone(zones=found), end=at + 1) if found else None
    if [one.norm for one in words[at : at + 2]] == ["my", "time"]:
        return Found(part=Zone(zones=(zones.zone_of(writer.time_zone),)), end=at + 2)
    return _place_time(words, at)


def _place_time(words: Sequence[Word], at: int) -> Found | None:
    """Read "Berlin time" and "New York time"."""
    for count in (2, 1):
        name = [w.norm for w in words[at : at + count + 1]]
        if len(name) == count + 1 and name[-1] == "time":
            found = zones.place(" ".join(name[:-1]))
            if found:
                return Found(part=Zone(zones=found), end=at + count + 1)
    return None


def _zone(words: Sequence[Word], at: int, found: zones.Zones) -> Found:
    word, end = words[at], at + 1
    if word.norm in {"utc", "gmt"} and end < len(words) and not word.closes:
        away = zones.offset(word.norm + words[end].norm)
        if away:
            return Found(part=Zone(zones=away), end=end + 1)
    if [w.norm for w in words[end : end + 1]] == ["time"] and not word.closes:
        end += 1
    return Found(part=Zone(zones=found), end=end, opens=word.norm in zones.ENGLISH)


def _dotted(words: Sequence[Word], at: int, locale: str) -> Found | None:
    word = words[at]
    day = dates.dotted(word, locale)
    if day is None:
        return None
    is_final = word.norm.endswith(".")
    found = None if is_final else clocks.clock(words, at, said_at=False, after_day=False)
    if found is not None and found.end > at + 1:  # "5.30 pm"
        return found
    clock = found.part if found is not None and isinstance(found.part, HourOfDay) else None
    part = Dotted(day=day, clock=clock) if clock else day
    return Found(part=part, end=at + 1, opens=True)


def _locale(writer: Writer) -> str:
    """Return the locale where it says how somebody writes dates.

    en-US is also what everybody has who never chose one, wherever they live.
    """
    is_default = writer.locale.replace("_", "-") == "en-US"
    at_home = writer.time_zone.startswith(("America/", "US/", "Pacific/Honolulu"))
    return "" if is_default and not at_home else writer.locale
