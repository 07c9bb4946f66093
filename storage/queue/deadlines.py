"""Which deadlines have come, of every kind, in one statement: all that an idle process asks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, literal_column, select
from sqlmodel import col

from storage.database.database import Transaction
from storage.tables.clocks import SlaClockRow
from storage.tables.escalations import (
    DigestSubscriptionRow,
    EscalationRow,
    OutboxRow,
    RoomRow,
    TimelineHeadRow,
)
from storage.tables.meetings import CadenceRow


class Deadline(StrEnum):
    """What falls due."""

    EFFECT = "effect"
    LEASE = "lease"
    CLOCK = "clock"
    DIGEST = "digest"
    RHYTHM = "rhythm"
    REMINDER = "reminder"
    ARCHIVING = "archiving"
    RECONCILIATION = "reconciliation"


def _first(at: Any, *conditions: Any, in_order: bool = True) -> Any:  # SQL expressions
    """Return the first of what is due, from the index of that column."""
    found = select(at).where(*conditions, at <= bindparam("now")).limit(literal_column("1"))
    # In order: else Postgres may find it cheaper to read the table until one is due.
    return (found.order_by(at) if in_order else found).scalar_subquery()


# Partial indexes are only used for the very text they were made with.
_PENDING = col(OutboxRow.state) == literal_column("'pending'")
_LEASED = col(OutboxRow.state) == literal_column("'leased'")
_FIRST = {
    Deadline.EFFECT: _first(col(OutboxRow.due_at), _PENDING, in_order=False),
    Deadline.LEASE: _first(col(OutboxRow.lease_until), _LEASED),
    Deadline.CLOCK: _first(col(SlaClockRow.next_rung_at)),
    Deadline.DIGEST: _first(col(DigestSubscriptionRow.next_send_at)),
    Deadline.RHYTHM: _first(col(CadenceRow.next_at)),
    Deadline.REMINDER: _first(col(TimelineHeadRow.remind_at)),
    Deadline.ARCHIVING: _first(col(EscalationRow.archive_due_at)),
    Deadline.RECONCILIATION: _first(col(RoomRow.reconcile_due_at)),
}
_DUE = select(*(found.label(deadline.value) for deadline, found in _FIRST.items()))


async def due(tx: Transaction, *, now: datetime) -> frozenset[Deadline]:
    """Return the kinds of which something is due by now."""
    row = await tx.one(_DUE, {"now": now}) or {}
    return frozenset(deadline for deadline in Deadline if row[deadline.value] is not None)
