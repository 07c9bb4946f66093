"""Due times computed by hand: every change of clocks in 2026 and 2027, holidays, zones.

Europe changes at 01:00 UTC on 29 March and 25 October 2026, 28 March and 31 October 2027; New
York at 02:00 of its own on 8 March and 1 November 2026, 14 March and 7 November 2027.
"""

from datetime import date, timedelta

import pytest

from bot.domain.escalation.escalation import Severity
from tests.domain.calendars import every_day, hours, local, office, utc
from tests.domain.clocks import CUSTOMER, EVA, running, terms

BERLIN, LISBON, NEW_YORK = "Europe/Berlin", "Europe/Lisbon", "America/New_York"


@pytest.mark.parametrize(
    ("zone", "friday", "due"),
    [
        # Friday 16:00 + 2 business hours = Monday 10:00, written down here in UTC.
        (BERLIN, "2026-03-27 15:00", "2026-03-30 08:00"),
        (BERLIN, "2026-10-23 14:00", "2026-10-26 09:00"),
        (BERLIN, "2027-03-26 15:00", "2027-03-29 08:00"),
        (BERLIN, "2027-10-29 14:00", "2027-11-01 09:00"),
        (LISBON, "2026-03-27 16:00", "2026-03-30 09:00"),
        (LISBON, "2026-10-23 15:00", "2026-10-26 10:00"),
        (LISBON, "2027-03-26 16:00", "2027-03-29 09:00"),
        (LISBON, "2027-10-29 15:00", "2027-11-01 10:00"),
        (NEW_YORK, "2026-03-06 21:00", "2026-03-09 14:00"),
        (NEW_YORK, "2026-10-30 20:00", "2026-11-02 15:00"),
        (NEW_YORK, "2027-03-12 21:00", "2027-03-15 14:00"),
        (NEW_YORK, "2027-11-05 20:00", "2027-11-08 15:00"),
        # Between the American and the European change the two are an hour nearer.
        (NEW_YORK, "2026-03-20 20:00", "2026-03-23 14:00"),
        (BERLIN, "2026-03-20 15:00", "2026-03-23 09:00"),
    ],
)
def test_two_business_hours_over_a_weekend(zone: str, friday: str, due: str) -> None:
    assert office(zone).after(utc(friday), timedelta(hours=2)) == utc(due)


@pytest.mark.parametrize(
    ("zone", "day", "window", "hours_counted"),
    [
        # The spring night has an hour less, the autumn night one more.
        (BERLIN, "2026-03-29", "00:00-06:00", 5),
        (BERLIN, "2026-10-25", "00:00-06:00", 7),
        (BERLIN, "2027-03-28", "00:00-06:00", 5),
        (BERLIN, "2027-10-31", "00:00-06:00", 7),
        (LISBON, "2026-03-29", "00:00-06:00", 5),
        (LISBON, "2026-10-25", "00:00-06:00", 7),
        (LISBON, "2027-03-28", "00:00-06:00", 5),
        (LISBON, "2027-10-31", "00:00-06:00", 7),
        (NEW_YORK, "2026-03-08", "00:00-06:00", 5),
        (NEW_YORK, "2026-11-01", "00:00-06:00", 7),
        (NEW_YORK, "2027-03-14", "00:00-06:00", 5),
        (NEW_YORK, "2027-11-07", "00:00-06:00", 7),
        # The whole day.
        (BERLIN, "2026-03-29", "00:00-24:00", 23),
        (BERLIN, "2026-10-25", "00:00-24:00", 25),
        (NEW_YORK, "2027-03-14", "00:00-24:00", 23),
        (NEW_YORK, "2027-11-07", "00:00-24:00", 25),
        # Berlin skips 02:00 to 03:00: what begins or ends there begins or ends at the change.
        (BERLIN, "2026-03-29", "02:30-06:00", 3),
        (BERLIN, "2026-03-29", "00:00-02:30", 2),
        (BERLIN, "2026-03-29", "02:00-03:00", 0),
        (BERLIN, "2026-03-29", "01:00-04:00", 2),
        # And it lives 02:00 to 03:00 twice.
        (BERLIN, "2026-10-25", "02:00-03:00", 2),
        (BERLIN, "2026-10-25", "02:30-06:00", 4),
        (BERLIN, "2026-10-25", "00:00-02:30", 3),
        (BERLIN, "2026-10-25", "01:00-04:00", 4),
        # New York repeats 01:00 to 02:00 and skips 02:00 to 03:00.
        (NEW_YORK, "2026-11-01", "01:00-02:00", 2),
        (NEW_YORK, "2026-03-08", "02:00-03:00", 0),
        # Lord Howe moves by half an hour; Santiago at midnight.
        ("Australia/Lord_Howe", "2026-04-05", "00:00-06:00", 6.5),
        ("Australia/Lord_Howe", "2026-10-04", "00:00-06:00", 5.5),
        ("America/Santiago", "2026-09-06", "00:00-06:00", 5),
        ("America/Santiago", "2026-04-04", "12:00-24:00", 13),
        # An ordinary night, for comparison.
        (BERLIN, "2026-03-28", "00:00-06:00", 6),
        ("Asia/Kolkata", "2026-03-29", "00:00-06:00", 6),
    ],
)
def test_a_window_of_one_night(zone: str, day: str, window: str, hours_counted: float) -> None:
    calendar = every_day(zone, window)
    start, end = f"{day} 00:00", f"{date.fromisoformat(day) + timedelta(days=1)} 00:00"

    counted = calendar.elapsed(local(zone, start), local(zone, end))
    assert counted == timedelta(hours=hours_counted)


