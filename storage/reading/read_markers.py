"""How far into a timeline each person has looked."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.reading.catchup import Look
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.escalations import LookRow


async def last(tx: Transaction, user_id: str, escalation_id: EscalationId) -> Look | None:
    """Return somebody's last look; None when they have not looked yet."""
    row = await tx.one(
        select(LookRow).where(
            col(LookRow.user_id) == user_id, col(LookRow.escalation_id) == escalation_id
        )
    )
    return to_domain(Look, row) if row else None


async def record(tx: Transaction, look: Look) -> None:
    """Write a look down; one that saw less than another that came first changes nothing."""
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = insert(LookRow).values(to_row(look))
    latest = {name: statement.excluded[name] for name in ("sequence", "looked_at")}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "escalation_id"],
            set_=latest,
            where=statement.excluded.sequence >= col(LookRow.sequence),
        )
    )
