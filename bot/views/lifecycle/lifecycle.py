"""Moves of the lifecycle: the form that asks for what a move needs, and who hears of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import WarRoomError
from bot.domain.escalation.escalation import Escalation, Transition
from bot.domain.lifecycle.effects import NotifySponsor
from bot.domain.lifecycle.lifecycle import (
    MAX_ANSWER,
    RULES,
    UNANSWERED,
    Answers,
    asked,
    destination,
)
from bot.domain.lifecycle.obstacles import UnmetPrecondition
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.policy import PausePolicy
from bot.domain.time.segments import PauseReason
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    MAX_PARAGRAPH,
    Json,
    Message,
    bold,
    bullets,
    button,
    channel,
    fallback,
    instant,
    italic,
    line,
    modal,
    person,
    rich,
    words,
)
from bot.views.block_kit.inputs import (
    checkbox,
    checkboxes,
    field,
    instant_input,
    option,
    select,
    text_input,
)
from bot.views.block_kit.text import literal, one_line
from bot.views.lifecycle.preconditions import unmet
from bot.views.replies import explained, plain
from bot.views.timeline.wording import elements

# How an answer is asked for; of a move where it means something of its own, after a colon.
LABELS: Mapping[str, str] = {
    "customer_ask": "What is the customer asking for, in their words?",
    "business_impact": "What is the business impact?",
    "pause": "What is it waiting for?",
    "reason": "Why?",
    "evidence": "Evidence: a link, or who said so and when",
    "outcome": "What is the outcome?",
    "until": "Until when?",
    "hold:until": "Expected until",
    "mitigate:evidence": "How did the customer accept the workaround?",
    "resolve:outcome": "What is the outcome, in the customer's terms?",
    "resolve:evidence": "Evidence that it works",
    "resolve:until": "Monitor until",
    "confirm:evidence": "What did the customer say, and where?",
    "decline:outcome": "Where should they go instead?",
    "deescalate:reason": "Why is normal support enough from here?",
}
STOPS = "Pauses the clocks that allow it. Customer updates stay due."
# Who hears of a move and what follows from it, said before it is made.
TOLD = "Posts in the room and updates the card, plan, topic and announcement."
ENDS = "Posts in the room, stops the clocks and schedules the channel for archiving."
TELLS: Mapping[Transition, str] = {
    Transition.HOLD: "Posts in the room and pauses the clocks that allow it.",
    Transition.MITIGATE: "Posts in the room and stops the workaround clock.",
    Transition.RESOLVE: (
        "Posts in the room and stops the resolution clock. The customer isn't notified."
    ),
    Transition.CLOSE: ENDS,
    Transition.DEESCALATE: ENDS,
    Transition.DECLINE: (
        "Tells the requester why and where to go instead, and schedules the channel for archiving."
    ),
    Transition.REOPEN: "Notifies the room and the executive sponsor, and restarts the clocks.",
}
IMPACT_STARTED = "When did the impact start?"
ANYWAY = "Override reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a form asks beside a move's own answers.

    Attributes:
        obstacles: What stands in the way and needs a reason.
        checklist: What the playbook wants ticked before.
        pauses: The reasons for which clocks may stand still, of which a hold has one.
    """

    obstacles: Sequence[UnmetPrecondition]
    checklist: Sequence[str]
    pauses: Mapping[PauseReason, PausePolicy]


def move_form(
    move: Transition,
    war_room: WarRoom,
    answers: Answers,
    *,
    asking: Asking,
    metadata: Json,
) -> Json:
    """Ask for what a move needs, with what is known filled in.

    Args:
        move: What is about to be done.
        war_room: As it stands.
        answers: What was said already, in words behind the command or in this form before.
        asking: What it asks beside its own answers.
        metadata: What the form carries.
    """
    escalation = war_room.escalation
    obstacles, checklist, pauses = asking.obstacles, asking.checklist, asking.pauses
    blocks = [_what_it_does(move, escalation)]
    if obstacles:
        rows = [line(*elements(unmet(obstacle), limit=MAX_PARAGRAPH)) for obstacle in obstacles]
        blocks.append(rich(line(bold("Not done yet:")), bullets(*rows)))
    asks = asked(move, pauses)
    blocks += [
        _waits_for(pauses, answers) if name == "pause" else _ask(move, name, escalation, answers)
        for name in asks
    ]
    if move is Transition.ACTIVATE:
        began = instant_input(initial=answers.impact_started_at or escalation.impact_started_at)
        blocks.append(field("impact_started_at", IMPACT_STARTED, began, optional=True))
    if move is Transition.CONFIRM:
        silent = checkbox(UNANSWERED, is_on=answers.is_unanswered)
        blocks.append(field("is_unanswered", "Or", silent, optional=True))
    if checklist:
        boxes = checkboxes(checklist, ticked=answers.checked)
        blocks.append(field("checked", "Checklist", boxes, optional=True))
    if obstacles or checklist:
        why = text_input(initial=answers.anyway, longest=MAX_ANSWER)
        blocks.append(field("anyway", ANYWAY, why, optional=True, hint="Saved in the timeline."))
    if "reason" not in asks:
        more = text_input(initial=answers.reason, longest=MAX_ANSWER)
        blocks.append(field("reason", "Anything to add?", more, optional=True))
    return modal(
        RULES[move].title,
        blocks,
        callback_id=View.MOVE_FORM.value,
        submit=RULES[move].title,
        metadata=json.dumps(metadata),
    )


