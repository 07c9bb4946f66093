"""What happened to items of the plan, in words."""

from bot.domain.escalation.timeline import EntryKind
from bot.domain.plan.payloads import (
    ItemAdded,
    ItemChanged,
    ItemEdit,
    PlaybookApplied,
    state_label,
)
from bot.views.timeline.wording import Mention, Parts, Wording

EDITED = {
    ItemEdit.MESSAGE_EDITED: "its message was edited",
    ItemEdit.MESSAGE_DELETED: "its message was deleted",
}


def added(payload: ItemAdded, _kind: EntryKind) -> Wording:
    return Wording(what=payload.label, after=(payload.text,))


def changed(payload: ItemChanged, _kind: EntryKind) -> Wording:
    return Wording(what=payload.label, after=_what(payload), reason=payload.why)


def playbook_applied(payload: PlaybookApplied, _kind: EntryKind) -> Wording:
    items = "item" if payload.count == 1 else "items"
    return Wording(what=f"The playbook added {payload.count} {items}")


def _what(payload: ItemChanged) -> Parts:
    match payload.edit:
        case None:
            by = f" by D-{payload.replaced_by}" if payload.replaced_by else ""
            return (f"{state_label(payload.item, payload.state)}{by}",)
        case ItemEdit.RESCHEDULED if payload.due_before and payload.due_at:
            return ("postponed from ", payload.due_before, " to ", payload.due_at)
        case ItemEdit.GIVEN if payload.owner:
            return ("assigned to ", Mention(payload.owner))
        case edit:
            return (EDITED.get(edit, "edited"),)
