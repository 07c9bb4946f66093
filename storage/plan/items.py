"""Items: number and store, find by number or message, change by compare-and-set."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Content, Item, ItemId, ItemSource
from bot.domain.plan.kinds import ItemKind
from storage.database.database import Row, Transaction
from storage.escalation import escalations
from storage.mapping import to_domain, to_plain, to_row
from storage.tables.escalations import ItemRow

SOURCE = {f.name: f"source_{f.name}" for f in fields(ItemSource)} | {"channel_id": "source_channel"}
NO_SOURCE: Row = dict.fromkeys(("source_channel", "source_ts"))

# Built once, because every opening and every picture waits for them.
_OF_IT = col(ItemRow.escalation_id) == bindparam("of")
_ORDER = (col(ItemRow.kind), col(ItemRow.number))
_OF_KINDS = (
    select(ItemRow)
    .where(_OF_IT, col(ItemRow.kind).in_(bindparam("kinds", expanding=True)))
    .order_by(*_ORDER)
)
_NUMBERED = select(*_ORDER, col(ItemRow.key)).where(_OF_IT).order_by(*_ORDER)
_ONCE_SQLITE = sqlite.insert(ItemRow).on_conflict_do_nothing()
_ONCE_POSTGRES = postgresql.insert(ItemRow).on_conflict_do_nothing()


async def add(tx: Transaction, item: Item) -> Item:
    """Store a new item under the next number of its kind; id and number are given."""
    await escalations.hold(tx, item.escalation_id)
    last = await _last_numbers(tx, item.escalation_id)
    numbered = replace(item, number=last.get(item.kind, 0) + 1)
    row = await tx.one(insert(ItemRow).values(_values(numbered)).returning(col(ItemRow.id)))
    return replace(numbered, id=ItemId((row or {})["id"]))


async def add_once(tx: Transaction, escalation_id: EscalationId, found: Sequence[Item]) -> int:
    """Store those items of a playbook whose key is not there yet; return how many were added."""
    if not found:
        return 0
    known, last, rows = set(), dict[ItemKind, int](), []
    for there in await tx.all(_NUMBERED, {"of": escalation_id}):
        known.add(there["key"])
        last[ItemKind(there["kind"])] = there["number"]
    for item in found:
        if item.key not in known:
            last[item.kind] = last.get(item.kind, 0) + 1
            rows.append(_values(replace(item, number=last[item.kind])))
    if rows:
        await tx.execute(_ONCE_SQLITE if tx.is_sqlite else _ONCE_POSTGRES, rows)
    return len(rows)


async def save(tx: Transaction, item: Item) -> Item | None:
    """Store a change made to the version it was read at; None when somebody was faster."""
    after = replace(item, version=item.version + 1)
    touched = await tx.count_changed(
        update(ItemRow)
        .where(col(ItemRow.id) == item.id, col(ItemRow.version) == item.version)
        .values(_values(after))
    )
    return after if touched else None


async def told(tx: Transaction, item_id: ItemId, **facts: Any) -> None:  # columns
    """Write down where our message about an item stands; that changes nothing about the item."""
    await tx.execute(update(ItemRow).where(col(ItemRow.id) == item_id).values(**facts))


async def find(tx: Transaction, item_id: ItemId) -> Item | None:
    return await _one(tx, col(ItemRow.id) == item_id)


async def numbered(
    tx: Transaction, escalation_id: EscalationId, kind: ItemKind, number: int
) -> Item | None:
    return await _one(
        tx,
        col(ItemRow.escalation_id) == escalation_id,
        col(ItemRow.kind) == kind.value,
        col(ItemRow.number) == number,
    )


async def of_message(tx: Transaction, channel: ChannelId, ts: MessageTs) -> list[Item]:
    """Return the items a message is the source of, or that our message there is about."""
    here = (col(ItemRow.source_channel) == channel) & (col(ItemRow.source_ts) == ts)
    told_there = (col(ItemRow.told_channel) == channel) & (col(ItemRow.told_ts) == ts)
    rows = await tx.all(select(ItemRow).where(or_(here, told_there)).order_by(col(ItemRow.id)))
    return [from_row(row) for row in rows]


async def typed_since(
    tx: Transaction, escalation_id: EscalationId, kind: ItemKind, by: SlackUserId, since: datetime
) -> list[Item]:
    """Return what somebody has added since then without a message behind it, the newest first."""
    rows = await tx.all(
        select(ItemRow)
        .where(
            col(ItemRow.escalation_id) == escalation_id,
            col(ItemRow.kind) == kind.value,
            col(ItemRow.recorded_by) == by,
            col(ItemRow.recorded_at) >= since,
            col(ItemRow.source_ts).is_(None),
        )
        .order_by(col(ItemRow.number).desc())
    )
    return [from_row(row) for row in rows]


async def of(
    tx: Transaction, escalation_id: EscalationId, kinds: Collection[ItemKind] | None = None
) -> list[Item]:
    """Return the items of an escalation by kind and number; None means every kind."""
    wanted = [kind.value for kind in (ItemKind if kinds is None else kinds)]
    rows = await tx.all(_OF_KINDS, {"of": escalation_id, "kinds": wanted})
    return [from_row(row) for row in rows]


async def said_in_thread(
    tx: Transaction, channel: ChannelId, thread_ts: MessageTs, kind: ItemKind
) -> list[Item]:
    """Return the items of a kind whose message stands in that thread, in the order it was said."""
    rows = await tx.all(
        select(ItemRow)
        .where(
            col(ItemRow.source_channel) == channel,
            col(ItemRow.source_thread_ts) == thread_ts,
            col(ItemRow.kind) == kind.value,
        )
        .order_by(col(ItemRow.said_at), col(ItemRow.id))
    )
    return [from_row(row) for row in rows]


async def _one(tx: Transaction, *conditions: Any) -> Item | None:  # SQL expressions
    row = await tx.one(select(ItemRow).where(*conditions))
    return from_row(row) if row else None


async def _last_numbers(tx: Transaction, escalation_id: EscalationId) -> dict[ItemKind, int]:
    rows = await tx.all(
        select(col(ItemRow.kind), func.max(col(ItemRow.number)).label("last"))
        .where(col(ItemRow.escalation_id) == escalation_id)
        .group_by(col(ItemRow.kind))
    )
    return {ItemKind(row["kind"]): row["last"] for row in rows}


def _values(item: Item) -> Row:
    values = to_row(item)
    del values["id"], values["source"]
    values |= to_row(values.pop("content"))
    source = NO_SOURCE
    if item.source is not None:
        source = {column: getattr(item.source, name) for name, column in SOURCE.items()}
    return {**values, **source, "slips": to_plain(item.slips)}


def from_row(row: Row) -> Item:
    source = None
    if row["source_ts"] is not None:
        source = ItemSource(**{name: row[column] for name, column in SOURCE.items()})
    return to_domain(Item, row, content=to_domain(Content, row), source=source)
