"""Due times as people write them, in their own zone."""

from datetime import UTC, datetime

import pytest

from bot.domain import due
from bot.domain.errors import InvalidInput

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("line", "zone", "owner", "due_at", "text"),
    [
        ("<@U1EVA|eva> by fri 17:00 replay it", "UTC", "U1EVA", "2026-11-27T17:00", "replay it"),
        ("by fri 17:00 replay it", "Europe/Berlin", None, "2026-11-27T16:00", "replay it"),
        ("replay it by tomorrow 9am", "America/New_York", None, "2026-11-25T14:00", "replay it"),
        ("call them by friday", "UTC", None, "2026-11-27T17:00", "call them"),
        ("call them by eod", "UTC", None, "2026-11-24T17:00", "call them"),
        ("call in by in 2 hours the vendor", "UTC", None, "2026-11-24T12:00", "call in the vendor"),
        ("stand by the phone", "UTC", None, None, "stand by the phone"),
        ("replay the export", "UTC", None, None, "replay the export"),
    ],
)
def test_a_line_says_who_what_and_by_when(
    line: str, zone: str, owner: str | None, due_at: str | None, text: str
) -> None:
    asked = due.read(line, now=NOW, time_zone=zone)

    expected = datetime.fromisoformat(due_at).replace(tzinfo=UTC) if due_at else None
    assert (asked.owner, asked.due_at, asked.text) == (owner, expected, text)


def test_a_time_that_has_passed_is_refused() -> None:
    with pytest.raises(InvalidInput, match="in the past"):
        due.read("do it by 2026-11-01 10:00", now=NOW, time_zone="UTC")


def test_the_two_odd_days_of_the_year_keep_the_local_hour() -> None:
    march = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)
    october = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)

    spring = due.instant("tomorrow 17:00", now=march, time_zone="Europe/Berlin")
    autumn = due.instant("tomorrow 17:00", now=october, time_zone="Europe/Berlin")

    assert spring == datetime(2026, 3, 29, 15, 0, tzinfo=UTC)
    assert autumn == datetime(2026, 10, 25, 16, 0, tzinfo=UTC)