def _what_it_does(move: Transition, escalation: Escalation) -> Json:
    """Say where a move leads, what is useful next, and who hears of it."""
    to = destination(move, escalation.status)
    head = f"{escalation.number}: {escalation.status.label} → {to.label}."
    return rich(
        line(bold(head), words(f" {RULES[move].advice}")),
        line(italic(TELLS.get(move, TOLD))),
    )


def lasting(move: Transition, until: str) -> Message:
    """Say back until when something holds; `until` is an absolute time with its zone."""
    what = {Transition.HOLD: "On hold", Transition.RESOLVE: "Monitoring the fix"}.get(
        move, "Recorded"
    )
    return plain(f"{what} until {until}.")


def cannot(move: Transition, error: WarRoomError) -> Json:
    """The form's place, saying why there is none."""
    said = rich(line(*explained(error)))
    return modal(RULES[move].title, [said], callback_id=View.MOVE_REFUSED.value)


def next_button(escalation: Escalation, move: Transition) -> Json:
    return button(RULES[move].title, Action.MOVE, value(escalation, move))


def value(escalation: Escalation, move: Transition) -> str:
    return f"{escalation.id}:{move.value}"


def declined(war_room: WarRoom, by: str, marker: str) -> Message:
    """Tell the requester why it was declined, and where to go instead."""
    escalation = war_room.escalation
    head = f"{escalation.number} was declined"
    rows = [
        line(bold(head), words(" by "), person(by), words(f": {one_line(escalation.title)}")),
        line(bold("Why: "), words(escalation.status_reason)),
        line(bold("Instead: "), words(escalation.outcome)),
        line(italic("Disagree? Run /escalate reopen <why> in the room.")),
    ]
    return Message(fallback(f"{head}: {literal(escalation.title)}"), [rich(*rows, block_id=marker)])


def reopened(war_room: WarRoom, effect: NotifySponsor, marker: str) -> Message:
    """Tell an executive sponsor that it is open again, why, and when the customer hears next."""
    escalation, room = war_room.escalation, war_room.room.channel_id
    head = f"{escalation.number} was reopened"
    where = [words(" in "), channel(room)] if room else []
    facts = f"{war_room.customer.name} · {escalation.severity.label} · {escalation.status.label}"
    rows = [
        line(bold(head), words(" by "), person(effect.by), *where),
        line(words(f"{one_line(escalation.title)} · {facts}")),
        line(bold("Why: "), words(effect.reason, limit=900)),
    ]
    if escalation.next_update_due_at:
        due = instant(escalation.next_update_due_at)
        rows.append(line(bold("Next customer update due: "), due))
    rows.append(line(italic("You're getting this because you're the executive sponsor.")))
    return Message(fallback(f"{head}: {literal(escalation.title)}"), [rich(*rows, block_id=marker)])


def still_archived(war_room: WarRoom, reason: str, marker: str) -> Message:
    """Tell who reopened it that its room has to be brought back by hand."""
    number = war_room.escalation.number
    said = f"{number} is reopened, but its room is still archived. {reason}"
    advice = "Unarchive the channel in Slack. Warroom then updates the card and the plan."
    return Message(said, [rich(line(bold(said)), line(words(advice)), block_id=marker)])


def standing(escalation: Escalation) -> list[Json]:
    """What the card says of where it stands beside the status itself."""
    rows = []
    if escalation.status_reason:
        rows.append(line(bold("Why: "), words(escalation.status_reason, limit=300)))
    if escalation.status_evidence:
        rows.append(line(bold("Evidence: "), words(escalation.status_evidence, limit=300)))
    if escalation.outcome:
        rows.append(line(bold("Outcome: "), words(escalation.outcome, limit=300)))
    if escalation.status_until:
        rows.append(line(bold("Until: "), instant(escalation.status_until)))
    if escalation.handover_to:
        asked = person(escalation.handover_to)
        rows.append(line(bold("Handover offered to: "), asked, italic("  (pending)")))
    if escalation.archive_due_at:
        due = instant(escalation.archive_due_at)
        rows.append(
            line(bold("Room will be archived: "), due, italic("  /escalate reopen to keep it"))
        )
    return rows


def _waits_for(pauses: Mapping[PauseReason, PausePolicy], answers: Answers) -> Json:
    options = [
        option(pause.title, reason, description=f"Evidence: {pause.evidence}")
        for reason, pause in pauses.items()
    ]
    return field("pause", LABELS["pause"], select(options, initial=answers.pause), hint=STOPS)


def _ask(move: Transition, name: str, escalation: Escalation, answers: Answers) -> Json:
    label = LABELS.get(f"{move.value}:{name}", LABELS[name])
    is_optional = move is Transition.CONFIRM
    if name == "until":
        return field(name, label, instant_input(initial=answers.until))
    initial = getattr(answers, name) or str(getattr(escalation, name, ""))
    element = text_input(initial=initial, longest=MAX_ANSWER, several_lines=True)
    return field(name, label, element, optional=is_optional)
