"""Rooms and their step ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlmodel import col

from bot.domain.escalation.escalation import OVER, EscalationId, Visibility
from bot.domain.escalation.room import ChannelId, Room, RoomState, Step, StepRecord, StepState
from bot.domain.publishing.audience import EscalationAccess
from bot.domain.rooms.reconciliation import COMPARED
from storage.database.database import Row, Transaction
from storage.mapping import to_domain, to_plain, to_row
from storage.tables.escalations import EscalationRow, RoomRow, RoomStepRow


def _record(statement: "sqlite.Insert | postgresql.Insert") -> Executable:
    """Have a step's record replace the one before it."""
    latest = {"state": statement.excluded.state, "problem": statement.excluded.problem}
    return statement.on_conflict_do_update(index_elements=["escalation_id", "step"], set_=latest)


def _add(statement: "sqlite.Insert | postgresql.Insert") -> Executable:
    """Add a room once, and say whether it was this time."""
    return statement.on_conflict_do_nothing().returning(col(RoomRow.escalation_id))


# Built once, because every step of an opening waits for some of them.
_FIND = select(RoomRow).where(col(RoomRow.escalation_id) == bindparam("of"))
_IN_CHANNEL = select(RoomRow).where(col(RoomRow.channel_id) == bindparam("channel"))
_ACCESS = (
    select(
        col(EscalationRow.owner),
        (col(EscalationRow.visibility) == Visibility.PRIVATE.value).label("is_private"),
        col(RoomRow.state),
        col(RoomRow.is_shared),
        col(RoomRow.reconciled_at),
    )
    .join(RoomRow, col(RoomRow.escalation_id) == col(EscalationRow.id))
    .where(col(EscalationRow.id) == bindparam("of"))
)
_STEPS_OF = select(RoomStepRow).where(col(RoomStepRow.escalation_id) == bindparam("of"))
_ROOMS = RoomRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_ADD_SQLITE, _ADD_POSTGRES = _add(sqlite.insert(_ROOMS)), _add(postgresql.insert(_ROOMS))
_OPENED = (
    update(RoomRow)
    .where(
        col(RoomRow.escalation_id) == bindparam("of"),
        col(RoomRow.state) == RoomState.OPENING.value,
    )
    .values(
        state=RoomState.OPEN.value,
        failure="",
        reconciled_at=bindparam("at"),
        reconcile_due_at=bindparam("due_at"),
    )
    .returning(col(RoomRow.name))
)
_CHANGE = update(RoomRow).where(col(RoomRow.escalation_id) == bindparam("of"))
_STEPS = RoomStepRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_RECORD_SQLITE, _RECORD_POSTGRES = (
    _record(sqlite.insert(_STEPS)),
    _record(postgresql.insert(_STEPS)),
)


async def add(tx: Transaction, room: Room) -> bool:
    """Store the room of an escalation; False when it has one, whichever replica stored it."""
    columns = RoomRow.model_fields
    values = {name: to_plain(getattr(room, name)) for name in columns}
    return await tx.one(_ADD_SQLITE if tx.is_sqlite else _ADD_POSTGRES, values) is not None


async def find(tx: Transaction, escalation_id: EscalationId) -> Room | None:
    row = await tx.one(_FIND, {"of": escalation_id})
    return await _with_steps(tx, row) if row else None


async def access(tx: Transaction, escalation_id: EscalationId) -> EscalationAccess | None:
    """Return what decides who may read about an escalation; None when there is no such."""
    row = await tx.one(_ACCESS, {"of": escalation_id})
    return None if row is None else to_domain(EscalationAccess, row)


async def in_channel(tx: Transaction, channel_id: ChannelId) -> Room | None:
    row = await tx.one(_IN_CHANNEL, {"channel": channel_id})
    return await _with_steps(tx, row) if row else None


async def change(tx: Transaction, escalation_id: EscalationId, **values: Any) -> None:  # columns
    """Set the named columns of a room."""
    plain = {name: to_plain(value) for name, value in values.items()}
    await tx.execute(_CHANGE, {"of": escalation_id, **plain})


async def opened(
    tx: Transaction, escalation_id: EscalationId, *, at: datetime, reconcile_due_at: datetime
) -> str | None:
    """Have a room that is being opened be open; return its name, None when it is not OPENING."""
    row = await tx.one(_OPENED, {"of": escalation_id, "at": at, "due_at": reconcile_due_at})
    return None if row is None else str(row["name"])


