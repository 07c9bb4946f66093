"""Subscriptions of channels to the digest: store, claim what is due, write down what was sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.digest.digest import Numbers, Schedule, Subscription, SubscriptionId
from bot.domain.escalation.room import ChannelId
from storage.database.database import Row, Transaction
from storage.mapping import to_domain, to_json, to_row
from storage.tables.escalations import DigestSubscriptionRow


async def add(tx: Transaction, wanted: Subscription) -> Subscription | None:
    """Store a new subscription and return it with its id; `wanted.id` is not used.

    None when the channel has one already, whichever replica stored it.
    """
    insert_or_skip = sqlite.insert if tx.is_sqlite else postgresql.insert
    row = await tx.one(
        insert_or_skip(DigestSubscriptionRow)
        .values(_values(wanted))
        .on_conflict_do_nothing(index_elements=["channel_id"])
        .returning(col(DigestSubscriptionRow.id))
    )
    return None if row is None else replace(wanted, id=SubscriptionId(row["id"]))


async def change(tx: Transaction, wanted: Subscription) -> Subscription | None:
    """Store what is wanted instead; None when somebody was faster."""
    after = replace(wanted, version=wanted.version + 1)
    touched = await tx.count_changed(
        update(DigestSubscriptionRow)
        .where(
            col(DigestSubscriptionRow.id) == wanted.id,
            col(DigestSubscriptionRow.version) == wanted.version,
        )
        .values(_values(after))
    )
    return after if touched else None


async def find(tx: Transaction, subscription_id: SubscriptionId) -> Subscription | None:
    row = await tx.one(
        select(DigestSubscriptionRow).where(col(DigestSubscriptionRow.id) == subscription_id)
    )
    return _from_row(row) if row else None


async def of_channel(tx: Transaction, channel_id: ChannelId) -> Subscription | None:
    row = await tx.one(
        select(DigestSubscriptionRow).where(col(DigestSubscriptionRow.channel_id) == channel_id)
    )
    return _from_row(row) if row else None


async def channels(tx: Transaction, *, most: int) -> list[ChannelId]:
    """Return channels that get a digest."""
    column = col(DigestSubscriptionRow.channel_id)
    rows = await tx.all(select(column).order_by(column).limit(most))
    return [ChannelId(row["channel_id"]) for row in rows]


async def remove(tx: Transaction, subscription_id: SubscriptionId) -> bool:
    """Forget a subscription; False when it was gone already."""
    removing = delete(DigestSubscriptionRow).where(col(DigestSubscriptionRow.id) == subscription_id)
    return await tx.count_changed(removing) > 0


async def due(tx: Transaction, *, now: datetime, most: int) -> Sequence[Subscription]:
    """Return up to that many whose time has come, the longest overdue first."""
    rows = await tx.all(
        select(DigestSubscriptionRow)
        .where(col(DigestSubscriptionRow.next_send_at) <= now)
        .order_by(col(DigestSubscriptionRow.next_send_at), col(DigestSubscriptionRow.id))
        .limit(most)
    )
    return [_from_row(row) for row in rows]


async def claim(
    tx: Transaction, found: Subscription, *, claimed_for: datetime, next_send_at: datetime
) -> bool:
    """Move a deadline on; False when another replica did so, or somebody changed it meanwhile."""
    touched = await tx.count_changed(
        update(DigestSubscriptionRow)
        .where(
            col(DigestSubscriptionRow.id) == found.id,
            col(DigestSubscriptionRow.version) == found.version,
            col(DigestSubscriptionRow.next_send_at) == found.next_send_at,
        )
        .values(claimed_for=claimed_for, next_send_at=next_send_at)
    )
    return touched > 0


async def sent(tx: Transaction, subscription_id: SubscriptionId, due_at: datetime) -> None:
    """Write down that the digest due then is dealt with."""
    await _set(tx, subscription_id, sent_for=due_at)


async def said(
    tx: Transaction, subscription_id: SubscriptionId, numbers: Numbers, *, at: datetime
) -> None:
    """Write down what the readers saw, and when."""
    await _set(tx, subscription_id, last_sent_at=at, numbers=to_json(numbers))


async def _set(tx: Transaction, subscription_id: SubscriptionId, **values: Any) -> None:  # columns
    of_it = col(DigestSubscriptionRow.id) == subscription_id
    await tx.execute(update(DigestSubscriptionRow).where(of_it).values(**values))


def _values(wanted: Subscription) -> Row:
    values = to_row(wanted)
    del values["id"]
    schedule = to_row(values.pop("schedule"))
    numbers = None if wanted.numbers is None else to_json(wanted.numbers)
    return {**values, **schedule, "filters": to_json(wanted.filters), "numbers": numbers}


def _from_row(row: Row) -> Subscription:
    return to_domain(Subscription, row, schedule=to_domain(Schedule, row))
