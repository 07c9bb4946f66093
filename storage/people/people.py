"""What Slack told us about people, with the instant it told us."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.time.time_zones import zone_named
from storage.database.database import Row, Transaction
from storage.mapping import to_domain, to_row
from storage.tables.escalations import PersonRow

AT_ONCE = 5_000  # ids in one statement


async def find(tx: Transaction, user_id: SlackUserId, *, fetched_since: datetime) -> Person | None:
    """Return the person, or None when unknown or learnt before `fetched_since`."""
    row = await tx.one(
        select(PersonRow).where(
            col(PersonRow.id) == user_id, col(PersonRow.fetched_at) >= fetched_since
        )
    )
    return to_domain(Person, row, time_zone=_zone(row)) if row else None


async def upsert(tx: Transaction, person: Person, *, at: datetime) -> None:
    """Keep what was told last, whoever else is told the same at this moment."""
    values = {**to_row(person), "fetched_at": at}
    statement = (sqlite.insert if tx.is_sqlite else postgresql.insert)(PersonRow).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of these people whom we know, however long ago we learnt them."""
    if not ids:
        return {}
    columns = (col(PersonRow.id), col(PersonRow.name))
    rows = await tx.all(select(*columns).where(col(PersonRow.id).in_(list(ids))))
    return {row["id"]: row["name"] for row in rows}


async def is_member(tx: Transaction, user_id: str) -> bool:
    """Return whether somebody was a full member when we last asked; False when we never did."""
    statement = select(col(PersonRow.kind)).where(col(PersonRow.id) == user_id)
    row = await tx.one(statement)
    return row is not None and row["kind"] == PersonKind.MEMBER.value


async def kinds(tx: Transaction, ids: Collection[SlackUserId]) -> dict[SlackUserId, PersonKind]:
    """Return what those of these people are whom we know, however long ago we learnt it."""
    found: dict[SlackUserId, PersonKind] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        columns = select(col(PersonRow.id), col(PersonRow.kind))
        some = wanted[start : start + AT_ONCE]
        rows = await tx.all(columns.where(col(PersonRow.id).in_(some)))
        found |= {SlackUserId(row["id"]): PersonKind(row["kind"]) for row in rows}
    return found


async def last_known(tx: Transaction, user_id: str) -> Person | None:
    """Return somebody as we last knew them, however long ago; None when we never did."""
    row = await tx.one(select(PersonRow).where(col(PersonRow.id) == user_id))
    return to_domain(Person, row, time_zone=_zone(row)) if row else None


async def time_zones(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return the time zones of those of these people whom we know."""
    columns = (col(PersonRow.id), col(PersonRow.time_zone))
    rows = await tx.all(select(*columns).where(col(PersonRow.id).in_(list(ids)))) if ids else []
    return {row["id"]: _zone(row) for row in rows}


def _zone(row: Row) -> str:
    """Return a zone that is known, whatever was stored before zones were checked."""
    return zone_named(row["time_zone"]) or "UTC"
