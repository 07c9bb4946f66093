"""Durations: read from their own words, counted in real or in business time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.time.business_hours import ALWAYS
from bot.domain.time.duration import Duration, Unit
from tests.domain.calendars import office, utc


@given(count=st.integers(1, 99_999), unit=st.sampled_from(Unit))
def test_a_duration_is_read_from_its_own_words(count: int, unit: Unit) -> None:
    duration = Duration(count=count, unit=unit)

    assert Duration.parse(str(duration)) == duration
    assert str(Duration.parse(f" {count}{unit} ")) == f"{count} {unit}"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30 min", timedelta(minutes=30)),
        ("4 h", timedelta(hours=4)),
        ("24h", timedelta(days=1)),
        ("8 bh", timedelta(hours=8)),
        ("2 bd", timedelta(hours=16)),
    ],
)
def test_a_duration_says_how_long_it_lasts(text: str, length: timedelta) -> None:
    assert Duration.parse(text).length(office()) == length


def test_a_business_day_of_a_calendar_that_never_closes_is_a_day() -> None:
    assert Duration.parse("2 bd").length(ALWAYS) == timedelta(days=2)


@pytest.mark.parametrize(
    ("start", "text", "zone", "due"),
    [
        ("2026-11-20 16:00", "30 min", "UTC", "2026-11-20 16:30"),
        ("2026-11-20 16:00", "24 h", "UTC", "2026-11-21 16:00"),
        ("2026-11-20 16:00", "2 bh", "UTC", "2026-11-23 10:00"),
        ("2026-11-20 16:00", "1 bd", "UTC", "2026-11-23 16:00"),
        ("2026-11-20 16:00", "5 bd", "UTC", "2026-11-27 16:00"),
        # Saturday in Auckland already: the day that counts is Monday, and ends at 17:00 there.
        ("2026-11-20 16:00", "1 bd", "Pacific/Auckland", "2026-11-23 04:00"),
        # Clocks go back in Berlin on Sunday 25 October: the local hour stays, UTC moves.
        ("2026-10-23 08:00", "1 bd", "Europe/Berlin", "2026-10-26 09:00"),
    ],
)
def test_due_times_computed_by_hand(start: str, text: str, zone: str, due: str) -> None:
    assert Duration.parse(text).after(utc(start), office(zone)) == utc(due)


@pytest.mark.parametrize(
    "text",
    ["", "30", "min", "4 hous", "0 min", "-1 h", "1.5 h", "1 d", "4 h 30 min", "100000 h", "٣ h"],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='expected a duration such as "30 min", "4 h", "8 bh"'):
        Duration.parse(text)


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_a_duration_cannot_be_made_of_nothing_or_of_centuries(count: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 99999 h"):
        Duration(count=count, unit=Unit.HOURS)
