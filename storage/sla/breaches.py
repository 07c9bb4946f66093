"""Records of broken promises, and notes how one in danger is kept: read, and kept by a fence."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.sla.breach import Breach, Recovery
from bot.domain.sla.record import ClockId
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.clocks import BreachRow, RecoveryRow


async def of(tx: Transaction, clock_ids: Collection[ClockId]) -> dict[ClockId, Breach]:
    """Return the breaches of these clocks; a promise that was kept has none."""
    rows = await tx.all(select(BreachRow).where(col(BreachRow.clock_id).in_(list(clock_ids))))
    return {row["clock_id"]: to_domain(Breach, row) for row in rows}


async def save(tx: Transaction, changed: Breach) -> bool:
    """Store the record of a breach that was read; False when somebody was faster."""
    touched = await tx.count_changed(
        update(BreachRow)
        .where(
            col(BreachRow.clock_id) == changed.clock_id,
            col(BreachRow.version) == changed.version,
        )
        .values(to_row(replace(changed, version=changed.version + 1)))
    )
    return bool(touched)


async def recoveries(tx: Transaction, clock_ids: Collection[ClockId]) -> dict[ClockId, Recovery]:
    rows = await tx.all(select(RecoveryRow).where(col(RecoveryRow.clock_id).in_(list(clock_ids))))
    return {row["clock_id"]: to_domain(Recovery, row) for row in rows}


async def save_recovery(tx: Transaction, changed: Recovery) -> bool:
    """Store a note, the first or in place of the one that was read; False: somebody was faster."""
    values = to_row(replace(changed, version=changed.version + 1))
    if changed.version:
        touched = await tx.count_changed(
            update(RecoveryRow)
            .where(
                col(RecoveryRow.clock_id) == changed.clock_id,
                col(RecoveryRow.version) == changed.version,
            )
            .values(values)
        )
        return bool(touched)
    kind = sqlite.insert if tx.is_sqlite else postgresql.insert
    added = kind(RecoveryRow).values(values).on_conflict_do_nothing(index_elements=["clock_id"])
    return await tx.one(added.returning(col(RecoveryRow.clock_id))) is not None
