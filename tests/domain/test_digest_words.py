"""What people type to have a digest."""

from datetime import time

import pytest

from bot.domain.digest.asks import AskedFilters, read, read_filters
from bot.domain.digest.digest import EVERY_DAY, WEEKDAYS
from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import Severity


@pytest.mark.parametrize(
    ("typed", "at", "days", "zone"),
    [
        ("here daily 09:00", time(9), EVERY_DAY, "Europe/Berlin"),
        ("here 9:00", time(9), EVERY_DAY, "Europe/Berlin"),
        ("here weekdays 9am Europe/Lisbon", time(9), WEEKDAYS, "Europe/Lisbon"),
        ("09:30 weekly mon", time(9, 30), (0,), "Europe/Berlin"),
        ("here weekly Monday, thu 17:05 america/new_york", time(17, 5), (0, 3), "America/New_York"),
        ("here daily 12am UTC", time(0), EVERY_DAY, "UTC"),
        ("here daily 12:30pm", time(12, 30), EVERY_DAY, "Europe/Berlin"),
    ],
)
def test_a_schedule_is_read(typed: str, at: time, days: tuple[int, ...], zone: str) -> None:
    found = read(typed, time_zone="Europe/Berlin").schedule

    assert (found.at, found.days, found.zone) == (at, days, zone)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("S2 s1", AskedFilters(severities=(Severity.S1, Severity.S2))),
        (
            "s1, s2 customer Acme",
            AskedFilters(severities=(Severity.S1, Severity.S2), customers=("Acme",)),
        ),
        (
            "customer Acme Logistics category product gap customer “S1 Systems”",
            AskedFilters(customers=("Acme Logistics", "S1 Systems"), categories=("product_gap",)),
        ),
        (
            "customer Smith & Co s1",
            AskedFilters(severities=(Severity.S1,), customers=("Smith & Co",)),
        ),
        ("", AskedFilters()),
    ],
)
def test_filters_are_read(typed: str, expected: AskedFilters) -> None:
    assert read_filters(typed) == expected
    assert read(f"here {typed} 09:00", time_zone="UTC").filters == expected


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("here daily", "Add a time"),
        ("here daily 25:00", "“25:00” isn't a time of day. Use 09:00 or 9am"),
        ("here daily 9", "“9” isn't a time of day. Use 09:00 or 9am"),
        ("here daily 09:60", "09:60"),
        ("here daily 13pm", "13pm"),
        ("here daily 9", "“9”"),
        ("here weekly 09:00", "a day of the week"),
        ("here daily 09:00 Mars/Olympus", "Mars/Olympus"),
        ("here daily 09:00 ../../etc/passwd", "passwd"),
        ("here daily 09:00 customer", "Add the customer"),
        ("here daily 09:00 s5", "s5"),
    ],
)
def test_what_cannot_be_used_is_said_with_an_example(typed: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match="For example: /escalate digest here") as refused:
        read(typed, time_zone="UTC")

    assert problem in refused.value.message


def test_a_zone_nobody_knows_any_more_becomes_utc() -> None:
    assert read("here 09:00", time_zone="Nowhere/Gone").schedule.zone == "UTC"


def test_a_preview_takes_no_schedule() -> None:
    with pytest.raises(InvalidInput, match="only takes filters"):
        read_filters("daily 09:00")
