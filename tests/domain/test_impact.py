"""When harm began: asked when the work starts, corrected in the details, kept as an instant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.escalation.changes import EscalationPatch, changes_between
from bot.domain.escalation.escalation import Status, Transition
from bot.domain.escalation.payloads import DetailsChanged
from bot.domain.lifecycle import lifecycle
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.people import ESCALATION_MANAGER, Assignment
from tests.domain.records import LEAD, OPENED_AT, escalation, war_room

BEGAN = OPENED_AT - timedelta(hours=3)


def test_what_is_said_when_the_work_starts_stays_through_later_transitions() -> None:
    said = Answers(impact_started_at=BEGAN)
    triaged = replace(escalation(), status=Status.TRIAGE)
    active = lifecycle.moved(Transition.ACTIVATE, said, triaged, at=OPENED_AT, archive_at=OPENED_AT)
    held = lifecycle.moved(Transition.HOLD, Answers(), active, at=OPENED_AT, archive_at=OPENED_AT)

    assert (active.impact_started_at, held.impact_started_at) == (BEGAN, BEGAN)


def test_a_correction_is_an_entry_with_both_instants() -> None:
    before = replace(escalation(), impact_started_at=BEGAN)
    later = BEGAN + timedelta(hours=1)

    after = EscalationPatch(impact_started_at=later).applied_to(before)

    [change] = changes_between(before, after)
    assert change.payload == DetailsChanged(
        field="impact_started_at", instant_before=BEGAN, instant=later
    )
    assert changes_between(after, EscalationPatch(problem=after.problem).applied_to(after)) == []


def test_harm_that_is_yet_to_begin_is_refused_on_its_field() -> None:
    tomorrow = OPENED_AT + timedelta(days=1)
    room = war_room(of=replace(escalation(), status=Status.TRIAGE))
    led = Assignment(role=ESCALATION_MANAGER, user_id=LEAD, assigned_by=LEAD, assigned_at=OPENED_AT)
    room = replace(room, assignments=(led,))
    answers = Answers(impact_started_at=tomorrow, anyway="now")

    with pytest.raises(InvalidInput) as patched:
        EscalationPatch(impact_started_at=tomorrow).check(now=OPENED_AT)
    with pytest.raises(InvalidInput) as started:
        lifecycle.check(Transition.ACTIVATE, answers, room, by=LEAD)

    assert "impact_started_at" in patched.value.fields
    assert "impact_started_at" in started.value.fields
