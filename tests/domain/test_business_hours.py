"""Business hours: laws that hold for any calendar, and the minute-by-minute definition."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.time.business_hours import ALWAYS, DAY, NOTHING, Calendar, Window
from bot.domain.time.duration import Duration
from tests.domain.calendars import ZONES, every_day, hours, local, office, utc

MINUTE = timedelta(minutes=1)
YEARS = (datetime(2026, 1, 1), datetime(2027, 12, 31))
instants = st.datetimes(*YEARS, timezones=st.just(UTC))
whole_minutes = instants.map(lambda at: at.replace(second=0, microsecond=0))
durations = st.timedeltas(min_value=NOTHING, max_value=timedelta(days=20))


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to two windows of one day that do not overlap, on whole minutes."""
    found = sorted(draw(st.sets(st.integers(0, 1440), min_size=0, max_size=4)))
    pairs = zip(found[::2], found[1::2], strict=False)
    return tuple(
        Window(opens=timedelta(minutes=opens), closes=timedelta(minutes=closes))
        for opens, closes in pairs
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekly = draw(st.tuples(*[windows()] * 6))
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), windows()))
    zone = draw(st.sampled_from(ZONES))
    return Calendar(time_zone=zone, weekly=(hours("09:00-17:00"), *weekly), days=days)


