"""What stands in the way of a move of the lifecycle; said, and passed where somebody says why."""

from collections.abc import Iterator

from bot.domain.escalation.escalation import Transition
from bot.domain.people import UNASKED, SlackUserId
from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.war_room import WarRoom


def unmet_preconditions(move: Transition, war_room: WarRoom, *, by: SlackUserId) -> list[str]:
    """Return in sentences what stands in the way of a move and may be passed with a reason."""
    finders = {
        Transition.ACTIVATE: (_not_accepted, _no_criteria),
        Transition.REVIEW: (_promises_open,),
        Transition.CLOSE: (_promises_open, _criteria_open, _actions_adrift),
    }
    return [found for finder in finders.get(move, ()) for found in finder(war_room, by) if found]


def _not_accepted(war_room: WarRoom, by: SlackUserId) -> Iterator[str]:
    for held in war_room.assignments:
        is_asked = held.role not in UNASKED and held.user_id != by
        if is_asked and held.accepted_at is None:
            title = held.role.replace("_", " ")
            yield f"<@{held.user_id}> hasn't accepted the role of {title}."


def _no_criteria(war_room: WarRoom, _by: SlackUserId) -> Iterator[str]:
    if not any(item.stands for item in war_room.plan.all(ItemKind.CRITERION)):
        yield "The plan has no exit criteria (/escalate criterion …)."


def _promises_open(war_room: WarRoom, _by: SlackUserId) -> Iterator[str]:
    if labels := [item.label for item in war_room.plan.standing(ItemKind.PROMISE)]:
        yield f"Promises to the customer still open: {_few(labels)}."


def _criteria_open(war_room: WarRoom, _by: SlackUserId) -> Iterator[str]:
    if labels := [item.label for item in war_room.plan.standing(ItemKind.CRITERION)]:
        yield f"Exit criteria not met: {_few(labels)}."


def _actions_adrift(war_room: WarRoom, _by: SlackUserId) -> Iterator[str]:
    standing = war_room.plan.standing(ItemKind.ACTION)
    adrift = [
        item.label
        for item in standing
        if item.state is not ItemState.DONE and not (item.content.owner and item.content.due_at)
    ]
    if adrift:
        yield f"Open actions without an owner or a due time: {_few(adrift)}."


def _few(labels: list[str]) -> str:
    more = f" and {len(labels) - 5} more" if labels[5:] else ""
    return ", ".join(labels[:5]) + more