async def announced_wrongly(tx: Transaction, channel_id: ChannelId) -> list[EscalationId]:
    """Return whose announcement in a channel does not show what it should."""
    rows = await tx.all(
        select(col(RoomRow.escalation_id)).where(
            col(RoomRow.announcement_channel) == channel_id,
            col(RoomRow.announcement_ts).is_not(None),
            col(RoomRow.announcement_digest) == "",
        )
    )
    return [EscalationId(row["escalation_id"]) for row in rows]


async def looked_after(tx: Transaction, *, most: int) -> list[Room]:
    """Return rooms in use without their steps, private ones first, the newest of either first."""
    rows = await tx.all(
        select(RoomRow)
        .where(_is_looked_after())
        .order_by(col(RoomRow.is_private).desc(), col(RoomRow.escalation_id).desc())
        .limit(most)
    )
    return [to_domain(Room, row) for row in rows]


async def reconcile_all(tx: Transaction, *, now: datetime, compared_before: datetime) -> None:
    """Have every room that is looked after compared from now on, unless it was since then."""
    at = col(RoomRow.reconciled_at)
    await tx.execute(
        update(RoomRow)
        .where(_is_looked_after(), or_(at.is_(None), at < compared_before))
        .values(reconcile_due_at=now)
    )


async def is_reconciling_due(tx: Transaction, *, now: datetime) -> bool:
    at = col(RoomRow.reconcile_due_at)
    # In order: else Postgres may find it cheaper to read the table until one is due.
    due = select(col(RoomRow.escalation_id)).where(at <= now).order_by(at).limit(1)
    return await tx.one(due) is not None


async def take_reconciling_due(
    tx: Transaction, *, now: datetime, most: int, next_at: datetime
) -> list[EscalationId]:
    """Return which rooms are to be compared by now, private ones first; once, whoever asks."""
    due = (
        select(col(RoomRow.escalation_id))
        .where(col(RoomRow.reconcile_due_at) <= now)
        .order_by(col(RoomRow.is_private).desc(), col(RoomRow.reconcile_due_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = [EscalationId(row["escalation_id"]) for row in await tx.all(due)]
    if found:
        taken = update(RoomRow).where(col(RoomRow.escalation_id).in_(found))
        await tx.execute(taken.values(reconcile_due_at=next_at))
        over = taken.where(~_is_looked_after())
        await tx.execute(over.values(reconcile_due_at=None))
    return found


def _is_looked_after() -> ColumnElement[bool]:
    """Rooms in use; of what is over, those that are not archived."""
    running = select(col(EscalationRow.id)).where(
        col(EscalationRow.status).not_in([status.value for status in OVER])
    )
    is_compared = col(RoomRow.state).in_([state.value for state in COMPARED])
    is_open = col(RoomRow.state) == RoomState.OPEN.value
    return and_(is_compared, or_(is_open, col(RoomRow.escalation_id).in_(running)))


async def record_steps(
    tx: Transaction, escalation_id: EscalationId, records: Sequence[StepRecord]
) -> None:
    """Write how steps ended; the latest record of a step replaces an earlier one."""
    rows = [{"escalation_id": escalation_id, **to_row(record)} for record in records]
    if rows:
        await tx.execute(_RECORD_SQLITE if tx.is_sqlite else _RECORD_POSTGRES, rows)


async def forget_failed_steps(tx: Transaction, escalation_id: EscalationId) -> None:
    """Let steps that were given up be tried again, and the requester be told how it went."""
    await tx.execute(
        delete(RoomStepRow).where(
            col(RoomStepRow.escalation_id) == escalation_id,
            or_(
                col(RoomStepRow.state) == StepState.FAILED.value,
                col(RoomStepRow.step) == Step.HAND_OVER.value,
            ),
        )
    )


async def _with_steps(tx: Transaction, row: Row) -> Room:  # a RowMapping
    rows = await tx.all(_STEPS_OF, {"of": row["escalation_id"]})
    records = [to_domain(StepRecord, step) for step in rows]
    steps: dict[Step, StepRecord] = {record.step: record for record in records}
    return to_domain(Room, row, steps=steps)
