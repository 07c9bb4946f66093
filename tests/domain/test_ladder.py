"""The ladder: which rungs are told at an instant, once each, and when to look again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.escalation.escalation import Severity
from bot.domain.mistakes import Unusable
from bot.domain.people import ESCALATION_MANAGER, RoleKey
from bot.domain.plan.promise import Terms
from bot.domain.sla.clock import ACKNOWLEDGE, NEXT_UPDATE, SlaClock
from bot.domain.sla.ladder import (
    CLOCK_OWNER,
    Asks,
    Ladder,
    Point,
    Rung,
    ShortLadder,
    armed_anew,
    due_rungs,
    next_rung_at,
)
from bot.domain.time.duration import Duration
from bot.policy_file import load
from tests.domain.calendars import office, utc
from tests.domain.clocks import CUSTOMER, EVA, running, terms

DIRECTOR = RoleKey("director")


def rung(at: str, *tell: RoleKey, **or_at: str) -> Rung:
    sooner = {Severity(severity): Point.parse(text) for severity, text in or_at.items()}
    asks = Asks.NOTHING if at == "50 %" else Asks.PLAN
    return Rung(at=Point.parse(at), tell=tell or (CLOCK_OWNER,), asks=asks, or_at=sooner)


LADDER = Ladder(
    rungs=(
        rung("50 %"),
        rung("75 %", ESCALATION_MANAGER),
        rung("90 %"),
        rung("100 %", DIRECTOR),
        rung("150 %", s1="+2 h"),
        rung("200 %", s1="+4 h"),
    ),
    next_update=(rung("-15 min"), rung("-5 min"), rung("0 min"), rung("+10 min")),
    short=ShortLadder(
        up_to=Duration.parse("15 min"), rungs=(rung("50 %"), rung("80 %"), rung("100 %"))
    ),
)


def keys(clock: SlaClock, now: str, climbed: frozenset[str] = frozenset()) -> list[str]:
    return [rung.key for rung in due_rungs(LADDER, clock, climbed, utc(now))]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23 12:59", []),
        ("2026-11-23 13:00", ["50 %"]),  # half of 8 business hours from 09:00
        ("2026-11-23 15:00", ["50 %", "75 %"]),
        ("2026-11-23 16:12", ["50 %", "75 %", "90 %"]),
        ("2026-11-23 17:00", ["50 %", "75 %", "90 %", "100 %"]),
        ("2026-11-24 12:59", ["50 %", "75 %", "90 %", "100 %"]),
        ("2026-11-24 13:00", ["50 %", "75 %", "90 %", "100 %", "150 %"]),
        ("2026-11-24 17:00", ["50 %", "75 %", "90 %", "100 %", "150 %", "200 %"]),
    ],
)
def test_rungs_stand_at_shares_of_business_time(now: str, due: list[str]) -> None:
    assert keys(running(), now) == due


def test_a_critical_clock_climbs_by_real_time_where_that_is_sooner() -> None:
    promised = terms("24 h")
    clock = running(at=utc("2026-11-23 09:00"), severity=Severity.S1, promised=promised)
    climbed = frozenset({"50 %", "75 %", "90 %", "100 %"})

    assert keys(clock, "2026-11-24 10:59", climbed) == []
    assert keys(clock, "2026-11-24 11:00", climbed) == ["150 %"]  # +2 h, not +12 h
    assert keys(clock, "2026-11-24 13:00", climbed) == ["150 %", "200 %"]


def test_what_is_open_for_long_climbs_even_while_it_stands_still() -> None:
    long = Rung(
        at=Point.parse("200 %"),
        tell=(DIRECTOR,),
        or_after={Severity.S1: Duration.parse("24 h")},
    )
    ladder, clock = Ladder(rungs=(long,)), running(severity=Severity.S1)
    clock = clock.paused(
        CUSTOMER, at=utc("2026-11-23 10:00"), by=EVA, evidence="asked", until_at=None
    )

    assert due_rungs(ladder, clock, (), utc("2026-11-24 08:59")) == []
    assert due_rungs(ladder, clock, (), utc("2026-11-24 09:00")) == [long]
    assert next_rung_at(ladder, clock, ()) == utc("2026-11-24 09:00")


def test_a_share_comes_first_where_that_is_sooner() -> None:
    clock = running(severity=Severity.S1, promised=terms("2 h"))  # due at 11:00
    climbed = frozenset({"50 %", "75 %", "90 %", "100 %"})

    assert keys(clock, "2026-11-23 12:00", climbed) == ["150 %"]


def test_a_short_clock_has_three_rungs() -> None:
    clock = running(ACKNOWLEDGE, severity=Severity.S1, promised=terms("15 min"))

    assert keys(clock, "2026-11-23 10:00") == ["50 %", "80 %", "100 %"]
    assert keys(clock, "2026-11-23 09:12") == ["50 %", "80 %"]


def test_the_next_update_has_rungs_of_its_own() -> None:
    clock = running(NEXT_UPDATE, severity=Severity.S1, promised=terms("30 min"))  # due at 09:30

    assert keys(clock, "2026-11-23 09:14") == []
    assert keys(clock, "2026-11-23 09:15") == ["-15 min"]
    assert keys(clock, "2026-11-23 09:30") == ["-15 min", "-5 min", "0 min"]
    assert keys(clock, "2026-11-23 09:40")[-1] == "+10 min"


def test_a_rung_is_told_to_those_of_the_rungs_below_as_well() -> None:
    assert LADDER.audience(running(), "100 %") == (CLOCK_OWNER, ESCALATION_MANAGER, DIRECTOR)


def test_what_has_ended_or_stands_still_climbs_no_further() -> None:
    stopped = running().stopped(at=utc("2026-11-23 10:00"), how="Fixed")
    paused = running().paused(CUSTOMER, at=utc("2026-11-23 14:00"), by=EVA, evidence="asked")

    assert keys(stopped, "2026-11-23 17:00") == []
    assert keys(paused, "2026-11-23 17:00") == ["50 %"]  # reached before the pause
    assert next_rung_at(LADDER, stopped, ()) is None


def test_the_next_look_is_at_the_next_rung_a_repetition_or_the_end_of_a_pause() -> None:
    clock = running()
    paused = clock.paused(CUSTOMER, at=utc("2026-11-23 12:00"), by=EVA, evidence="asked")
    repeat = utc("2026-11-23 13:30")

    assert next_rung_at(LADDER, clock, ()) == utc("2026-11-23 13:00")
    assert next_rung_at(LADDER, clock, {"50 %"}) == utc("2026-11-23 15:00")
    assert next_rung_at(LADDER, clock, {"50 %"}, repeats=[repeat]) == repeat
    assert next_rung_at(LADDER, paused, ()) == utc("2026-11-25 12:00")


def test_rungs_that_lie_ahead_again_are_told_again_when_they_come() -> None:
    before = running(severity=Severity.S1, promised=by_severity())  # due at 11:00
    now = utc("2026-11-23 10:45")
    after = before.at_severity(Severity.S3, at=now)  # due at 17:00

    again = armed_anew(LADDER, before, after, {"50 %", "75 %"}, now)

    assert again == ["50 %", "75 %"]
    assert next_rung_at(LADDER, after, ()) == utc("2026-11-23 13:00")
    assert armed_anew(LADDER, before, before, {"50 %", "75 %", "90 %"}, now) == []


def test_what_was_told_of_a_broken_promise_stays_told_and_keeps_its_own_due_time() -> None:
    before = running(severity=Severity.S1, promised=by_severity())  # due at 11:00
    now = utc("2026-11-23 11:30")
    told = {"50 %", "75 %", "90 %", "100 %"}
    after = before.at_severity(Severity.S3, at=now)

    assert armed_anew(LADDER, before.at(now), after, told, now) == []
    assert due_rungs(LADDER, after, told, now) == []
    assert (after.target, after.due_at) == (Duration.parse("2 h"), utc("2026-11-23 11:00"))


def by_severity() -> Terms:
    promised = {Severity.S1: "2 h", Severity.S3: "8 bh"}
    return Terms(
        targets={severity: Duration.parse(text) for severity, text in promised.items()},
        calendar=office(),
    )


def test_gaps_grow_and_end_with_the_digest() -> None:
    now = utc("2026-11-23 11:00")

    gaps = [LADDER.repeat_at(times, now) for times in range(1, 6)]

    lengths = [at - now if at else None for at in gaps]
    assert lengths == [timedelta(minutes=30), *(timedelta(hours=h) for h in (1, 2, 4)), None]


@settings(deadline=None)
@given(
    started=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    severity=st.sampled_from(Severity),
    looks=st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=1, max_size=8),
)
def test_however_often_it_is_looked_at_each_rung_is_told_once_and_none_is_missed(
    started: datetime, severity: Severity, looks: list[timedelta]
) -> None:
    clock = running(at=started, severity=severity)
    climbed: list[str] = []
    for look in sorted([*looks, *looks]):
        climbed += [r.key for r in due_rungs(LADDER, clock, climbed, started + look)]

    assert len(climbed) == len(set(climbed))
    assert climbed == [r.key for r in due_rungs(LADDER, clock, (), started + max(looks))]


@settings(deadline=None)
@given(
    started=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    severity=st.sampled_from([Severity.S1, Severity.S2, Severity.S3]),
)
def test_who_wakes_when_told_to_finds_something_to_tell_each_time(
    started: datetime, severity: Severity
) -> None:
    clock, climbed = running(at=started, severity=severity), set[str]()
    while (at := next_rung_at(LADDER, clock, climbed)) is not None:
        assert not due_rungs(LADDER, clock, climbed, at - timedelta(microseconds=1))
        found = {r.key for r in due_rungs(LADDER, clock, climbed, at)}
        assert found
        climbed |= found

    assert climbed == {r.key for r in LADDER.rungs}


@pytest.mark.parametrize("text", ["75 %", "100 %", "-15 min", "0 min", "+10 min", "+120 min"])
def test_a_point_is_read_from_its_own_words(text: str) -> None:
    assert str(Point.parse(text)) == text


@pytest.mark.parametrize("text", ["", "75", "0 %", "1001 %", "15 min", "+1 bd", "half"])
def test_what_is_no_point_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='expected a share such as "75 %"'):
        Point.parse(text)


def test_rungs_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(Unusable, match=r'rungs\[1\].at: "50 %"; expected a point after 75 %'):
        Ladder(rungs=(rung("75 %"), rung("50 %")))
    with pytest.raises(Unusable, match=r"next_update\[1\].at"):
        Ladder(next_update=(rung("0 min"), rung("-5 min")))


@pytest.mark.parametrize("is_contractual", [True, False])
def test_legal_hears_at_twice_the_target_of_what_the_contract_promises(
    is_contractual: bool,
) -> None:
    promised = replace(
        terms(), contractual=frozenset({Severity.S2}) if is_contractual else frozenset()
    )
    ladder, clock = load(None).ladder, running(promised=promised)

    assert ("legal" in ladder.audience(clock, "200 %")) is is_contractual
    assert "legal" not in ladder.audience(clock, "150 %")
