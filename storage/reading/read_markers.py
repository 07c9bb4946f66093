"""How far into a timeline each person has looked."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.reading.catchup import ReadMarker
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.readers import ReadMarkerRow


async def last(tx: Transaction, user_id: str, escalation_id: EscalationId) -> ReadMarker | None:
    """Return somebody's last look; None when they have not looked yet."""
    row = await tx.one(
        select(ReadMarkerRow).where(
            col(ReadMarkerRow.user_id) == user_id, col(ReadMarkerRow.escalation_id) == escalation_id
        )
    )
    return to_domain(ReadMarker, row) if row else None


async def record(tx: Transaction, look: ReadMarker) -> None:
    """Write a look down; one that saw less than another that came first changes nothing."""
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = insert(ReadMarkerRow).values(to_row(look))
    latest = {name: statement.excluded[name] for name in ("sequence", "looked_at")}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "escalation_id"],
            set_=latest,
            where=statement.excluded.sequence >= col(ReadMarkerRow.sequence),
        )
    )
