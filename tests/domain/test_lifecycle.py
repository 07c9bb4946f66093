"""The lifecycle's rules by themselves: every status leads on, nothing leads astray."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotNow
from bot.domain.escalation.escalation import (
    OVER,
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Transition,
    Visibility,
)
from bot.domain.lifecycle.lifecycle import (
    NEXT,
    RULES,
    Answers,
    check_reopening,
    destination,
    move_to,
    moved,
    transitions_from,
)
from bot.domain.people import SlackUserId, TeamId

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ARCHIVE = NOON + timedelta(hours=72)


def escalation(status: Status = Status.ACTIVE) -> Escalation:
    return Escalation(
        id=EscalationId(42),
        team_id=TeamId("T1"),
        customer_id=CustomerId(1),
        title="Orders stand still",
        problem="",
        business_impact="",
        customer_ask="",
        severity=Severity.S2,
        status=status,
        visibility=Visibility.PUBLIC,
        owner=SlackUserId("U1"),
        raised_by=SlackUserId("U1"),
        raised_at=NOON,
        submission_key="k",
    )


def after(move: Transition, before: Escalation, at: datetime = NOON) -> Escalation:
    return moved(move, Answers(reason="why"), before, at=at, archive_at=ARCHIVE)


@pytest.mark.parametrize("status", Status)
def test_no_status_is_a_dead_end(status: Status) -> None:
    assert transitions_from(status)


@pytest.mark.parametrize("status", NEXT)
def test_the_natural_next_step_comes_first(status: Status) -> None:
    assert transitions_from(status)[0] is NEXT[status]


@pytest.mark.parametrize("status", Status)
def test_every_way_on_has_one_move_only(status: Status) -> None:
    ways = [destination(move, status) for move in transitions_from(status)]

    assert len(ways) == len(set(ways))
    assert [move_to(status, way) for way in ways] == transitions_from(status)


def test_what_was_declined_is_looked_at_again_before_it_is_worked_on() -> None:
    assert after(Transition.REOPEN, escalation(Status.DECLINED)).status is Status.TRIAGE


@given(st.lists(st.sampled_from(Transition), max_size=30))
def test_an_end_has_its_times_and_nothing_else_has(wanted: list[Transition]) -> None:
    now = escalation(Status.INTAKE)
    for move in wanted:
        if now.status in RULES[move].origins:
            now = after(move, now)
        is_over = now.status in OVER
        assert (now.ended_at is not None) is is_over
        assert (now.archive_due_at is not None) is is_over


@given(st.lists(st.sampled_from(Transition), max_size=30))
def test_reopening_is_counted_and_never_forgotten(wanted: list[Transition]) -> None:
    now, reopened = escalation(Status.INTAKE), 0
    for move in wanted:
        if now.status in RULES[move].origins:
            now, reopened = after(move, now), reopened + (move is Transition.REOPEN)
    assert now.reopen_count == reopened


def test_the_time_of_the_first_resolution_outlives_a_reopening() -> None:
    resolved = after(Transition.RESOLVE, escalation())
    reopened = after(Transition.REOPEN, resolved, NOON + timedelta(days=1))

    assert reopened.resolved_at == NOON


@pytest.mark.parametrize(
    ("waited", "is_recurrence"),
    [
        (timedelta(days=14), False),
        (timedelta(days=14, seconds=1), True),
    ],
)
def test_a_return_within_a_fortnight_is_the_same_escalation(
    waited: timedelta, is_recurrence: bool
) -> None:
    ended = replace(escalation(Status.CLOSED), resolved_at=NOON, ended_at=NOON)
    within = timedelta(days=14)

    if is_recurrence:
        with pytest.raises(NotNow, match="Recurrence of ESC-2026-0042"):
            check_reopening(ended, at=NOON + waited, within=within)
    else:
        check_reopening(ended, at=NOON + waited, within=within)
