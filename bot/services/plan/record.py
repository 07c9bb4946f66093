"""Writing an item down: the item, its timeline entry, and the pictures that follow."""

from datetime import datetime

from bot.domain.errors import Conflict
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.facts import Payload, Subject, SubjectKind
from bot.domain.escalation.timeline import Audience, Entry, EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.effects import NotifyItemOwner, PostItem, ReconcileMessage
from bot.domain.plan.item import Item, ItemState
from bot.domain.plan.payloads import ItemAdded, ItemChanged
from bot.domain.rooms.effects import InviteToRoom, RefreshRoom
from bot.services.escalation import cadence_record
from storage.database.database import Transaction
from storage.escalation import escalations, timeline
from storage.plan import items
from storage.queue import inbox, outbox


async def add(tx: Transaction, item: Item, *, at: datetime, is_minute: bool = False) -> Item:
    """Store a new item, number it, and have it told in the room.

    A minute is told by the message of the call it was said in.
    """
    added = await items.add(tx, item)
    decided = added.kind.spec.is_owner_author
    kind = EntryKind.DECIDED if decided else EntryKind.ITEM_ADDED
    kind = EntryKind.MINUTE_NOTED if is_minute else kind
    content = added.content
    payload = ItemAdded(
        label=added.label,
        item=added.kind,
        text=content.text,
        owner=content.owner,
        due_at=content.due_at,
    )
    await _record(tx, added, kind, payload, added.recorded_by, at)
    await _bring_in(tx, added, by=added.recorded_by, at=at)
    if not is_minute:
        await outbox.enqueue(tx, _told(added), at=at)
    if added.source is not None and not added.source.text:
        look = ReconcileMessage(
            escalation_id=added.escalation_id,
            channel=added.source.channel_id,
            ts=added.source.ts,
        )
        await outbox.enqueue(tx, look, at=at)
    return added


async def save(
    tx: Transaction, before: Item, after: Item, *, by: SlackUserId | None, at: datetime
) -> Item:
    """Store a changed item and have its pictures follow; what is the same changes nothing.

    Raises:
        Conflict: Somebody else changed it between reading and storing.
    """
    if after == before:
        return before
    saved = await items.save(tx, after)
    if saved is None:
        raise Conflict(f"Someone just changed {before.label}. Check it and try again.")
    is_done = saved.state is ItemState.DONE and before.state is not ItemState.DONE
    kind = EntryKind.ITEM_DONE if is_done else EntryKind.ITEM_CHANGED
    await _record(tx, saved, kind, ItemChanged.between(before, saved), by, at)
    await _follow_owner(tx, before, saved, by=by, at=at)
    await cadence_record.draw_again(tx, saved, at=at)
    return saved


async def learn_message(tx: Transaction, item: Item, *, at: datetime) -> None:
    """Store the words of an item's message, which were not known until now.

    Raises:
        Conflict: Somebody else changed the item between reading and storing.
    """
    if await items.save(tx, item) is None:
        raise Conflict(f"Someone just changed {item.label}. Check it and try again.")
    await outbox.enqueue(tx, _told(item), at=at)


def refresh(escalation_id: EscalationId) -> RefreshRoom:
    return RefreshRoom(escalation_id=escalation_id)


async def _record(
    tx: Transaction,
    item: Item,
    kind: EntryKind,
    payload: Payload,
    by: SlackUserId | None,
    at: datetime,
) -> None:
    is_new = kind in {EntryKind.DECIDED, EntryKind.ITEM_ADDED, EntryKind.MINUTE_NOTED}
    entry = Entry(
        escalation_id=item.escalation_id,
        kind=kind,
        at=at,
        actor=by,
        subject=Subject(kind=SubjectKind.ITEM, id=str(item.id)),
        payload=payload,
        audience=Audience.CUSTOMER if item.content.is_customer_safe else Audience.INTERNAL,
        link=(item.source.permalink or None) if item.source else None,
        said_at=item.said_at if is_new and item.said_at != at else None,
    )
    await timeline.add(tx, entry)
    await outbox.enqueue(tx, refresh(item.escalation_id), at=at)


async def _follow_owner(
    tx: Transaction, before: Item, after: Item, *, by: SlackUserId | None, at: datetime
) -> None:
    """Have our message follow, and a new owner told: by that message, or once beside it."""
    owner = after.content.owner
    # Who decided has nothing to do for it.
    is_task = not after.kind.spec.is_owner_author
    is_given = is_task and owner is not None and owner not in {before.content.owner, by}
    if after.told_ts is not None or is_given:
        await outbox.enqueue(tx, _told(after), at=at)
    if is_given:
        await _bring_in(tx, after, by=by, at=at)
        key = f"owner:{after.id}:{owner}"
        if after.told_ts is not None and await inbox.is_new(tx, key, at=at):
            tell = NotifyItemOwner(
                escalation_id=after.escalation_id, item_id=after.id, user=SlackUserId(owner or "")
            )
            await outbox.enqueue(tx, tell, at=at)


async def _bring_in(tx: Transaction, item: Item, *, by: SlackUserId | None, at: datetime) -> None:
    """Invite who owns an item and is not in the room yet; nobody works on what they cannot see."""
    owner = item.content.owner
    if owner is None or owner == by or item.kind.spec.is_owner_author:
        return
    held = await escalations.assignments(tx, item.escalation_id)
    if owner not in {a.user_id for a in held}:
        invite = InviteToRoom(escalation_id=item.escalation_id, users=(owner,))
        await outbox.enqueue(tx, invite, at=at)


def _told(item: Item) -> PostItem:
    return PostItem(escalation_id=item.escalation_id, item_id=item.id)
