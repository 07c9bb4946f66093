"""Rungs that were told, and the breaches that were opened: once each, whoever looks."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.sla.record import ClockId, RungRecord
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.clocks import BreachRow, RungRow


async def of(
    tx: Transaction, clock_ids: Collection[ClockId]
) -> Mapping[ClockId, tuple[RungRecord, ...]]:
    """Return the rungs that each of these clocks has climbed, in the order they were told."""
    found: dict[ClockId, tuple[RungRecord, ...]] = dict.fromkeys(clock_ids, ())
    if clock_ids:
        rows = await tx.all(
            select(RungRow)
            .where(col(RungRow.clock_id).in_(clock_ids))
            .order_by(col(RungRow.told_at), col(RungRow.rung))
        )
        for row in rows:
            found[row["clock_id"]] += (to_domain(RungRecord, row),)
    return found


async def climb_once(tx: Transaction, climbed: RungRecord) -> bool:
    """Write down that a rung is told; False when it was before."""
    kind = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = kind(RungRow).on_conflict_do_nothing(index_elements=["clock_id", "rung"])
    row = await tx.one(statement.values(to_row(climbed)).returning(col(RungRow.rung)))
    return row is not None


async def tell_again(tx: Transaction, climbed: RungRecord, *, repeat_at: datetime | None) -> None:
    """Count one more telling of a rung, and when the next is."""
    await tx.execute(
        update(RungRow)
        .where(col(RungRow.clock_id) == climbed.clock_id, col(RungRow.rung) == climbed.rung)
        .values(times=climbed.times + 1, repeat_at=repeat_at)
    )


async def silence(tx: Transaction, clock_id: ClockId, keys: Collection[str]) -> None:
    """Tell these rungs of a clock no more: a higher one speaks for them, or it was answered."""
    await tx.execute(
        update(RungRow)
        .where(col(RungRow.clock_id) == clock_id, col(RungRow.rung).in_(list(keys)))
        .values(repeat_at=None)
    )


async def withdraw(tx: Transaction, clock_id: ClockId, keys: Collection[str]) -> None:
    """Forget that these rungs of a clock were told: they lie ahead again."""
    await tx.execute(
        delete(RungRow).where(col(RungRow.clock_id) == clock_id, col(RungRow.rung).in_(list(keys)))
    )


async def acknowledge(tx: Transaction, clock_id: ClockId, *, by: SlackUserId, at: datetime) -> int:
    """Record who answers for what a clock has told so far; return how many rungs that is."""
    return await tx.count_changed(
        update(RungRow)
        .where(col(RungRow.clock_id) == clock_id, col(RungRow.acknowledged_by).is_(None))
        .values(acknowledged_by=by, acknowledged_at=at, repeat_at=None)
    )


async def open_breach(
    tx: Transaction,
    clock_id: ClockId,
    escalation_id: EscalationId,
    *,
    breached_at: datetime,
    is_contractual: bool,
) -> None:
    """Open the record of a broken promise; one that is open already stays as it is."""
    kind = sqlite.insert if tx.is_sqlite else postgresql.insert
    statement = kind(BreachRow).on_conflict_do_nothing(index_elements=["clock_id"])
    values = {
        "clock_id": clock_id,
        "escalation_id": escalation_id,
        "breached_at": breached_at,
        "is_contractual": is_contractual,
        "cause": "",
        "effect": "",
        "version": 1,
    }
    await tx.execute(statement.values(values))
