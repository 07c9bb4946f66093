"""SLA clocks: cases computed by hand. The calendar is Monday to Friday, nine to five, in UTC."""

from datetime import timedelta

import pytest

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.escalation import Severity
from bot.domain.sla.clock import ACKNOWLEDGE, NEXT_UPDATE, ClockState, SlaClock
from bot.domain.sla.explanation import AuditFinding, audit, explain
from bot.domain.sla.ladder import due_rungs
from bot.domain.time.segments import PauseReason
from bot.policy_file import load
from tests.domain.calendars import office, utc
from tests.domain.clocks import CUSTOMER, EVA, LEGAL, MONDAY_NINE, running, terms

LINK = "https://example.slack.com/archives/C1/p1"


def paused(clock: SlaClock, start: str, end: str | None = None) -> SlaClock:
    clock = clock.paused(CUSTOMER, at=utc(start), by=EVA, evidence=LINK)
    return clock.resumed(at=utc(end), by=EVA) if end else clock


@pytest.mark.parametrize(
    ("severity", "started", "due"),
    [
        (Severity.S1, "2026-11-27 16:00", "2026-11-27 20:00"),  # 4 h, real time
        (Severity.S2, "2026-11-23 09:00", "2026-11-23 17:00"),  # 8 bh
        (Severity.S2, "2026-11-23 15:10", "2026-11-24 15:10"),
        (Severity.S2, "2026-11-27 15:10", "2026-11-30 15:10"),  # over a weekend
        (Severity.S2, "2026-11-28 11:00", "2026-11-30 17:00"),  # begun on a Saturday
        (Severity.S3, "2026-11-25 12:00", "2026-11-30 12:00"),  # 3 bd
    ],
)
def test_it_is_due_when_its_target_has_passed(severity: Severity, started: str, due: str) -> None:
    assert running(severity=severity, at=utc(started)).due_at == utc(due)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2026-11-23 10:00", "2026-11-23 11:10")], "2026-11-24 10:10"),
        # A pause over the night moves the due time by its business hours only: 16:00 to 17:00
        # and 09:00 to 10:00.
        ([("2026-11-23 16:00", "2026-11-24 10:00")], "2026-11-24 11:00"),
        # Nobody works at night: no business time stands still.
        ([("2026-11-23 16:30", "2026-11-23 23:00")], "2026-11-24 09:30"),
        # Two pauses, an hour and two.
        (
            [
                ("2026-11-23 10:00", "2026-11-23 11:00"),
                ("2026-11-23 12:00", "2026-11-23 14:00"),
            ],
            "2026-11-24 12:00",
        ),
    ],
)
def test_a_pause_moves_the_due_time(pauses: list[tuple[str, str]], due: str) -> None:
    clock = running()
    for start, end in pauses:
        clock = paused(clock, start, end)

    assert clock.due_at == utc(due)


def test_a_pause_over_a_weekend_moves_the_due_time_by_the_business_hours_in_it() -> None:
    clock = running(at=utc("2026-11-27 15:00"))  # a Friday; 2 hours until the weekend
    clock = paused(clock, "2026-11-27 16:00", "2026-11-30 11:00")  # 1 h + 2 h

    assert clock.due_at == utc("2026-12-01 10:00")  # would have been Monday 15:00
    assert clock.paused_for(utc("2026-12-01 09:00")) == timedelta(hours=3)


def test_a_pause_in_real_time_counts_nights_as_well() -> None:
    clock = running(severity=Severity.S1)  # 4 h from 09:00
    clock = paused(clock, "2026-11-23 10:00", "2026-11-23 22:00")

    assert clock.due_at == utc("2026-11-24 01:00")


def test_while_it_is_paused_there_is_no_due_time_and_nothing_elapses() -> None:
    clock = paused(running(), "2026-11-23 11:00")

    assert clock.due_at is None
    assert clock.state(utc("2026-11-23 16:00")) is ClockState.PAUSED
    assert clock.elapsed(utc("2026-11-23 16:00")) == timedelta(hours=2)


def test_a_pause_ends_by_itself_when_it_has_lasted_as_long_as_it_may() -> None:
    clock = paused(running(), "2026-11-23 11:00")  # 2 bd at most: Wednesday 11:00

    found = clock.at(utc("2026-11-25 12:00"))

    assert found.state(utc("2026-11-25 12:00")) is ClockState.RUNNING
    assert found.due_at == utc("2026-11-25 17:00")
    assert clock.elapsed(utc("2026-11-25 12:00")) == timedelta(hours=3)
    assert found.segments[1].ended_because == "reached its limit"


def test_a_pause_without_a_limit_lasts_until_somebody_ends_it() -> None:
    clock = running().paused(LEGAL, at=MONDAY_NINE, by=EVA, evidence="Court order")

    assert clock.at(utc("2027-11-23 09:00")).pause is not None


