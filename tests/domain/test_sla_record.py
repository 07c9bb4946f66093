"""When a customer must hear from us, when a clock is looked at again, and its next cycle."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.sla.clock import NEXT_UPDATE, RESOLUTION, SlaClock
from bot.domain.sla.following import in_next_cycle
from bot.domain.sla.ladder import Ladder
from bot.domain.sla.record import ClockId, ClockRecord, RungRecord, next_look_at, next_update_due
from tests.domain.clocks import MONDAY_NINE, running

SOON = MONDAY_NINE + timedelta(minutes=1)


def record(clock: SlaClock) -> ClockRecord:
    return ClockRecord(id=ClockId(1), escalation_id=EscalationId(1), clock=clock)


def test_the_customer_is_owed_what_their_earliest_open_update_says() -> None:
    first, second = running(NEXT_UPDATE), running(NEXT_UPDATE, severity=Severity.S1)

    assert next_update_due([record(first), record(second)]) == second.due_at
    assert next_update_due([record(running(RESOLUTION))]) is None


def test_a_clock_without_rungs_is_looked_at_when_it_falls_due() -> None:
    clock = running()

    assert next_look_at(Ladder(), clock, ()) == clock.due_at


def test_a_clock_is_looked_at_sooner_when_a_rung_repeats() -> None:
    rung = RungRecord(clock_id=ClockId(1), rung="50 %", told_at=MONDAY_NINE, repeat_at=SOON)

    assert next_look_at(Ladder(), running(), [rung]) == SOON


def test_the_next_cycle_keeps_the_terms_and_the_severity_that_was_promised() -> None:
    old = replace(running(NEXT_UPDATE, severity=Severity.S1), has_workaround=True)
    at: datetime = MONDAY_NINE + timedelta(hours=3)

    new, lower = in_next_cycle(old, None, at=at), in_next_cycle(old, Severity.S3, at=at)

    assert (new.cycle, new.severity, new.terms) == (old.cycle + 1, Severity.S1, old.terms)
    assert (new.started_at, new.has_workaround) == (at, True)
    assert lower.severity is Severity.S3
