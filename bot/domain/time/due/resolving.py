"""What a phrase means: the instants it can name, and whether there is exactly one to come.

Hours are those of the clock on the wall, in the zone named or the writer's own. Lengths are elapsed
time: across a clock change ninety minutes are ninety minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.domain.time.due.days import Meaning, OnDate, OnDayOfMonth, OnWeekday, Which, weekdays_after
from bot.domain.time.due.parts import FIRST_HOUR, HourOfDay, Length, PartOfDay
from bot.domain.time.due.phrase import Phrase
from bot.domain.time.due.readings import (
    END_OF_DAY,
    Ambiguous,
    Doubt,
    NotUnderstood,
    Past,
    Reading,
    Understood,
    Writer,
)
from bot.domain.time.due.zones import zone_of

MORNING = time(9, 0)  # offered for "first thing tomorrow"
ONE_DAY = timedelta(days=1)
MOST_YEARS = 50  # from now; farther away it is a slip of the finger
# A date without a year that is farther away than this has just passed.
JUST_PASSED = timedelta(days=275)
MOST_OFFERED = 6  # instants to choose from


def resolved(phrase: Phrase, text: str, writer: Writer) -> Reading:
    """Return what a phrase means to its writer; `text` is how it was typed."""
    if phrase.vague is not None:
        return _vague(phrase, text, writer)
    if phrase.working is not None:
        local = writer.now.astimezone(zone_of(writer.time_zone))
        day = weekdays_after(local.date(), phrase.working.count)
        offered = Resolver(writer=writer).on(day, END_OF_DAY, zone_of(writer.time_zone))
        return Ambiguous(phrase=text, candidates=tuple(offered), doubt=Doubt.WORKING_DAYS)
    if phrase.length is not None:
        return _after(phrase.length, text, writer)
    if phrase.dotted is not None:
        return _several(
            text,
            resolved(replace(phrase, dotted=None, day=phrase.dotted.day), text, writer),
            resolved(replace(phrase, dotted=None, clock=phrase.dotted.clock), text, writer),
        )
    return Resolver(writer=writer).read(phrase, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Reads phrases of a day, a clock, a part of the day and a zone."""

    writer: Writer

    def read(self, phrase: Phrase, text: str) -> Reading:
        home = zone_of(self.writer.time_zone)
        zones = phrase.zone.zones if phrase.zone is not None else (home,)
        clocks = self._clocks(phrase)
        found: set[datetime] = set()
        past: set[datetime] = set()
        is_odd = False
        for zone in zones:
            for row in self._rows(phrase, zone, home):
                for days, at in clocks:
                    future, gone, odd = self._first(row, days, at, zone)
                    found |= set(future)
                    past |= set(gone)
                    is_odd = is_odd or (odd and bool(future))
        if not found:
            named = zones[-1] if phrase.zone is not None else None
            return Past(phrase=text, at=max(past), zone=named) if past else _none(text)
        return self._judged(phrase, text, tuple(sorted(found)), is_odd=is_odd)

    def on(self, day: date, at: time, zone: tzinfo) -> list[datetime]:
        """Return the instants at which a clock on the wall shows that, mostly one.

        An hour that is skipped gives the two around it.
        """
        local = datetime.combine(day, at)
        both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        real = [u for u in both if u.astimezone(zone).replace(tzinfo=None) == local]
        return sorted(set(real or both))

    def _judged(
        self, phrase: Phrase, text: str, found: tuple[datetime, ...], *, is_odd: bool
    ) -> Reading:
        """Return one instant as understood, if nothing is left to be asked."""
        doubt = self._doubt(phrase, found, is_odd=is_odd)
        if doubt is None:
            zone = phrase.zone.zones[-1] if phrase.zone is not None else None
            return Understood(phrase=text, at=found[0], zone=zone)
        if doubt is Doubt.OTHER_DAY:
            other = self.read(replace(phrase, date=None), text)
            offered = (other.at,) if isinstance(other, Understood) else ()
            found = tuple(sorted({*found, *offered}))
        return Ambiguous(phrase=text, candidates=found[:MOST_OFFERED], doubt=doubt)

    def _doubt(self, phrase: Phrase, found: tuple[datetime, ...], *, is_odd: bool) -> Doubt | None:
        is_yearless = isinstance(phrase.day, OnDate) and phrase.day.year is None
        is_bare = phrase.clock is not None and phrase.clock.is_bare
        # Asked also when one of the two dates has passed.
        is_bare = is_bare or (isinstance(phrase.day, OnDate) and len(set(phrase.day.dates)) > 1)
        doubts = {
            Doubt.CLOCK_CHANGE: is_odd,
            Doubt.OTHER_DAY: phrase.date is not None and not self._agrees(phrase, found),
            Doubt.VAGUE: phrase.part is not None and phrase.clock is None,
            Doubt.SEVERAL: is_bare or len(found) > 1 or self._may_be_today(phrase),
            Doubt.JUST_PASSED: is_yearless and found[0] - self.writer.now > JUST_PASSED,
        }
        return next((doubt for doubt, holds in doubts.items() if holds), None)

    def _rows(self, phrase: Phrase, zone: tzinfo, home: tzinfo) -> Iterator[Meaning]:
        """Yield the rows of dates that can be meant, seen from the writer and from that zone."""
        todays = {self.writer.now.astimezone(one).date() for one in (home, zone)}
        for today in sorted(todays):
            if phrase.day is None:
                parts = (phrase.part, phrase.clock)
                is_today = any(part is not None and part.is_today for part in parts)
                there = self.writer.now.astimezone(zone).date()
                # A clock for itself is the next one, whatever day it is there.
                yield (there,) if is_today else (there, there + ONE_DAY, there + 2 * ONE_DAY)
                continue
            yield from (phrase.date or phrase.day).meanings(today)
            if phrase.date is not None:
                continue
            if phrase.clock is None and phrase.part is None and self._is_today(phrase, today):
                yield from (row[1:] for row in phrase.day.meanings(today))

    def _is_today(self, phrase: Phrase, today: date) -> bool:
        """Say whether only a day is named and that is today's name, as "tue" is on a Tuesday."""
        match phrase.day:
            case OnWeekday(which=Which.PLAIN):
                return phrase.day.weekday == today.weekday()
            case OnDayOfMonth():
                return phrase.day.day == today.day
            case _:
                return False

    def _may_be_today(self, phrase: Phrase) -> bool:
        today = self.writer.now.astimezone(zone_of(self.writer.time_zone)).date()
        is_open = phrase.clock is None and phrase.part is None and phrase.date is None
        return is_open and self._is_today(phrase, today)

    def _agrees(self, phrase: Phrase, found: tuple[datetime, ...]) -> bool:
        """Say whether the one date found is the weekday named beside it."""
        zone = phrase.zone.zones[-1] if phrase.zone else zone_of(self.writer.time_zone)
        weekday = phrase.day.weekday if isinstance(phrase.day, OnWeekday) else None
        shift = timedelta(days=1) if phrase.clock and phrase.clock.times[0][0] else timedelta(0)
        return all((at.astimezone(zone) - shift).weekday() == weekday for at in found)

    def _clocks(self, phrase: Phrase) -> Sequence[tuple[int, time]]:
        clock, part = phrase.clock, phrase.part
        if clock is None:
            if part is not None:
                return [(0, time(hour)) for hour in part.offered]
            return [(0, self.writer.day_means)]
        if part is not None:
            return _within(clock, part)
        if clock.is_loose and not clock.is_bare and self._is_morning(phrase, clock):
            return clock.times[:1]
        return clock.times

    def _is_morning(self, phrase: Phrase, clock: HourOfDay) -> bool:
        """Say whether an hour without am or pm is the one before noon."""
        early = clock.times[0][1]
        if early.hour < FIRST_HOUR:
            return False
        if phrase.day is not None:
            return True
        zone = phrase.zone.zones[-1] if phrase.zone else zone_of(self.writer.time_zone)
        return self.writer.now.astimezone(zone).time() < early

    def _first(
        self, row: Meaning, days: int, at: time, zone: tzinfo
    ) -> tuple[list[datetime], list[datetime], bool]:
        """Return the first instants of a row to come, those gone by, and whether they are odd."""
        gone: list[datetime] = []
        for day in row:
            if abs(day.year - self.writer.now.year) > MOST_YEARS:
                continue
            instants = self.on(day + days * ONE_DAY, at, zone)
            future = [u for u in instants if u > self.writer.now]
            if future:
                return future, gone, len(instants) > 1
            gone += instants
        return [], gone, False


