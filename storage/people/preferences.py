"""What people chose for themselves."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from storage.database.database import Transaction
from storage.tables.readers import PreferenceRow


async def set_muted(tx: Transaction, user_id: str, *, is_muted: bool) -> None:
    """Write down whether somebody wants no nudges."""
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = insert(PreferenceRow).values(user_id=user_id, is_muted=is_muted)
    chosen = {"is_muted": statement.excluded.is_muted}
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=chosen))


async def muted(tx: Transaction, user_ids: Collection[str]) -> set[str]:
    """Return those of these people who want no nudges."""
    if not user_ids:
        return set()
    rows = await tx.all(
        select(col(PreferenceRow.user_id)).where(
            col(PreferenceRow.user_id).in_(list(user_ids)), col(PreferenceRow.is_muted).is_(True)
        )
    )
    return {row["user_id"] for row in rows}
