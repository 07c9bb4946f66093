"""The timeline: append to its chain, and read it back in order."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import col

from bot.domain.escalation.chain import committed, digest, without
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Entry, EntryKind, Head
from storage.database.database import Transaction
from storage.escalation.payloads import to_entry, to_entry_row
from storage.mapping import to_domain, to_row
from storage.tables.escalations import EscalationRow, TimelineHeadRow, TimelineRow

# Built once, because nearly everything that is recorded is told here.
_HEAD = (
    select(TimelineHeadRow)
    .where(col(TimelineHeadRow.escalation_id) == bindparam("of"))
    .with_for_update()
)
_MOVE_HEAD = update(TimelineHeadRow).where(col(TimelineHeadRow.escalation_id) == bindparam("of"))
_APPEND, _FIRST_HEAD = insert(TimelineRow), insert(TimelineHeadRow)


async def add(tx: Transaction, *entries: Entry) -> tuple[int, ...]:
    """Append to the timeline of one escalation and return the places of the entries.

    Nothing can be taken away or changed.
    """
    if not entries:
        return ()
    escalation_id = entries[0].escalation_id
    before = await head(tx, escalation_id)
    sequence, last = before.sequence, before.digest
    rows = []
    for entry in entries:
        sequence += 1
        placed = committed(replace(entry, sequence=sequence), secrets.token_bytes)
        last = digest(placed, last)
        rows.append(to_entry_row(replace(placed, digest=last)))
    await tx.execute(_APPEND, rows if len(rows) > 1 else rows[0])
    moved = before.moved(entries, sequence, last)
    # An end that is not proven stays so: sealing it would make a forgery good.
    if before.sequence == 0 or tx.keyring.problem(escalation_id, before) is None:
        moved = tx.keyring.sealed(escalation_id, moved)
    values = to_row(moved)
    if before.sequence == 0:
        await tx.execute(_FIRST_HEAD, {"escalation_id": escalation_id, **values})
    else:
        await tx.execute(_MOVE_HEAD, {"of": escalation_id, **values})
    return tuple(range(before.sequence + 1, sequence + 1))


async def head(tx: Transaction, escalation_id: EscalationId) -> Head:
    """Return where the timeline ends, and let nobody else append until the transaction ends."""
    row = await tx.one(_HEAD, {"of": escalation_id})
    return to_domain(Head, row) if row else Head()


async def heads(tx: Transaction) -> dict[EscalationId, Head]:
    """Return where every timeline ends, in the order of the escalations."""
    rows = await tx.all(select(TimelineHeadRow).order_by(col(TimelineHeadRow.escalation_id)))
    return {EscalationId(row["escalation_id"]): to_domain(Head, row) for row in rows}


async def seal(tx: Transaction, escalation_id: EscalationId) -> None:
    """Prove where a timeline ends with the key of now."""
    sealed = tx.keyring.sealed(escalation_id, await head(tx, escalation_id))
    values = {"mac": sealed.mac, "mac_key": sealed.mac_key}
    await tx.execute(_MOVE_HEAD, {"of": escalation_id, **values})


async def erase(tx: Transaction, entry: Entry, name: str) -> None:
    """Take away a field of an entry and the key of its commitment; the commitment stays."""
    left = to_entry_row(without(entry, name))
    await tx.execute(
        update(TimelineRow)
        .where(
            col(TimelineRow.escalation_id) == entry.escalation_id,
            col(TimelineRow.sequence) == entry.sequence,
        )
        .values({column: left[column] for column in (name, "field_keys")})
    )


async def of(tx: Transaction, escalation_id: EscalationId) -> list[Entry]:
    """Return the entries in the order they were recorded."""
    rows = await tx.all(
        select(TimelineRow)
        .where(col(TimelineRow.escalation_id) == escalation_id)
        .order_by(col(TimelineRow.sequence))
    )
    return [to_entry(row) for row in rows]


async def said_at(
    tx: Transaction, escalation_id: EscalationId, kind: EntryKind
) -> tuple[datetime, ...]:
    """Return when what the entries of one kind tell was said, in the order they were recorded."""
    rows = await tx.all(
        select(col(TimelineRow.said_at), col(TimelineRow.at))
        .where(col(TimelineRow.escalation_id) == escalation_id, col(TimelineRow.kind) == kind.value)
        .order_by(col(TimelineRow.sequence))
    )
    return tuple(row["said_at"] or row["at"] for row in rows)


async def acted_at(tx: Transaction, ids: Collection[EscalationId]) -> dict[EscalationId, datetime]:
    """Return when somebody last did something about each of these; nobody did, and it is absent."""
    rows = await tx.all(
        select(col(TimelineRow.escalation_id), func.max(col(TimelineRow.at)).label("last"))
        .where(col(TimelineRow.escalation_id).in_(list(ids)), col(TimelineRow.actor).is_not(None))
        .group_by(col(TimelineRow.escalation_id))
    )
    return {EscalationId(row["escalation_id"]): row["last"] for row in rows}


async def newest(
    tx: Transaction, escalation_id: EscalationId, *, limit: int, skip: int = 0
) -> list[Entry]:
    """Return a page of the entries, the newest first."""
    rows = await tx.all(
        select(TimelineRow)
        .where(col(TimelineRow.escalation_id) == escalation_id)
        .order_by(col(TimelineRow.sequence).desc())
        .limit(limit)
        .offset(skip)
    )
    return [to_entry(row) for row in rows]


async def since(tx: Transaction, escalation_id: EscalationId, sequence: int) -> list[Entry]:
    """Return the entries after that one, the oldest first."""
    rows = await tx.all(
        select(TimelineRow)
        .where(
            col(TimelineRow.escalation_id) == escalation_id,
            col(TimelineRow.sequence) > sequence,
        )
        .order_by(col(TimelineRow.sequence))
    )
    return [to_entry(row) for row in rows]


async def at(tx: Transaction, escalation_id: EscalationId, places: Collection[int]) -> list[Entry]:
    """Return the entries at those places, the oldest first."""
    rows = await tx.all(
        select(TimelineRow)
        .where(
            col(TimelineRow.escalation_id) == escalation_id,
            col(TimelineRow.sequence).in_(list(places)),
        )
        .order_by(col(TimelineRow.sequence))
    )
    return [to_entry(row) for row in rows]


async def escalations(tx: Transaction) -> list[EscalationId]:
    """Return every escalation there is, and every one that only a timeline or its head names."""
    found: set[int] = set()
    for column in (
        col(EscalationRow.id),
        col(TimelineRow.escalation_id),
        col(TimelineHeadRow.escalation_id),
    ):
        found |= {row["id"] for row in await tx.all(select(column.label("id")).distinct())}
    return [EscalationId(number) for number in sorted(found)]


async def between(
    tx: Transaction, escalation_id: EscalationId, after: int, until: int
) -> list[Entry]:
    """Return the entries after the one and up to the other, the oldest first."""
    rows = await tx.all(
        select(TimelineRow)
        .where(
            col(TimelineRow.escalation_id) == escalation_id,
            col(TimelineRow.sequence) > after,
            col(TimelineRow.sequence) <= until,
        )
        .order_by(col(TimelineRow.sequence))
    )
    return [to_entry(row) for row in rows]


async def last_sequences(tx: Transaction, ids: Collection[EscalationId]) -> dict[EscalationId, int]:
    """Return the number of the last entry of each; others may append meanwhile."""
    columns = (col(TimelineHeadRow.escalation_id), col(TimelineHeadRow.sequence))
    rows = await tx.all(select(*columns).where(col(TimelineHeadRow.escalation_id).in_(list(ids))))
    return {row["escalation_id"]: row["sequence"] for row in rows}


async def count(tx: Transaction, escalation_id: EscalationId) -> int:
    of_it = col(TimelineRow.escalation_id) == escalation_id
    row = await tx.one(select(func.count().label("count")).where(of_it))
    return int((row or {"count": 0})["count"])
