"""When a digest is sent: at the right local minute of every day, also of the two odd ones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest.digest import (
    EVERY_DAY,
    WEEKDAYS,
    Schedule,
    local_instant,
    look_back,
    week_before,
)

ZONES = (
    "UTC",
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Asuncion",
    "Pacific/Apia",
)
instants = st.datetimes(
    timezones=st.just(UTC), min_value=datetime(2010, 1, 1), max_value=datetime(2040, 1, 1)
)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
day_sets = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year to minute


# (zone, local time, day before it, instant): computed by hand from the rules of EU and US.
ODD_DAYS = [
    # Spring: the local time is skipped, it is sent at the first instant after the gap.
    ("Europe/Lisbon", time(1, 30), date(2026, 3, 29), utc(2026, 3, 29, 1, 0)),
    ("Europe/Berlin", time(2, 0), date(2026, 3, 29), utc(2026, 3, 29, 1, 0)),
    ("Europe/Berlin", time(2, 59), date(2027, 3, 28), utc(2027, 3, 28, 1, 0)),
    ("America/New_York", time(2, 15), date(2026, 3, 8), utc(2026, 3, 8, 7, 0)),
    ("America/New_York", time(2, 15), date(2027, 3, 14), utc(2027, 3, 14, 7, 0)),
    ("America/Los_Angeles", time(2, 30), date(2026, 3, 8), utc(2026, 3, 8, 10, 0)),
    # Spring, at an hour that exists: summer time counts already.
    ("Europe/Berlin", time(3, 0), date(2026, 3, 29), utc(2026, 3, 29, 1, 0)),
    ("Europe/Berlin", time(9, 0), date(2027, 3, 28), utc(2027, 3, 28, 7, 0)),
    ("Europe/Berlin", time(1, 59), date(2026, 3, 29), utc(2026, 3, 29, 0, 59)),
    # Autumn: the local time comes twice, it is sent the first time.
    ("Europe/Berlin", time(2, 30), date(2026, 10, 25), utc(2026, 10, 25, 0, 30)),
    ("Europe/Berlin", time(2, 30), date(2027, 10, 31), utc(2027, 10, 31, 0, 30)),
    ("Europe/Lisbon", time(1, 0), date(2026, 10, 25), utc(2026, 10, 25, 0, 0)),
    ("America/New_York", time(1, 30), date(2026, 11, 1), utc(2026, 11, 1, 5, 30)),
    ("America/New_York", time(1, 30), date(2027, 11, 7), utc(2027, 11, 7, 5, 30)),
    ("America/New_York", time(9, 0), date(2026, 11, 1), utc(2026, 11, 1, 14, 0)),
    # Days that are rare, and the ends of years.
    ("Europe/Berlin", time(9, 0), date(2028, 2, 29), utc(2028, 2, 29, 8, 0)),
    ("Europe/Berlin", time(0, 0), date(2027, 1, 1), utc(2026, 12, 31, 23, 0)),
    ("Pacific/Auckland", time(23, 59), date(2026, 12, 31), utc(2026, 12, 31, 10, 59)),
]


@pytest.mark.parametrize(("zone", "at", "day", "instant"), ODD_DAYS)
def test_odd_days_computed_by_hand(zone: str, at: time, day: date, instant: datetime) -> None:
    schedule = Schedule(zone=zone, at=at)

    assert local_instant(day, at, ZoneInfo(zone)) == instant
    assert schedule.next_send_at(instant - timedelta(hours=20)) == instant
    assert schedule.next_send_at(instant) >= instant + timedelta(hours=22)


def test_the_doubled_hour_sends_once() -> None:
    schedule = Schedule(zone="Europe/Berlin", at=time(2, 30))

    assert schedule.next_sends(utc(2026, 10, 24, 12), 2) == [
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 26, 1, 30),
    ]


def test_a_day_that_a_place_left_out_has_no_digest() -> None:
    schedule = Schedule(zone="Pacific/Apia", at=time(9, 0))  # there was no 30 December 2011

    found = schedule.next_sends(utc(2011, 12, 28, 20), 2)

    local = [at.astimezone(ZoneInfo("Pacific/Apia")).date() for at in found]
    assert local == [date(2011, 12, 29), date(2011, 12, 31)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (EVERY_DAY, ["Fri 27", "Sat 28", "Sun 29"]),
        (WEEKDAYS, ["Fri 27", "Mon 30", "Tue 01"]),
        ((0,), ["Mon 30", "Mon 07", "Mon 14"]),
    ],
)
def test_days_of_the_week(days: tuple[int, ...], expected: list[str]) -> None:
    schedule = Schedule(zone="Europe/Lisbon", at=time(9, 0), days=days)

    found = schedule.next_sends(utc(2026, 11, 26, 9, 0), 3)

    assert [f"{at:%a %d}" for at in found] == expected


@given(after=instants, at=minutes, zone=st.sampled_from(ZONES), days=day_sets)
def test_every_wanted_day_has_one_instant_at_its_local_minute(
    after: datetime, at: time, zone: str, days: tuple[int, ...]
) -> None:
    schedule, place = Schedule(zone=zone, at=at, days=days), ZoneInfo(zone)

    found = schedule.next_sends(after, 10)

    assert found[0] > after
    assert found == sorted(set(found))
    local = [instant.astimezone(place) for instant in found]
    assert len({moment.date() for moment in local}) == len(found)
    for instant, moment in zip(found, local, strict=True):
        assert moment.weekday() in days
        assert moment.fold == 0 or moment.time() != at
        if moment.time() != at:
            # The local time was skipped: a second earlier the clocks showed less than it.
            before = (instant - timedelta(seconds=1)).astimezone(place)
            assert before.utcoffset() != moment.utcoffset()
            assert before.replace(tzinfo=None) < datetime.combine(moment.date(), at)
            assert moment.time() > at


@given(after=instants, at=minutes, zone=st.sampled_from(ZONES))
def test_no_day_is_left_out(after: datetime, at: time, zone: str) -> None:
    first, second = Schedule(zone=zone, at=at).next_sends(after, 2)

    place = ZoneInfo(zone)
    between = second.astimezone(place).date() - first.astimezone(place).date()
    left_out = zone == "Pacific/Apia" and date(2011, 12, 29) == first.astimezone(place).date()
    assert between.days == (2 if left_out else 1)


@pytest.mark.parametrize(
    ("days", "day", "name"),
    [
        (EVERY_DAY, utc(2026, 11, 30, 9), "Since Friday"),
        (WEEKDAYS, utc(2026, 11, 30, 9), None),  # its last digest was on Friday anyway
        (WEEKDAYS, utc(2026, 11, 27, 9), "This week"),
        ((4,), utc(2026, 11, 27, 9), None),
        (EVERY_DAY, utc(2026, 11, 26, 9), None),
    ],
)
def test_mondays_and_fridays_look_back(
    days: tuple[int, ...], day: datetime, name: str | None
) -> None:
    found = look_back(Schedule(zone="UTC", at=time(9, 0), days=days), day)

    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("now", "since"),
    [
        # Monday 30 March, the day after the spring change: 09:00 was 08:00 UTC on Friday.
        (utc(2026, 3, 30, 7), utc(2026, 3, 27, 8)),
        # Monday 26 October, the day after the autumn change: it was 07:00 UTC on Friday.
        (utc(2026, 10, 26, 8), utc(2026, 10, 23, 7)),
        # Friday 30 October looks back a week, across the same change.
        (utc(2026, 10, 30, 8), utc(2026, 10, 23, 7)),
        # Late by three hours, the stretch begins where it would have.
        (utc(2026, 11, 30, 11), utc(2026, 11, 27, 8)),
    ],
    ids=["spring", "autumn", "a week over autumn", "late"],
)
def test_a_longer_stretch_begins_at_the_same_local_time(now: datetime, since: datetime) -> None:
    found = look_back(Schedule(zone="Europe/Berlin", at=time(9, 0)), now)

    assert found is not None
    assert found.since == since


def test_a_digest_at_any_moment_looks_back_a_week_on_the_local_clock() -> None:
    assert week_before(utc(2026, 10, 28, 9, 30), "Europe/Berlin").since == utc(2026, 10, 21, 8, 30)


@pytest.mark.parametrize(
    ("days", "before", "last"),
    [
        (EVERY_DAY, utc(2026, 11, 30, 8), utc(2026, 11, 29, 8)),
        (WEEKDAYS, utc(2026, 11, 30, 8), utc(2026, 11, 27, 8)),  # Monday covers the weekend
        (WEEKDAYS, utc(2026, 12, 1, 8), utc(2026, 11, 30, 8)),
        ((4,), utc(2026, 11, 27, 8), utc(2026, 11, 20, 8)),
        (WEEKDAYS, utc(2026, 3, 30, 7), utc(2026, 3, 27, 8)),
        (EVERY_DAY, utc(2026, 11, 30, 12), utc(2026, 11, 30, 8)),
    ],
    ids=["daily", "Monday", "Tuesday", "weekly", "spring", "between"],
)
def test_the_first_digest_looks_back_to_the_one_before(
    days: tuple[int, ...], before: datetime, last: datetime
) -> None:
    schedule = Schedule(zone="Europe/Berlin", at=time(9, 0), days=days)

    assert schedule.last_send_at(before) == last
