"""The days of a calendar that make up a counted time: a sum that can be done on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.time.business_hours import DAY, NOTHING, Calendar, Span, open_for

MOST = 800  # dates; a sum that is longer is nobody's to follow


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDays:
    """Dates in a row that counted alike; closed days of the week lie in between unsaid.

    Attributes:
        counted: What each of them counted; nothing on a closed day, or while it stood still.
        spans: Of a date that counted only in part, or had other hours: when, aware UTC. Empty
            where the week's own hours counted as a whole, and where nothing did.
        is_unusual: It had other hours than the week's own, or none.
        name: What the public holiday is called; empty for none.
    """

    first: date
    last: date
    days: int
    counted: timedelta
    spans: tuple[Span, ...] = ()
    is_unusual: bool = False
    name: str = ""


def counted_days(
    calendar: Calendar, running: Iterable[Span], names: Mapping[date, str]
) -> tuple[CountedDays, ...]:
    """Return what the calendar counts of the running time, date by date in its zone.

    A week's usual days in a row are one entry; dates with other hours are named from `names`.
    Empty when there are too many dates to follow.
    """
    stretches = list(running)
    if not stretches or (stretches[-1].end - stretches[0].start) > MOST * DAY:
        return ()
    zone = ZoneInfo(calendar.time_zone)
    by_day = _by_day(calendar, stretches, zone)
    first, last = _local(stretches[0].start, zone), _local(stretches[-1].end, zone)
    found: list[CountedDays] = []
    for day in (first + number * DAY for number in range((last - first).days + 1)):
        one = _on(calendar, day, by_day.get(day, ()), names)
        if one is not None and (one.counted or one.is_unusual or first < day < last):
            found = _followed_by(found, one)
    return tuple(found)


def _by_day(
    calendar: Calendar, running: Iterable[Span], zone: ZoneInfo
) -> dict[date, tuple[Span, ...]]:
    by_day: dict[date, tuple[Span, ...]] = {}
    for stretch in running:
        for span in calendar.open_between(stretch.start, stretch.end):
            day = _local(span.start, zone)
            before = by_day.get(day, ())
            if before and before[-1].end == span.start:  # cut at midnight in UTC, or at a change
                by_day[day] = (*before[:-1], replace(before[-1], end=span.end))
            else:
                by_day[day] = (*before, span)
    return by_day


def _on(
    calendar: Calendar, day: date, spans: Sequence[Span], names: Mapping[date, str]
) -> CountedDays | None:
    usual = calendar.weekly[day.weekday()]
    is_unusual = day in calendar.days and calendar.days[day] != usual
    if not spans and not usual:
        return None
    counted = sum((span.end - span.start for span in spans), NOTHING)
    is_whole = not is_unusual and counted == open_for(usual)
    return CountedDays(
        first=day,
        last=day,
        days=1,
        counted=counted,
        spans=() if is_whole else tuple(spans),
        is_unusual=is_unusual,
        name=names.get(day, "") if is_unusual else "",
    )


def _followed_by(found: list[CountedDays], one: CountedDays) -> list[CountedDays]:
    before = found[-1] if found else None
    if before is None or before.counted != one.counted or not _is_plain(before, one):
        return [*found, one]
    return [*found[:-1], replace(before, last=one.last, days=before.days + 1)]


def _is_plain(*days: CountedDays) -> bool:
    return not any(day.spans or day.is_unusual for day in days)


def _local(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
