"""What stands in the way of a move of the lifecycle, and is passed where somebody says why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation.escalation import Transition
from bot.domain.people import UNASKED, RoleKey, SlackUserId
from bot.domain.plan.item import Item, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.war_room import WarRoom


class Precondition(StrEnum):
    """What should be so before a move."""

    ROLE_ACCEPTED = "role_accepted"
    CRITERIA_SET = "criteria_set"
    PROMISES_KEPT = "promises_kept"
    CRITERIA_MET = "criteria_met"
    ACTIONS_ASSIGNED = "actions_assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetPrecondition:
    """One that is not so.

    Attributes:
        role, person: Of a role that was not accepted, which and by whom; None otherwise.
        labels: The items concerned, such as ("A-3", "A-5"); empty where it is about none.
    """

    precondition: Precondition
    role: RoleKey | None = None
    person: SlackUserId | None = None
    labels: tuple[str, ...] = ()


def unmet_preconditions(
    move: Transition, war_room: WarRoom, *, by: SlackUserId
) -> list[UnmetPrecondition]:
    """Return what stands in the way of a move and may be passed with a reason."""
    return [found for find in FINDERS.get(move, ()) for found in find(war_room, by)]


def _not_accepted(war_room: WarRoom, by: SlackUserId) -> Iterator[UnmetPrecondition]:
    for held in war_room.assignments:
        is_asked = held.role not in UNASKED and held.user_id != by
        if is_asked and held.accepted_at is None:
            yield UnmetPrecondition(
                precondition=Precondition.ROLE_ACCEPTED, role=held.role, person=held.user_id
            )


def _no_criteria(war_room: WarRoom, _by: SlackUserId) -> Iterator[UnmetPrecondition]:
    if not any(item.stands for item in war_room.plan.all(ItemKind.CRITERION)):
        yield UnmetPrecondition(precondition=Precondition.CRITERIA_SET)


def _promises_open(war_room: WarRoom, _by: SlackUserId) -> Iterator[UnmetPrecondition]:
    yield from _about(Precondition.PROMISES_KEPT, war_room.plan.standing(ItemKind.PROMISE))


def _criteria_open(war_room: WarRoom, _by: SlackUserId) -> Iterator[UnmetPrecondition]:
    yield from _about(Precondition.CRITERIA_MET, war_room.plan.standing(ItemKind.CRITERION))


def _actions_adrift(war_room: WarRoom, _by: SlackUserId) -> Iterator[UnmetPrecondition]:
    adrift = [
        item
        for item in war_room.plan.standing(ItemKind.ACTION)
        if item.state is not ItemState.DONE and not (item.content.owner and item.content.due_at)
    ]
    yield from _about(Precondition.ACTIONS_ASSIGNED, adrift)


def _about(precondition: Precondition, items: list[Item]) -> Iterator[UnmetPrecondition]:
    if items:
        labels = tuple(item.label for item in items)
        yield UnmetPrecondition(precondition=precondition, labels=labels)


Finder = Callable[[WarRoom, SlackUserId], Iterator[UnmetPrecondition]]
FINDERS: Mapping[Transition, tuple[Finder, ...]] = {
    Transition.ACTIVATE: (_not_accepted, _no_criteria),
    Transition.REVIEW: (_promises_open,),
    Transition.CLOSE: (_promises_open, _criteria_open, _actions_adrift),
}
