"""Catching up: what happened since somebody's last look, and what stands due or blocked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Audience, Entry, EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Item, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.home import NO_TASKS, SOON


class CatchUpGroup(StrEnum):
    """Under which heading an entry stands."""

    DECIDED = "decided"
    CHANGED = "changed"
    DONE = "done"
    SAID = "said"


GROUPS: Mapping[EntryKind, CatchUpGroup] = {
    EntryKind.DECIDED: CatchUpGroup.DECIDED,
    EntryKind.ITEM_DONE: CatchUpGroup.DONE,
}
# Of an item the audience tells who may read it, not that anybody was told.
ABOUT_ITEMS = frozenset(
    {EntryKind.DECIDED, EntryKind.ITEM_ADDED, EntryKind.ITEM_CHANGED, EntryKind.ITEM_DONE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMarker:
    """How far into a timeline somebody has looked: up to the entry of that sequence."""

    user_id: SlackUserId
    escalation_id: EscalationId
    sequence: int
    looked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """What somebody has not seen of one escalation yet.

    Attributes:
        since: Their last look; None when this is the first one.
        entries: What was recorded since, the oldest first.
        due_next: What is due within a day or overdue, the soonest first.
        blocked: Items that cannot go on, and blockers that stand.
    """

    escalation: Escalation
    since: datetime | None
    entries: tuple[Entry, ...]
    due_next: tuple[Item, ...]
    blocked: tuple[Item, ...]
    read_at: datetime

    def under(self, group: CatchUpGroup) -> list[Entry]:
        return [entry for entry in self.entries if group_of(entry) is group]


def group_of(entry: Entry) -> CatchUpGroup:
    if entry.audience is Audience.CUSTOMER and entry.kind not in ABOUT_ITEMS:
        return CatchUpGroup.SAID
    return GROUPS.get(entry.kind, CatchUpGroup.CHANGED)


def due_next(items: Iterable[Item], now: datetime) -> tuple[Item, ...]:
    """Return what is due within a day or overdue, the soonest first."""
    until = now + SOON
    found = [
        (item.content.due_at, item.id, item)
        for item in items
        if item.stands and item.kind not in NO_TASKS and item.content.due_at is not None
    ]
    return tuple(
        item for due_at, _id, item in sorted(found, key=lambda f: f[:2]) if due_at <= until
    )


def blocked(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return what cannot go on, and the blockers that stand."""
    return tuple(
        item
        for item in items
        if item.stands and (item.state is ItemState.BLOCKED or item.kind is ItemKind.BLOCKER)
    )
