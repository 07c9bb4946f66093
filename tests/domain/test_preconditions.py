"""What stands in the way of a move: found as values, worded by a view."""

from dataclasses import replace

import pytest

from bot.domain.escalation.escalation import Transition
from bot.domain.lifecycle.obstacles import Precondition, UnmetPrecondition, unmet_preconditions
from bot.domain.people import ESCALATION_MANAGER, REQUESTER, Assignment, RoleKey, SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.views.lifecycle.preconditions import WORDS, unmet
from bot.views.timeline.wording import spelled_out
from tests.domain.records import LEAD, OPENED_AT, item, war_room

OTHER = SlackUserId("U0OTHER01")


def test_who_has_not_accepted_a_role_is_named_by_id_and_whoever_moves_it_is_not() -> None:
    held = [
        Assignment(role=role, user_id=user, assigned_by=LEAD, assigned_at=OPENED_AT)
        for role, user in (
            (ESCALATION_MANAGER, LEAD),
            (RoleKey("technical_lead"), OTHER),
            (REQUESTER, OTHER),
        )
    ]
    room = replace(war_room(item(ItemKind.CRITERION)), assignments=tuple(held))

    [found] = unmet_preconditions(Transition.ACTIVATE, room, by=LEAD)

    assert (found.precondition, found.person) == (Precondition.ROLE_ACCEPTED, OTHER)
    said = spelled_out(unmet(found), "@{}".format)
    assert said == "@U0OTHER01 hasn't accepted the role of technical lead."


@pytest.mark.parametrize(
    ("move", "kind", "found"),
    [
        (Transition.REVIEW, ItemKind.PROMISE, Precondition.PROMISES_KEPT),
        (Transition.CLOSE, ItemKind.PROMISE, Precondition.PROMISES_KEPT),
        (Transition.CLOSE, ItemKind.CRITERION, Precondition.CRITERIA_MET),
        (Transition.CLOSE, ItemKind.ACTION, Precondition.ACTIONS_ASSIGNED),
        (Transition.ACTIVATE, ItemKind.ACTION, Precondition.CRITERIA_SET),
    ],
    ids=str,
)
def test_what_is_open_stands_in_the_way_of_a_move(
    move: Transition, kind: ItemKind, found: Precondition
) -> None:
    assert [
        one.precondition for one in unmet_preconditions(move, war_room(item(kind)), by=LEAD)
    ] == [found]


def test_few_items_are_named_and_the_rest_is_counted() -> None:
    labels = tuple(f"A-{number}" for number in range(1, 8))
    many = UnmetPrecondition(precondition=Precondition.ACTIONS_ASSIGNED, labels=labels)

    assert spelled_out(unmet(many), str).endswith(": A-1, A-2, A-3, A-4, A-5 and 2 more.")
    assert set(WORDS) == set(Precondition) - {Precondition.ROLE_ACCEPTED}
