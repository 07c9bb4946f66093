"""When things fall due: real time, and business days of the customer's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import SATURDAY, after
from bot.domain.duration import Duration

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "duration", "zone", "due"),
    [
        (FRIDAY, "30 min", "UTC", datetime(2026, 11, 20, 16, 30, tzinfo=UTC)),
        (FRIDAY, "1 bd", "UTC", datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        (FRIDAY, "5 bd", "UTC", datetime(2026, 11, 27, 16, 0, tzinfo=UTC)),
        # Saturday in Auckland already: the weekend does not count.
        (FRIDAY, "1 bd", "Pacific/Auckland", datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
        # Clocks go back in Berlin on Sunday 25 October: the local hour stays, UTC moves.
        (
            datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
            "1 bd",
            "Europe/Berlin",
            datetime(2026, 10, 26, 9, 0, tzinfo=UTC),
        ),
    ],
)
def test_due_times_computed_by_hand(
    start: datetime, duration: str, zone: str, due: datetime
) -> None:
    assert after(start, Duration.parse(duration), zone) == due


@given(
    start=st.datetimes(
        timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1)
    ),
    days=st.integers(1, 60),
    zone=st.sampled_from(["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"]),
)
def test_business_days_never_end_on_a_weekend_and_more_days_are_never_sooner(
    start: datetime, days: int, zone: str
) -> None:
    due = after(start, Duration.parse(f"{days} bd"), zone)

    assert due > start
    assert due.astimezone(ZoneInfo(zone)).weekday() < SATURDAY
    assert after(start, Duration.parse(f"{days + 1} bd"), zone) > due
