"""Requests already seen, so that a second delivery changes nothing."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from storage.database.database import Transaction
from storage.tables.escalations import InboxRow


async def is_new(tx: Transaction, key: str, *, at: datetime) -> bool:
    """Record `key` and return True, or return False when any replica has recorded it before.

    The record stands or falls with the transaction: what was not committed is new again.
    """
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = insert(InboxRow).values(key=key, seen_at=at).on_conflict_do_nothing()
    # A driver need not count inserted rows; what it returns it has inserted.
    return await tx.one(statement.returning(col(InboxRow.key))) is not None


async def forget(tx: Transaction, *, seen_before: datetime) -> int:
    """Delete what was seen before that instant and return how many there were."""
    return await tx.count_changed(delete(InboxRow).where(col(InboxRow.seen_at) < seen_before))
