"""What a move of an escalation does to a clock, and which clocks begin anew with it."""

from datetime import timedelta

import pytest

from bot.domain.escalation.escalation import Status
from bot.domain.sla.clock import RCA_FINAL, ClockKind, ClockState, SlaClock
from bot.domain.sla.following import begins_again, followed
from bot.domain.sla.policy import ClockPolicy, End, Moment
from tests.domain.clocks import MONDAY_NINE, running
from tests.domain.records import escalation

AFTER_FIX = ClockPolicy(title="Root cause", starts=Moment.RESOLVED)
REVIEW = ClockPolicy(title="Review", starts=Moment.RESOLVED, ends=End.REVIEWED)
LATER = MONDAY_NINE + timedelta(hours=2)


@pytest.mark.parametrize("was", [Status.RESOLVED, Status.CONFIRMED, Status.REVIEW])
def test_a_root_cause_is_owed_anew_after_the_fix_that_holds(was: Status) -> None:
    clock = running(RCA_FINAL)
    resolved, reopened = escalation(status=was), escalation(status=Status.ACTIVE, reopen_count=1)

    left = followed(clock, resolved, reopened, rule=AFTER_FIX, at=LATER)

    assert left.state(LATER) is ClockState.CANCELLED
    assert begins_again(left, Moment.RESOLVED)


@pytest.mark.parametrize(
    ("ended", "moment", "again"),
    [
        (running().stopped(at=LATER, how="sent"), Moment.RESOLVED, True),
        (running().stopped(at=LATER, how="sent"), Moment.OPENED, False),
        (running().cancelled(at=LATER), Moment.OPENED, True),
        (running(), Moment.RESOLVED, False),
    ],
    ids=["met for a fix that failed", "met for good", "cancelled", "running"],
)
def test_what_is_promised_anew(ended: SlaClock, moment: Moment, again: bool) -> None:
    assert begins_again(ended, moment) is again


@pytest.mark.parametrize(
    ("rule", "was", "state"),
    [
        (REVIEW, Status.REVIEW, ClockState.MET),
        (AFTER_FIX, Status.REVIEW, ClockState.CANCELLED),
        (REVIEW, Status.ACTIVE, ClockState.CANCELLED),
        (None, Status.REVIEW, ClockState.CANCELLED),
    ],
    ids=["a review that was held", "another clock", "never reviewed", "dropped from the policy"],
)
def test_closing_after_the_review_is_what_the_clock_of_the_review_waits_for(
    rule: ClockPolicy | None, was: Status, state: ClockState
) -> None:
    clock = running(ClockKind("review"))
    closed = escalation(status=Status.CLOSED)

    left = followed(clock, escalation(status=was), closed, rule=rule, at=LATER)
    assert left.state(LATER) is state
