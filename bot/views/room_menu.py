"""The room's private menu: severity, status, owner and details in one form."""

from bot.domain.changes import DETAILS, MAX_REASON
from bot.domain.escalation import MOVES, Severity, Status
from bot.domain.policy import Policy
from bot.domain.war_room import WarRoom
from bot.views.action_ids import View
from bot.views.block_kit import Json, modal
from bot.views.inputs import field, option, person_input, select, text_input


def menu(war_room: WarRoom, policy: Policy, *, metadata: str) -> Json:
    """The menu with everything as it is now; only what is changed will be changed."""
    escalation = war_room.escalation
    severities = [
        option(
            f"{s.label} · {policy.severity(s).name}",
            s.value,
            description=policy.severity(s).meaning,
        )
        for s in Severity
    ]
    reachable = [s for s in Status if s in MOVES[escalation.status] or s is escalation.status]
    statuses = [option(s.label, s.value) for s in reachable]
    details = [
        field(
            name,
            label,
            text_input(initial=getattr(escalation, name), several_lines=True),
            optional=True,
        )
        for name, label in DETAILS.items()
    ]
    blocks = [
        field("severity", "Severity", select(severities, initial=escalation.severity.value)),
        field("status", "Status", select(statuses, initial=escalation.status.value)),
        field("owner", "Escalation manager", person_input(initial=escalation.owner)),
        field(
            "reason",
            "Why?",
            text_input(longest=MAX_REASON),
            optional=True,
            hint="Told in the room beside the change.",
        ),
        *details,
    ]
    return modal(
        escalation.number,
        blocks,
        callback_id=View.ROOM_MENU.value,
        submit="Save",
        metadata=metadata,
    )