@pytest.mark.parametrize(
    ("zone", "start", "length", "due"),
    [
        # A night shift 00:00-06:00 over the change: four hours from 01:00.
        (BERLIN, "2026-03-29 00:00", 4, "2026-03-29 04:00"),  # 01:00 CET → 06:00 CEST
        (BERLIN, "2026-10-24 23:00", 4, "2026-10-25 03:00"),  # 01:00 CEST → 04:00 CET
        (NEW_YORK, "2026-03-08 06:00", 4, "2026-03-08 10:00"),  # 01:00 EST → 06:00 EDT
        (NEW_YORK, "2026-11-01 05:00", 4, "2026-11-01 09:00"),  # 01:00 EDT → 04:00 EST
    ],
)
def test_a_night_shift_counts_hours_that_are_lived(
    zone: str, start: str, length: int, due: str
) -> None:
    shift = every_day(zone, "00:00-06:00")

    assert shift.after(utc(start), timedelta(hours=length)) == utc(due)


# Portugal: 1 and 8 December 2026 are Tuesdays. Christmas Eve is a half day here.
LISBON_DAYS = {
    date(2026, 12, 1): "",
    date(2026, 12, 8): "",
    date(2026, 12, 24): "09:00-13:00",
    date(2026, 12, 25): "",
    date(2027, 1, 1): "",
    date(2026, 12, 5): "10:00-12:00",  # a Saturday on duty
}


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-30 15:00", 4, "2026-12-02 11:00"),  # over a holiday
        ("2026-12-01 10:00", 1, "2026-12-02 10:00"),  # begun on one
        ("2026-12-24 12:00", 2, "2026-12-28 10:00"),  # half day, holiday, weekend
        ("2026-12-24 14:00", 1, "2026-12-28 10:00"),  # after a half day
        ("2026-12-23 15:00", 6, "2026-12-24 13:00"),  # ends with the half day
        ("2026-12-31 16:00", 2, "2027-01-04 10:00"),  # over New Year, a Friday
        ("2026-12-04 16:00", 2, "2026-12-05 11:00"),  # a Saturday that is open
        ("2026-12-04 16:00", 4, "2026-12-07 10:00"),
    ],
)
def test_holidays_half_days_and_extra_days(start: str, length: int, due: str) -> None:
    calendar = office(LISBON, LISBON_DAYS)

    # Lisbon keeps UTC in winter.
    assert calendar.after(utc(start), timedelta(hours=length)) == utc(due)


@pytest.mark.parametrize(
    ("zone", "start", "length", "due"),
    [
        # One instant, Monday 23 November 2026 at 20:00 UTC, from west to east.
        ("Pacific/Honolulu", "2026-11-23 20:00", 2, "2026-11-23 22:00"),  # Mon 10:00
        (NEW_YORK, "2026-11-23 20:00", 3, "2026-11-24 15:00"),  # Mon 15:00 → Tue 10:00
        ("Asia/Kolkata", "2026-11-23 20:00", 1, "2026-11-24 04:30"),  # Tue 01:30 → 10:00
        ("Asia/Kathmandu", "2026-11-23 20:00", 1, "2026-11-24 04:15"),
        ("Pacific/Auckland", "2026-11-23 20:00", 1, "2026-11-23 21:00"),  # Tue 09:00
        ("Pacific/Kiritimati", "2026-11-23 20:00", 1, "2026-11-23 21:00"),  # Tue 10:00
        # Friday evening UTC is Saturday morning in Auckland.
        ("Pacific/Auckland", "2026-11-27 20:00", 1, "2026-11-29 21:00"),
    ],
)
def test_zones_west_and_east(zone: str, start: str, length: int, due: str) -> None:
    assert office(zone).after(utc(start), timedelta(hours=length)) == utc(due)


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        # 29 February 2028 is a Tuesday; in 2026 Friday 27 February is followed by March.
        ("2028-02-28 16:00", 2, "2028-02-29 10:00"),
        ("2028-02-29 16:00", 2, "2028-03-01 10:00"),
        ("2026-02-27 16:00", 2, "2026-03-02 10:00"),
    ],
)
def test_leap_days(start: str, length: int, due: str) -> None:
    assert office().after(utc(start), timedelta(hours=length)) == utc(due)


def test_a_leap_day_may_be_a_holiday() -> None:
    calendar = office("UTC", {date(2028, 2, 29): ""})

    assert calendar.after(utc("2028-02-28 16:00"), timedelta(hours=2)) == utc("2028-03-01 10:00")
    assert calendar.hours(date(2028, 2, 29)) == hours("")


@pytest.mark.parametrize(
    ("start", "ended"),
    [
        # In Lisbon 01:00 becomes 02:00 on 29 March, and comes twice on 25 October.
        ("2026-03-28 20:00", "2026-03-29 09:00"),
        ("2026-10-24 20:00", "2026-10-25 07:00"),
        ("2026-11-24 20:00", "2026-11-25 08:00"),
    ],
)
def test_a_pause_of_twelve_hours_lasts_twelve_hours_whatever_the_clocks_on_the_wall_do(
    start: str, ended: str
) -> None:
    promised = terms("48 h", calendar=office(LISBON), pauses={CUSTOMER: "12 h"})
    at = local(LISBON, start)
    clock = running(severity=Severity.S1, at=at, promised=promised)

    clock = clock.paused(CUSTOMER, at=at, by=EVA, evidence="asked")

    assert clock.pause is not None
    assert clock.pause.until_at == local(LISBON, ended) == at + timedelta(hours=12)
    assert clock.at(at + timedelta(hours=13)).due_at == at + timedelta(hours=60)