def _within(clock: HourOfDay, part: PartOfDay) -> list[tuple[int, time]]:
    """Return those times of a clock that lie in a part of the day."""
    return [
        (days, at) for days, at in clock.times if days == 0 and part.start <= at.hour < part.end
    ]


def _after(length: Length, text: str, writer: Writer) -> Reading:
    found = Understood(phrase=text, at=writer.now + length.elapsed)
    if length.elapsed <= timedelta(0):
        return Past(phrase=text, at=found.at)
    if length.clock is None:
        return found
    return _several(text, found, resolved(Phrase(clock=length.clock), text, writer))


def _several(text: str, *readings: Reading) -> Reading:
    """Return what is to be asked when a phrase has been read in several ways."""
    found: set[datetime] = set()
    for reading in readings:
        match reading:
            case Understood():
                found.add(reading.at)
            case Ambiguous():
                found |= set(reading.candidates)
    offered = tuple(sorted(found))[:MOST_OFFERED]
    return Ambiguous(phrase=text, candidates=offered, doubt=Doubt.SEVERAL)


def _vague(phrase: Phrase, text: str, writer: Writer) -> Reading:
    days = phrase.vague.days if phrase.vague is not None else ()
    known = [resolved(Phrase(day=day, zone=phrase.zone), text, writer) for day in days]
    if phrase.day is not None:
        known = [
            resolved(Phrase(day=phrase.day), text, replace(writer, day_means=hour))
            for hour in (MORNING, END_OF_DAY)
        ]
    asked = _several(text, *known)
    candidates = asked.candidates if isinstance(asked, Ambiguous) else ()
    return Ambiguous(phrase=text, candidates=candidates, doubt=Doubt.VAGUE)


def _none(text: str) -> NotUnderstood:
    return NotUnderstood(phrase=text)
