"""When rhythms come round: beats, local times across daylight saving, business days; mistakes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation.escalation import Severity
from bot.domain.meetings.policy import CadenceKind, CadencePolicy, LocalTime, contradictions
from bot.domain.mistakes import Unusable
from bot.domain.time.duration import Duration
from tests.domain.calendars import office

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TWICE_A_DAY = CadencePolicy(at=(LocalTime.parse("09:30"), LocalTime.parse("16:30")))
BEAT = CadencePolicy(first=Duration.parse("30 min"), every=Duration.parse("60 min"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


@pytest.mark.parametrize(
    ("start", "zone", "due"),
    [
        ("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T08:30"),
        ("2026-11-23T08:30", "Europe/Berlin", "2026-11-23T15:30"),
        ("2026-11-23T15:30", "Europe/Berlin", "2026-11-24T08:30"),
        # Friday evening in Berlin: the weekend is left out.
        ("2026-11-20T16:00", "Europe/Berlin", "2026-11-23T08:30"),
        # Sunday evening in UTC is Monday morning in Auckland.
        ("2026-11-22T19:00", "Pacific/Auckland", "2026-11-22T20:30"),
        # The clocks go back in Berlin on Sunday 25 October 2026: 09:30 stays 09:30.
        ("2026-10-23T15:00", "Europe/Berlin", "2026-10-26T08:30"),
        ("2026-10-23T07:00", "Europe/Berlin", "2026-10-23T07:30"),
    ],
)
def test_local_times_computed_by_hand(start: str, zone: str, due: str) -> None:
    assert TWICE_A_DAY.next_at(at(start), office(zone)) == at(due)


def test_a_time_that_spring_skips_is_an_hour_later_and_one_that_comes_twice_counts_once() -> None:
    # In Lord Howe and Cairo the clocks change on days of the week; Egypt on Friday 24 April 2026.
    skipped = CadencePolicy(at=(LocalTime.parse("00:30"),))
    found = skipped.next_at(at("2026-04-23T12:00"), office("Africa/Cairo"))
    assert found == at("2026-04-23T22:30")
    assert found.astimezone(ZoneInfo("Africa/Cairo")).hour == 1

    # Clocks went back on Thursday 29 October 2026 in Egypt at midnight: 23:30 came twice.
    twice = CadencePolicy(at=(LocalTime.parse("23:30"),))
    first = twice.next_at(at("2026-10-29T12:00"), office("Africa/Cairo"))
    assert first == at("2026-10-29T20:30")
    second = twice.next_at(first, office("Africa/Cairo"))
    assert second is not None
    assert (
        second.astimezone(ZoneInfo("Africa/Cairo")).date()
        > first.astimezone(ZoneInfo("Africa/Cairo")).date()
    )


@given(
    start=st.datetimes(
        timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2060, 1, 1)
    ),
    zone=st.sampled_from(["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"]),
)
def test_the_next_local_time_is_later_on_a_business_day_and_none_lies_between(
    start: datetime, zone: str
) -> None:
    due = TWICE_A_DAY.next_at(start, office(zone))

    assert due is not None
    assert due > start
    local = due.astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    assert f"{local:%H:%M}" in {"09:30", "16:30"}
    assert TWICE_A_DAY.next_at(due - timedelta(seconds=1), office(zone)) == due


@given(
    late=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
    rhythm=st.sampled_from([BEAT, TWICE_A_DAY]),
)
def test_what_is_late_is_followed_by_one_that_is_still_to_come(
    late: timedelta, rhythm: CadencePolicy
) -> None:
    now = MONDAY + late

    found = rhythm.following(MONDAY, now, office("UTC"))

    assert found is not None
    assert found > now


def test_a_beat_is_kept_when_the_sweep_was_a_little_late() -> None:
    now = MONDAY + timedelta(seconds=40)

    assert BEAT.following(MONDAY, now, office("UTC")) == MONDAY + timedelta(minutes=60)


@pytest.mark.parametrize(("waited", "due"), [(10, 30), (29, 30), (45, 75)])
def test_the_first_counts_from_the_opening_while_that_is_to_come(waited: int, due: int) -> None:
    begins = MONDAY + timedelta(minutes=waited)

    assert BEAT.first_at(MONDAY, begins, office("UTC")) == MONDAY + timedelta(minutes=due)


def test_without_a_first_it_begins_with_the_next() -> None:
    assert TWICE_A_DAY.first_at(MONDAY, MONDAY, office("UTC")) == at("2026-11-23T16:30")


def test_a_link_may_hold_the_number() -> None:
    rhythm = CadencePolicy(every=BEAT.every, meeting_link="https://meet.example.com/w-{number}")

    assert rhythm.link_for("ESC-2026-0042") == "https://meet.example.com/w-ESC-2026-0042"


@pytest.mark.parametrize("text", ["", "9", "9.30", "24:00", "09:60", "9:5", "-1:00", "٠٩:30"])
def test_what_is_no_time_of_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='expected a time of day such as "09:30"'):
        LocalTime.parse(text)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"every": Duration.parse("10 min")}, 'every: "10 min"; expected at least 15 min'),
        (
            {"every": Duration.parse("1 h"), "at": TWICE_A_DAY.at},
            "both every and at; expected one of them",
        ),
        ({"at": TWICE_A_DAY.at * 2}, "each once"),
        ({"length": Duration.parse("1 bd")}, "real time, such as 15 min"),
        ({"meeting_link": "javascript:alert(1)"}, "an address such as https://"),
        ({"meeting_link": "https://meet.example.com/{room}"}, "an address such as https://"),
        ({"where": "x" * 81}, "81 characters; expected at most 80"),
    ],
)
def test_what_a_rhythm_cannot_be_is_told(made: dict[str, object], said: str) -> None:
    with pytest.raises(Unusable, match="expected") as refused:
        CadencePolicy(**made)  # type: ignore[arg-type]  # on purpose

    assert said in str(refused.value)


def test_a_triage_call_is_held_once_and_the_others_return() -> None:
    once = CadencePolicy(first=Duration.parse("5 min"))
    found = contradictions(
        {
            Severity.S1: {CadenceKind.TRIAGE: BEAT, CadenceKind.CHECKPOINT: once},
            Severity.S2: {CadenceKind.TRIAGE: once, CadenceKind.EXEC_UPDATE: TWICE_A_DAY},
        }
    )

    assert [mistake.where for mistake in found] == ["rhythms.s1.triage", "rhythms.s1.checkpoint"]
