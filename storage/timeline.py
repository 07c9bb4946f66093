"""The timeline: append, and read back in order."""

from sqlalchemy import insert, select
from sqlmodel import col

from bot.domain.escalation import EscalationId
from bot.domain.timeline import Entry
from storage.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables import TimelineRow


async def add(tx: Transaction, *entries: Entry) -> None:
    if entries:
        await tx.execute(insert(TimelineRow), [to_row(entry) for entry in entries])


async def of(tx: Transaction, escalation_id: EscalationId) -> list[Entry]:
    """Return the entries in the order they were recorded."""
    rows = await tx.all(
        select(TimelineRow)
        .where(col(TimelineRow.escalation_id) == escalation_id)
        .order_by(col(TimelineRow.id))
    )
    return [to_domain(Entry, row) for row in rows]