def test_a_pause_may_be_given_an_earlier_end() -> None:
    until = utc("2026-11-23 15:00")
    clock = running().paused(
        CUSTOMER, at=utc("2026-11-23 11:00"), by=EVA, evidence=LINK, until_at=until
    )

    assert clock.at(until).due_at == utc("2026-11-24 13:00")


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-11-23 08:00", "in the past"), ("2026-11-26 12:00", "can last up to 2 bd")],
)
def test_a_pause_cannot_end_before_it_begins_or_last_longer_than_allowed(
    until: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        running().paused(CUSTOMER, at=MONDAY_NINE, by=EVA, evidence=LINK, until_at=utc(until))


def test_a_pause_needs_evidence() -> None:
    with pytest.raises(InvalidInput, match="Add evidence"):
        running().paused(CUSTOMER, at=MONDAY_NINE, by=EVA, evidence=" ")


def test_the_next_update_never_pauses_whatever_its_terms_say() -> None:
    with pytest.raises(NotNow, match="can't be paused"):
        paused(running(NEXT_UPDATE), "2026-11-23 10:00")


def test_a_clock_pauses_only_for_reasons_in_its_terms() -> None:
    acknowledge = running(ACKNOWLEDGE, promised=terms(pauses={}))
    with pytest.raises(NotNow, match="can't be paused for waiting engineering"):
        running().paused(PauseReason("waiting_engineering"), at=MONDAY_NINE, by=EVA, evidence="x")
    with pytest.raises(NotNow, match="can't be paused"):
        paused(acknowledge, "2026-11-23 10:00")


def test_it_cannot_be_paused_twice_nor_resumed_while_it_runs() -> None:
    with pytest.raises(NotNow, match="already paused"):
        paused(paused(running(), "2026-11-23 10:00"), "2026-11-23 11:00")
    with pytest.raises(NotNow, match="isn't paused"):
        running().resumed(at=utc("2026-11-23 11:00"), by=EVA)


@pytest.mark.parametrize(
    ("stopped", "state"),
    [
        ("2026-11-23 16:59", ClockState.MET),
        ("2026-11-23 17:00", ClockState.MET),  # the very instant it is due
        ("2026-11-23 17:01", ClockState.MET_LATE),  # closed, and no business time has passed
        ("2026-11-23 22:00", ClockState.MET_LATE),
        ("2026-11-24 09:01", ClockState.MET_LATE),
    ],
)
def test_it_is_met_until_its_time_is_over_and_met_late_afterwards(
    stopped: str, state: ClockState
) -> None:
    clock = running().stopped(at=utc(stopped), how="Fixed")

    assert clock.state(utc("2026-12-24 09:00")) is state


def test_open_and_past_due_is_breached_now() -> None:
    clock = running()

    assert clock.state(utc("2026-11-23 16:59")) is ClockState.RUNNING
    assert clock.state(utc("2026-11-23 17:00")) is ClockState.BREACHED
    assert clock.at(utc("2026-11-25 09:00")).breached_at == utc("2026-11-23 17:00")


def test_a_breached_clock_that_is_paused_is_breached() -> None:
    clock = paused(running(), "2026-11-24 10:00")

    assert clock.state(utc("2026-11-24 11:00")) is ClockState.BREACHED
    assert clock.due_at == utc("2026-11-23 17:00")


def test_a_stop_is_provisional_until_the_customer_agrees_and_keeps_its_time() -> None:
    clock = running().stopped(at=utc("2026-11-23 12:00"), how="Fixed", is_confirmed=False)

    assert clock.state(utc("2026-11-27 12:00")) is ClockState.PROVISIONAL
    assert clock.confirmed(how="Yes").state(utc("2026-11-27 12:00")) is ClockState.MET
    assert clock.confirmed().stopped_at == utc("2026-11-23 12:00")


def test_reopened_it_runs_on_from_where_it_stopped() -> None:
    clock = running().stopped(at=utc("2026-11-23 12:00"), how="Fixed", is_confirmed=False)
    clock = clock.reopened(at=utc("2026-11-25 10:00"))  # 3 of 8 hours are used

    assert clock.due_at == utc("2026-11-25 15:00")
    assert clock.state(utc("2026-11-25 11:00")) is ClockState.RUNNING
    assert clock.elapsed(utc("2026-11-25 11:00")) == timedelta(hours=4)


def test_reopening_takes_back_that_it_was_met() -> None:
    clock = (
        running()
        .stopped(at=utc("2026-11-23 12:00"), how="Fixed")
        .reopened(at=utc("2026-11-25 10:00"))
    )

    assert clock.state(utc("2026-11-25 15:00")) is ClockState.BREACHED


@pytest.mark.parametrize(
    ("before", "after", "changed", "due", "state"),
    [
        # Raised in time: 4 h from the beginning, not from the change.
        (Severity.S2, Severity.S1, "2026-11-23 10:00", "2026-11-23 13:00", ClockState.RUNNING),
        # Raised when 4 h are already over.
        (Severity.S2, Severity.S1, "2026-11-23 14:00", "2026-11-23 13:00", ClockState.BREACHED),
        # Lowered in time.
        (Severity.S1, Severity.S2, "2026-11-23 12:00", "2026-11-23 17:00", ClockState.RUNNING),
        # Lowered too late: what is broken stays broken, since it was due.
        (Severity.S1, Severity.S2, "2026-11-23 13:30", "2026-11-23 13:00", ClockState.BREACHED),
        # To where nothing is promised.
        (Severity.S2, Severity.S4, "2026-11-23 10:00", None, ClockState.NOT_OWED),
        (Severity.S1, Severity.S4, "2026-11-23 13:30", "2026-11-23 13:00", ClockState.BREACHED),
        # From where nothing was promised: counted from the beginning.
        (Severity.S4, Severity.S2, "2026-11-23 10:00", "2026-11-23 17:00", ClockState.RUNNING),
    ],
)
def test_a_change_of_severity_counts_from_the_beginning_and_mends_no_breach(
    before: Severity, after: Severity, changed: str, due: str | None, state: ClockState
) -> None:
    clock = running(severity=before).at_severity(after, at=utc(changed))

    assert clock.due_at == (utc(due) if due else None)
    assert clock.state(utc(changed)) is state


def test_a_broken_promise_that_was_lowered_is_met_late() -> None:
    clock = running(severity=Severity.S1).at_severity(Severity.S2, at=utc("2026-11-23 13:30"))

    met = clock.stopped(at=utc("2026-11-23 14:00"), how="Fixed")
    assert met.state(utc("2026-11-23 15:00")) is ClockState.MET_LATE
    assert met.breached_at == utc("2026-11-23 13:00")


@pytest.mark.parametrize("swept", ["2026-11-23 17:00", "2026-11-23 21:00", None])
def test_due_at_closing_time_and_ended_at_night_is_late_with_and_without_a_sweep(
    swept: str | None,
) -> None:
    clock = running().at(utc(swept)) if swept else running()

    ended = clock.stopped(at=utc("2026-11-23 22:00"), how="Fixed")
    assert ended.breached_at == utc("2026-11-23 17:00")
    assert ended.state(utc("2026-11-24 09:00")) is ClockState.MET_LATE


def test_a_missed_update_stays_missed_at_a_lower_severity_and_its_ladder_goes_on() -> None:
    ladder = load(None).ladder
    promised = terms("30 min", "2 h", "1 bd")
    update = running(NEXT_UPDATE, severity=Severity.S1, promised=promised)

    lowered = update.at_severity(Severity.S3, at=utc("2026-11-23 09:35"))

    assert (lowered.due_at, lowered.breached_at) == (utc("2026-11-23 09:30"),) * 2
    assert (str(lowered.target), lowered.promised_for) == ("30 min", Severity.S1)
    assert lowered.severity is Severity.S3  # what holds for the next one
    late = [rung.key for rung in due_rungs(ladder, lowered, {"0 min"}, utc("2026-11-23 09:40"))]
    assert late[-1] == "+10 min"


def test_a_broken_promise_is_measured_by_the_target_that_was_broken() -> None:
    clock = running(severity=Severity.S1).at_severity(Severity.S3, at=utc("2026-11-23 13:30"))

    stopped = clock.stopped(at=utc("2026-11-23 15:00"), how="Fixed")
    assert stopped.remaining(utc("2026-11-23 15:00")) == -timedelta(hours=2)
    assert clock.with_workaround(holds=True, at=utc("2026-11-23 14:00")).due_at == clock.due_at


def test_an_accepted_workaround_relaxes_what_has_another_target_for_it() -> None:
    promised = terms("30 min", "2 h", after_workaround=("4 h",))
    critical = running(NEXT_UPDATE, severity=Severity.S1, promised=promised)
    high = running(NEXT_UPDATE, severity=Severity.S2, promised=promised)

    at = utc("2026-11-23 09:10")
    assert critical.with_workaround(holds=True, at=at).due_at == utc("2026-11-23 13:00")
    assert high.with_workaround(holds=True, at=at).due_at == utc("2026-11-23 11:00")


def test_a_waived_clock_has_a_reason_and_is_never_met() -> None:
    clock = running().waived(at=utc("2026-11-23 10:00"), by=EVA, why="They asked us to wait")

    assert clock.state(utc("2026-11-29 10:00")) is ClockState.WAIVED
    with pytest.raises(NotNow, match="already ended"):
        clock.stopped(at=utc("2026-11-23 11:00"), how="Fixed")
    with pytest.raises(InvalidInput, match="Add a reason"):
        running().waived(at=utc("2026-11-23 10:00"), by=EVA, why=" ")


def test_a_cancelled_clock_is_neither_met_nor_breached_later() -> None:
    clock = running().cancelled(at=utc("2026-11-23 10:00"))

    assert clock.state(utc("2026-12-23 10:00")) is ClockState.CANCELLED
    assert clock.cancelled(at=utc("2026-11-24 10:00")) == clock


def test_what_has_ended_does_not_change_with_the_severity() -> None:
    clock = running().stopped(at=utc("2026-11-23 10:00"), how="Fixed")

    assert clock.at_severity(Severity.S1, at=utc("2026-11-23 11:00")) == clock


def test_it_explains_its_due_time() -> None:
    lisbon = terms("4 h", "8 bh", calendar=office("Europe/Lisbon"))
    clock = running(at=utc("2026-11-23 15:10"), promised=lisbon)
    clock = paused(clock, "2026-11-23 15:30", "2026-11-23 16:40")

    found = explain(clock, utc("2026-11-24 10:00"))

    assert found.due_at == utc("2026-11-24 16:20")
    assert str(found.target) == "8 bh"
    assert found.is_business_time
    assert found.time_zone == "Europe/Lisbon"
    assert found.used == timedelta(hours=1, minutes=40)
    assert found.paused_for == timedelta(hours=1, minutes=10)
    [pause] = found.pauses
    assert (pause.reason, pause.evidence, pause.by) == (CUSTOMER, LINK, EVA)
    assert pause.counted == timedelta(hours=1, minutes=10)


def test_a_pause_with_a_known_end_says_when_the_clock_is_due_after_it() -> None:
    clock = running().paused(
        CUSTOMER,
        at=utc("2026-11-23 15:00"),
        by=EVA,
        evidence=LINK,
        until_at=utc("2026-11-24 10:00"),
    )

    found = explain(clock, utc("2026-11-23 16:00"))

    assert (found.state, found.due_at) == (ClockState.PAUSED, None)
    assert found.resumes_at == utc("2026-11-24 10:00")
    assert found.due_if_resumed == utc("2026-11-24 12:00")  # six hours were used
    assert found.pauses[0].is_planned


def test_a_pause_that_ends_as_planned_is_not_blamed_and_one_at_its_limit_is() -> None:
    at, later = utc("2026-11-23 10:00"), utc("2026-11-26 09:00")
    planned = running().paused(
        CUSTOMER, at=at, by=EVA, evidence=LINK, until_at=at + timedelta(hours=1)
    )
    forgotten = running().paused(CUSTOMER, at=at, by=EVA, evidence=LINK)

    assert AuditFinding.UNRENEWED not in audit(planned, later)
    assert AuditFinding.UNRENEWED in audit(forgotten, later)


def test_a_missed_update_stays_in_the_explanation_of_the_next_one() -> None:
    promised = terms("30 min", "2 h")
    late = running(NEXT_UPDATE, promised=promised).stopped(at=utc("2026-11-23 11:20"), how=LINK)
    ahead = running(NEXT_UPDATE, promised=promised).stopped(at=utc("2026-11-23 10:00"), how=LINK)

    found = explain(running(NEXT_UPDATE), utc("2026-11-23 12:00"), earlier=[ahead, late])
    [missed] = found.missed
    assert (missed.due_at, missed.kept_at) == (utc("2026-11-23 11:00"), utc("2026-11-23 11:20"))


def test_the_audit_points_at_pauses_that_last_long_follow_warnings_or_run_out() -> None:
    short = paused(running(), "2026-11-23 10:00", "2026-11-23 10:30")
    long = paused(running(), "2026-11-23 10:00", "2026-11-23 15:00")
    twice = paused(short, "2026-11-23 14:05", "2026-11-23 14:10")
    forgotten = paused(running(), "2026-11-23 11:00").at(utc("2026-11-26 12:00"))
    warned = (utc("2026-11-23 09:55"), utc("2026-11-23 14:00"))

    assert audit(short, utc("2026-11-23 16:00")) == []
    assert audit(long, utc("2026-11-23 16:00")) == [AuditFinding.LARGE]
    assert AuditFinding.AFTER_WARNINGS in audit(twice, utc("2026-11-23 16:00"), warned)
    # The first ended 35 minutes after its warning, the second ten.
    assert AuditFinding.ENDED_AROUND_WARNINGS not in audit(twice, utc("2026-11-23 16:00"), warned)
    around = (utc("2026-11-23 10:50"), utc("2026-11-23 14:00"))
    assert audit(twice, utc("2026-11-23 16:00"), around) == [AuditFinding.ENDED_AROUND_WARNINGS]
    assert AuditFinding.UNRENEWED in audit(forgotten, utc("2026-11-26 12:00"))
