"""Durations are read from their own words, and from nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duration import Duration, Unit


@given(count=st.integers(1, 99_999), unit=st.sampled_from(Unit))
def test_a_duration_is_read_from_its_own_words(count: int, unit: Unit) -> None:
    duration = Duration(count=count, unit=unit)

    assert Duration.parse(str(duration)) == duration
    assert str(Duration.parse(f" {count}{unit} ")) == f"{count} {unit}"


@given(count=st.integers(1, 99_999), unit=st.sampled_from(Unit))
def test_a_duration_is_real_time_or_business_days_and_never_both(count: int, unit: Unit) -> None:
    duration = Duration(count=count, unit=unit)

    assert (duration.elapsed is None) == (duration.business_days > 0)


@pytest.mark.parametrize(
    ("text", "elapsed", "business_days"),
    [
        ("30 min", timedelta(minutes=30), 0),
        ("4 h", timedelta(hours=4), 0),
        ("24h", timedelta(days=1), 0),
        ("2 bd", None, 2),
    ],
)
def test_a_duration_says_how_long_it_lasts(
    text: str, elapsed: timedelta | None, business_days: int
) -> None:
    duration = Duration.parse(text)

    assert duration.elapsed == elapsed
    assert duration.business_days == business_days


@pytest.mark.parametrize(
    "text",
    ["", "30", "min", "4 hous", "0 min", "-1 h", "1.5 h", "1 d", "4 h 30 min", "100000 h", "٣ h"],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='expected a duration such as "30 min", "4 h" or "2 bd"'):
        Duration.parse(text)


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_a_duration_cannot_be_made_of_nothing_or_of_centuries(count: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 99999 h"):
        Duration(count=count, unit=Unit.HOURS)
