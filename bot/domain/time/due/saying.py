"""Times said back: absolutely, with weekday, date and zone, and what is asked about one."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from bot.domain.time.due.readings import Ambiguous, Doubt, NotUnderstood, Past, Reading, Understood
from bot.domain.time.due.zones import zone_of

LONGEST_PHRASE = 60  # characters quoted of what was typed
MOST_NAMED = 3  # instants spelled out in one sentence
WHY: Mapping[Doubt, str] = {
    Doubt.VAGUE: "“{phrase}” isn't an exact time.",
    Doubt.EXTENT: "It isn't clear which words are the time in “{phrase}”.",
    Doubt.CLOCK_CHANGE: "The clocks change that night: “{phrase}” happens twice or not at all.",
    Doubt.JUST_PASSED: "“{phrase}” has just passed this year.",
    Doubt.WORKING_DAYS: "“{phrase}” depends on your working days and holidays.",
    Doubt.OTHER_DAY: "The weekday and the date in “{phrase}” don't match.",
}


def absolute(at: datetime, time_zone: str, named: tzinfo | None = None) -> str:
    """Return "Fri 11 Dec 2026, 18:00 CET (09:00 PST)".

    Args:
        at: The instant.
        time_zone: IANA name of the reader's zone.
        named: The zone in which it was typed; said as well when it differs from the reader's.
    """
    here = at.astimezone(zone_of(time_zone))
    said = f"{_day(here)}, {here:%H:%M} {_zone(here)}"
    if named is None:
        return said
    there = at.astimezone(named)
    if there.utcoffset() == here.utcoffset():
        return said
    day = "" if there.date() == here.date() else f"{_day(there)}, "
    return f"{said} ({day}{there:%H:%M} {_zone(there)})"


def question(reading: Reading, time_zone: str) -> str:
    """Return why a time is not recorded and what is asked, in one or two sentences.

    Of a time that was understood it says how it was read.
    """
    phrase = _cut(reading.phrase)
    match reading:
        case Understood():
            return f"“{phrase}” is {absolute(reading.at, time_zone, reading.zone)}."
        case Past():
            said = absolute(reading.at, time_zone, reading.zone)
            return f"“{phrase}” is {said}, which is in the past."
        case NotUnderstood():
            return f"“{phrase}” isn't a time Warroom can read."
        case Ambiguous():
            return _which(reading, phrase, time_zone)


def _which(reading: Ambiguous, phrase: str, time_zone: str) -> str:
    said = [absolute(at, time_zone) for at in reading.candidates]
    if reading.doubt is Doubt.SEVERAL and 1 < len(said) <= MOST_NAMED:
        return f"“{phrase}” could be {', '.join(said[:-1])} or {said[-1]}. Which one?"
    why = WHY.get(reading.doubt, "“{phrase}” can mean several times.").format(phrase=phrase)
    match len(said):
        case 0:
            return f"{why} When exactly?"
        case 1:
            return f"{why} Is it {said[0]}?"
        case _:
            return f"{why} Which one is it?"


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %Y}"


def _zone(local: datetime) -> str:
    """Return CET or PST, and UTC+5:30 where a zone has no letters of its own."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    away = local.utcoffset() or timedelta(0)
    minutes = int(abs(away).total_seconds()) // 60
    sign = "-" if away < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _cut(phrase: str) -> str:
    return phrase if len(phrase) <= LONGEST_PHRASE else f"{phrase[: LONGEST_PHRASE - 1]}…"
