"""What happened to items of the plan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.facts import Payload
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Item, ItemState
from bot.domain.plan.kinds import ItemKind


class ItemEdit(StrEnum):
    """What somebody did to an item that stands as it stood."""

    RESCHEDULED = "rescheduled"
    MESSAGE_EDITED = "message_edited"
    MESSAGE_DELETED = "message_deleted"
    GIVEN = "given"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(Payload):
    """An item as it was recorded; its label is such as "A-3"."""

    label: str
    item: ItemKind
    text: str
    owner: SlackUserId | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Payload):
    """An item is different now: its state, or else one of its parts.

    Attributes:
        edit: What was done to it; None when its state changed.
        replaced_by: The number of the decision that replaced it; None when none did.
        why: Why its state or due time changed, in somebody's words; empty when nobody said.
    """

    label: str
    item: ItemKind
    state_before: ItemState
    state: ItemState
    edit: ItemEdit | None = None
    why: str = ""
    replaced_by: int | None = None
    owner_before: SlackUserId | None = None
    owner: SlackUserId | None = None
    due_before: datetime | None = None
    due_at: datetime | None = None

    @classmethod
    def between(cls, before: Item, after: Item) -> "ItemChanged":
        """Return what differs between two versions of an item."""
        edit = None if after.state is not before.state else _edit(before, after)
        return cls(
            label=after.label,
            item=after.kind,
            state_before=before.state,
            state=after.state,
            edit=edit,
            why=_why(after, edit),
            replaced_by=after.replaced_by,
            owner_before=before.content.owner,
            owner=after.content.owner,
            due_before=before.content.due_at,
            due_at=after.content.due_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookApplied(Payload):
    """The playbook added `count` items."""

    count: int


def state_label(kind: ItemKind, state: ItemState) -> str:
    """Return how an item of that kind stands, such as "done", "kept" or "taken back"."""
    if state is ItemState.DONE:
        return kind.spec.done_word or "done"
    if state is ItemState.RETRACTED:
        return "taken back"
    return state.value.replace("_", " ")


def _edit(before: Item, after: Item) -> ItemEdit:
    if len(after.slips) > len(before.slips):
        return ItemEdit.RESCHEDULED
    if after.source != before.source and after.source is not None:
        return ItemEdit.MESSAGE_DELETED if after.source.is_gone else ItemEdit.MESSAGE_EDITED
    is_given = after.content.owner != before.content.owner and after.content.owner
    return ItemEdit.GIVEN if is_given else ItemEdit.EDITED


def _why(after: Item, edit: ItemEdit | None) -> str:
    if edit is ItemEdit.RESCHEDULED:
        return after.slips[-1].reason
    if edit is not None:
        return ""
    why = after.content.blocked_by if after.state is ItemState.BLOCKED else ""
    return why or (after.content.evidence if not after.stands else "")
