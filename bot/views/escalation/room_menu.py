"""Severity, escalation manager and details of an escalation in one form."""

from bot.domain.escalation.changes import DETAILS, MAX_REASON
from bot.domain.escalation.escalation import Escalation, Severity
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import Json, modal
from bot.views.block_kit.inputs import (
    field,
    instant_input,
    option,
    person_input,
    select,
    text_input,
)
from bot.views.escalation.opening_form import category_select


def menu(
    war_room: WarRoom, policy: Policy, *, metadata: str, severity: Severity | None = None
) -> Json:
    """The form with everything as it is now; only what is changed will be changed.

    A `severity` that was named already is chosen in it.
    """
    escalation = war_room.escalation
    severities = [
        option(
            f"{s.label} · {policy.severity(s).name}",
            s.value,
            description=policy.severity(s).meaning,
        )
        for s in Severity
    ]
    chosen = (severity or escalation.severity).value
    blocks = [
        field("severity", "Severity", select(severities, initial=chosen)),
        field("owner", "Escalation manager", person_input(initial=escalation.owner)),
        *_category(war_room, policy),
        field(
            "reason",
            "Why?",
            text_input(longest=MAX_REASON),
            optional=True,
            hint="Required when the severity changes. Posted in the room.",
        ),
        *_details(escalation),
    ]
    return modal(
        "Severity and details",
        blocks,
        callback_id=View.ROOM_MENU.value,
        submit="Save",
        metadata=metadata,
    )


def _details(escalation: Escalation) -> list[Json]:
    texts = {
        name: text_input(initial=getattr(escalation, name), several_lines=True) for name in DETAILS
    }
    began = instant_input(initial=escalation.impact_started_at)
    return [
        *(field(name, DETAILS[name], texts[name], optional=True) for name in DETAILS),
        field("impact_started_at", "When did the impact start?", began, optional=True),
    ]


def _category(war_room: WarRoom, policy: Policy) -> list[Json]:
    if not policy.categories:
        return []
    chosen = category_select(policy, war_room.escalation.category)
    hint = "Then run /escalate playbook to add its items."
    return [field("category", "Category", chosen, optional=True, hint=hint)]
