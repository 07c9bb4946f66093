"""The pinned action plan."""

from collections.abc import Sequence

from bot.domain.plan import Action, Milestone
from bot.domain.policy import Policy
from bot.domain.war_room import WarRoom
from bot.views.action_ids import Marker
from bot.views.block_kit import (
    Json,
    Message,
    bold,
    bullets,
    fallback,
    header,
    instant,
    italic,
    line,
    person,
    quote,
    rich,
    words,
)
from bot.views.text import literal, one_line

SHOWN_MILESTONES = 7
SHOWN_ACTIONS = 15
SHOWN_CRITERIA = 7


def plan(war_room: WarRoom, policy: Policy) -> Message:
    escalation = war_room.escalation
    head = f"Action plan · {escalation.number} · {one_line(war_room.customer.name)}"
    blocks = [
        header(head, block_id=Marker.PLAN.of(escalation.id)),
        rich(*_goal(war_room), *_next_update(war_room)),
        rich(line(bold("We are done when")), _criteria(war_room)),
        rich(line(bold("Milestones")), _milestones(war_room.plan.milestones)),
        rich(line(bold("Actions")), _actions(war_room, policy)),
    ]
    return Message(fallback(literal(head)), blocks)


def _goal(war_room: WarRoom) -> list[Json]:
    if war_room.escalation.customer_ask:
        return [
            line(bold("Goal, in the customer's words")),
            quote(war_room.escalation.customer_ask),
        ]
    return [
        line(
            bold("Goal: "),
            italic("not yet in the customer's words. Ask them, then write it down in the menu."),
        )
    ]


def _next_update(war_room: WarRoom) -> list[Json]:
    due = war_room.escalation.next_update_due_at
    if due is None:
        return [line(bold("Next customer update: "), words("none owed"))]
    return [line(bold("Next customer update due: "), instant(due))]


def _criteria(war_room: WarRoom) -> Json:
    criteria = war_room.plan.exit_criteria
    shown = [line(words(text, limit=200)) for text in criteria[:SHOWN_CRITERIA]]
    return _list(shown, len(criteria))


def _milestones(milestones: Sequence[Milestone]) -> Json:
    shown = [
        line(
            bold(f"{m.phase.value.capitalize()}: "),
            words(m.title, limit=120),
            *([words(" · by "), instant(m.due_at)] if m.due_at else []),
            italic(f" · done when: {one_line(m.done_when)}"[:200]),
        )
        for m in milestones[:SHOWN_MILESTONES]
    ]
    return _list(shown, len(milestones))


def _actions(war_room: WarRoom, policy: Policy) -> Json:
    shown = []
    for action in war_room.plan.actions[:SHOWN_ACTIONS]:
        who = _who(war_room, policy, action)
        shown.append(
            line(words(action.text, limit=200), *who, words(" · by "), instant(action.due_at))
        )
    return _list(shown, len(war_room.plan.actions))


def _who(war_room: WarRoom, policy: Policy, action: Action) -> list[Json]:
    if action.role is None:
        return [italic(" · nobody yet")]
    holders = war_room.holding(action.role)
    if holders:
        return [words(" · "), person(holders[0].user_id)]
    return [words(f" · {policy.role_title(action.role)}"), italic(" (not named yet)")]


def _list(shown: list[Json], count: int) -> Json:
    if not shown:
        return line(italic("None yet."))
    more = count - len(shown)
    return bullets(*shown, *([line(words(f"and {more} more"))] if more else []))