def counted_minute_by_minute(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The definition itself: look at the clock on the wall once a minute."""
    zone, total, at = ZoneInfo(calendar.time_zone), NOTHING, start
    while at < end:
        wall = at.astimezone(zone)
        shown = timedelta(hours=wall.hour, minutes=wall.minute)
        if any(w.opens <= shown < w.closes for w in calendar.hours(wall.date())):
            total += MINUTE
        at += MINUTE
    return total


@settings(max_examples=60, deadline=None)
@given(calendar=calendars(), start=whole_minutes, minutes=st.integers(0, 3 * 1440))
def test_it_counts_exactly_what_the_clock_on_the_wall_shows(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    end = start + minutes * MINUTE

    assert calendar.elapsed(start, end) == counted_minute_by_minute(calendar, start, end)


CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@settings(max_examples=15, deadline=None)
@given(opening=windows())
def test_so_it_does_on_the_days_when_clocks_are_changed(
    zone: str, day: str, opening: tuple[Window, ...]
) -> None:
    weekly = (hours("00:00-24:00"), *[opening] * 6)
    calendar = Calendar(time_zone=zone, weekly=weekly)
    start = local(zone, f"{day} 12:00") - DAY

    counted = counted_minute_by_minute(calendar, start, start + 2 * DAY)
    assert calendar.elapsed(start, start + 2 * DAY) == counted


@settings(deadline=None)
@given(calendar=calendars(), start=instants, duration=durations)
def test_what_is_added_has_elapsed(
    calendar: Calendar, start: datetime, duration: timedelta
) -> None:
    assert calendar.elapsed(start, calendar.after(start, duration)) == duration


@settings(deadline=None)
@given(calendar=calendars(), start=instants, first=durations, then=durations)
def test_a_longer_duration_is_never_over_sooner(
    calendar: Calendar, start: datetime, first: timedelta, then: timedelta
) -> None:
    assert calendar.after(start, first) <= calendar.after(start, first + then)


@settings(deadline=None)
@given(calendar=calendars(), start=instants, first=durations, then=durations)
def test_time_is_counted_alike_in_one_piece_or_in_two(
    calendar: Calendar, start: datetime, first: timedelta, then: timedelta
) -> None:
    middle, end = start + first, start + first + then

    whole = calendar.elapsed(start, end)
    assert whole == calendar.elapsed(start, middle) + calendar.elapsed(middle, end)


@settings(deadline=None)
@given(calendar=calendars(), at=instants)
def test_the_next_opening_counts_and_nothing_before_it_does(
    calendar: Calendar, at: datetime
) -> None:
    opening = calendar.next_open(at)

    assert calendar.elapsed(at, opening) == NOTHING
    assert calendar.elapsed(opening, opening + timedelta(seconds=1)) > NOTHING


@given(start=instants, duration=durations)
def test_a_calendar_that_never_closes_counts_real_time(
    start: datetime, duration: timedelta
) -> None:
    everywhere = every_day("Europe/Lisbon", "00:00-24:00")

    assert ALWAYS.after(start, duration) == everywhere.after(start, duration) == start + duration
    assert ALWAYS.elapsed(start, start + duration) == duration


@given(start=instants, zone=st.sampled_from(ZONES))
def test_daylight_saving_changes_nothing_outside_business_hours(start: datetime, zone: str) -> None:
    """Clocks are changed at night, at weekends: an office week has forty hours everywhere."""
    monday = start.astimezone(ZoneInfo(zone)).date()
    monday -= timedelta(days=monday.weekday())
    begins = local(zone, f"{monday}")
    ends = local(zone, f"{monday + timedelta(days=7)}")

    assert office(zone).elapsed(begins, ends) == timedelta(hours=40)


def test_time_that_runs_backwards_counts_nothing() -> None:
    assert office().elapsed(utc("2026-11-25 12:00"), utc("2026-11-25 10:00")) == NOTHING


def test_several_windows_a_day_leave_the_break_out() -> None:
    shop = every_day("UTC", "09:00-12:00 13:00-17:00")

    assert shop.after(utc("2026-11-25 11:30"), timedelta(hours=1)) == utc("2026-11-25 13:30")


def test_what_fills_the_day_is_due_when_it_ends_and_not_the_next_morning() -> None:
    due = office().after(utc("2026-11-27 09:00"), timedelta(hours=8))

    assert due == utc("2026-11-27 17:00")


@pytest.mark.parametrize(
    ("weekly", "day"),
    [
        (("09:00-17:00",) * 5 + ("", ""), 8),
        (("08:30-17:30",) * 4 + ("08:30-12:30", "", ""), 8),
        (("00:00-24:00",) * 7, 24),
        (("09:00-12:00 13:00-17:00",) * 6 + ("",), 7),
        # Nights from Monday to Friday, the last of which ends on Saturday.
        (("22:00-24:00", *["00:00-06:00 22:00-24:00"] * 4, "00:00-06:00", ""), 8),
        (("00:00-06:00 22:00-24:00",) * 7, 8),
        (("00:00-24:00",) * 5 + ("", ""), 24),
        (("06:00-24:00", *["00:00-24:00"] * 4, "00:00-06:00", ""), 24),
    ],
)
def test_a_business_day_is_an_average_shift(weekly: tuple[str, ...], day: int) -> None:
    calendar = Calendar(time_zone="UTC", weekly=tuple(hours(text) for text in weekly))

    assert calendar.business_days(1) == timedelta(hours=day)


def test_three_nights_from_a_monday_evening_end_on_thursday_morning() -> None:
    nights = ("22:00-24:00", *["00:00-06:00 22:00-24:00"] * 4, "00:00-06:00", "")
    calendar = Calendar(time_zone="UTC", weekly=tuple(hours(text) for text in nights))

    due = calendar.after(utc("2026-11-23 22:00"), calendar.business_days(3))
    assert due == utc("2026-11-26 06:00")


def test_seven_days_of_an_uneven_week_end_when_its_last_day_does() -> None:
    week = ("09:00-17:00",) * 4 + ("09:00-12:00",) * 3  # a seventh of it is no whole second
    calendar = Calendar(time_zone="UTC", weekly=tuple(hours(text) for text in week))

    due = calendar.after(utc("2026-11-23 09:00"), calendar.business_days(7))
    assert due == utc("2026-11-29 12:00")


@given(start=instants, zone=st.sampled_from(ZONES))
def test_five_business_days_of_an_unequal_week_are_a_week(start: datetime, zone: str) -> None:
    weekly = ("08:00-18:00",) * 4 + ("08:00-12:00", "", "")
    calendar = Calendar(time_zone=zone, weekly=tuple(hours(text) for text in weekly))
    opening = calendar.next_open(start)

    due = Duration.parse("5 bd").after(opening, calendar)
    assert calendar.next_open(due).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == (
        opening.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=7)
    )


@pytest.mark.parametrize(
    "text", ["9:00-17:00", "09:00", "17:00-09:00", "09:00-09:00", "09:00-24:01", "nine to five"]
)
def test_what_are_no_opening_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="expected opening hours such as 09:00-17:00"):
        Window.parse(text)


def test_a_calendar_that_never_opens_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="one of them open"):
        Calendar(time_zone="UTC", weekly=((),) * 7)
