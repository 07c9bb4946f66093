"""Offers: somebody is asked to take a role, or the whole escalation, and answers by a button."""

from bot.domain.lifecycle.effects import InviteToRole, ShowInvitationAnswer
from bot.domain.people import ESCALATION_MANAGER
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import ItemKind
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    fallback,
    instant,
    italic,
    line,
    person,
    quote,
    rich,
    words,
)
from bot.views.plan.items import row

SHOWN = 5  # items of a kind on a handover card
# What a new escalation manager has to know first: promises before all.
HANDED_OVER = (
    (ItemKind.PROMISE, "Promised to the customer"),
    (ItemKind.BLOCKER, "Blockers"),
    (ItemKind.ACTION, "Next actions"),
    (ItemKind.RISK, "Risks"),
    (ItemKind.NEED, "Waiting for the customer"),
)


def offer(effect: InviteToRole, war_room: WarRoom, policy: Policy, marker: str) -> Message:
    """Ask for a role; a handover shows what there is to take over."""
    number, title = war_room.escalation.number, policy.role_title(effect.role)
    if effect.is_handover:
        asked = [words(" hands "), bold(number), words(" over to "), person(effect.user)]
    else:
        asked = [
            words(" invites "),
            person(effect.user),
            words(" to be "),
            bold(title.lower()),
            words("."),
        ]
    more = _handed_over(war_room) if effect.is_handover else []
    value = f"{effect.escalation_id}:{effect.role}"
    buttons = actions(
        button("Accept", Action.ROLE_ACCEPT, value, style="primary"),
        button("Decline", Action.ROLE_DECLINE, value),
    )
    text = f"You're invited to be {title.lower()} of {number}"
    head = rich(line(person(effect.by), *asked), block_id=marker)
    return Message(fallback(text), [head, *more, buttons])


def answered(effect: ShowInvitationAnswer, policy: Policy, marker: str) -> Message:
    """What stands in the place of an offer once it is answered."""
    title = policy.role_title(effect.role).lower()
    if effect.is_accepted:
        said = words(f" is now {title}.")
    elif effect.role == ESCALATION_MANAGER:
        said = words(" can't take over. The escalation manager stays the same.")
    else:
        said = words(f" can't be {title}. Ask someone else: /escalate assign")
    return Message(
        fallback(f"{title} answered"), [rich(line(person(effect.user), said), block_id=marker)]
    )


def _handed_over(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    due = escalation.next_update_due_at
    rows = [
        line(bold("Status: "), words(escalation.status.label)),
        line(bold("Next customer update due: "), instant(due) if due else words("none due")),
    ]
    if escalation.situation:
        rows.append(line(bold("Current status: "), words(escalation.situation, limit=400)))
    if escalation.confidence:
        rows.append(line(bold("Confidence in the plan: "), words(escalation.confidence.value)))
    note = (
        [line(bold("Note:")), quote(escalation.handover_note)] if escalation.handover_note else []
    )
    parts = [part for kind, title in HANDED_OVER for part in _few(war_room, kind, title)]
    return [rich(*note, *rows, *parts)]


def _few(war_room: WarRoom, kind: ItemKind, title: str) -> list[Json]:
    found: list[Item] = war_room.plan.standing(kind)
    if not found:
        return []
    more = len(found) - SHOWN
    rest = [line(italic(f"and {more} more in the plan"))] if more > 0 else []
    return [line(bold(title)), bullets(*(row(item) for item in found[:SHOWN]), *rest)]
