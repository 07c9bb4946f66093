"""Rhythms and their calls: find what is due, move on by compare-and-set, keep our messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.meetings.cadence import Call, CallId, CallState, Rhythm, RhythmId
from bot.domain.meetings.policy import RhythmKind
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.meetings import CallRow, RhythmRow

_CALLS = select(CallRow, col(RhythmRow.escalation_id), col(RhythmRow.kind)).join(
    RhythmRow, col(RhythmRow.id) == col(CallRow.rhythm_id)
)


async def of(tx: Transaction, escalation_id: EscalationId) -> dict[RhythmKind, Rhythm]:
    """Return the rhythms of an escalation, also those that rest."""
    rows = await tx.all(
        select(RhythmRow)
        .where(col(RhythmRow.escalation_id) == escalation_id)
        .order_by(col(RhythmRow.id))
    )
    found = [to_domain(Rhythm, row) for row in rows]
    return {rhythm.kind: rhythm for rhythm in found}


async def is_any_due(tx: Transaction, *, now: datetime) -> bool:
    """Say whether a rhythm's time has come; costs one look into the index of what is planned."""
    at = col(RhythmRow.next_at)
    # In order: else Postgres may find it cheaper to read the table until one is due.
    due = select(col(RhythmRow.id)).where(at <= now).order_by(at).limit(1)
    return await tx.one(due) is not None


async def take_due(tx: Transaction, *, now: datetime, most: int) -> list[Rhythm]:
    """Return rhythms whose time has come; nobody else is given them until the transaction ends."""
    rows = await tx.all(
        select(RhythmRow)
        .where(col(RhythmRow.next_at) <= now)
        .order_by(col(RhythmRow.next_at), col(RhythmRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [to_domain(Rhythm, row) for row in rows]


async def add(tx: Transaction, rhythm: Rhythm) -> Rhythm | None:
    """Store a new rhythm and return it with its id; None when there is one of its kind already."""
    values = to_row(rhythm)
    del values["id"]
    insert_or_skip = sqlite.insert if tx.is_sqlite else postgresql.insert
    added = insert_or_skip(RhythmRow).values(values).on_conflict_do_nothing()
    row = await tx.one(added.returning(col(RhythmRow.id)))
    return replace(rhythm, id=RhythmId(row["id"])) if row else None


async def save(tx: Transaction, rhythm: Rhythm) -> Rhythm | None:
    """Store a change made to the version it was read at; None when somebody was faster."""
    after = replace(rhythm, version=rhythm.version + 1)
    touched = await tx.count_changed(
        update(RhythmRow)
        .where(col(RhythmRow.id) == rhythm.id, col(RhythmRow.version) == rhythm.version)
        .values(to_row(after))
    )
    return after if touched else None


async def call(tx: Transaction, call: Call) -> Call:
    """Store a new call and return it with its id; `call.id` is not used."""
    values = {name: value for name, value in to_row(call).items() if name in CallRow.model_fields}
    del values["id"]
    row = await tx.one(insert(CallRow).values(values).returning(col(CallRow.id)))
    return replace(call, id=CallId((row or {})["id"]))


async def end(tx: Transaction, ended: Call) -> bool:
    """Store how an open call ended; False when it had ended before."""
    changed = (
        update(CallRow)
        .where(col(CallRow.id) == ended.id, col(CallRow.state) == CallState.OPEN.value)
        .values(
            state=ended.state.value,
            ended_by=ended.ended_by,
            ended_at=ended.ended_at,
            reason=ended.reason,
        )
    )
    return await tx.count_changed(changed) > 0


async def drawn(
    tx: Transaction, call_id: CallId, channel: ChannelId, ts: MessageTs, digest: str
) -> None:
    """Write down where our message about a call stands and what it shows."""
    where = update(CallRow).where(col(CallRow.id) == call_id)
    await tx.execute(where.values(channel_id=channel, ts=ts, digest=digest))


async def leave_message(tx: Transaction, call_id: CallId) -> None:
    """Leave a call's message to the call that takes its place."""
    where = update(CallRow).where(col(CallRow.id) == call_id)
    await tx.execute(where.values(channel_id=None, ts=None, digest=""))


async def find_call(tx: Transaction, call_id: CallId) -> Call | None:
    row = await tx.one(_CALLS.where(col(CallRow.id) == call_id))
    return to_domain(Call, row) if row else None


async def call_at(tx: Transaction, channel: ChannelId, ts: MessageTs) -> Call | None:
    """Return the call that our message there is about, None when it is about none."""
    row = await tx.one(_CALLS.where(col(CallRow.channel_id) == channel, col(CallRow.ts) == ts))
    return to_domain(Call, row) if row else None


async def open_calls(tx: Transaction, rhythm_ids: Sequence[RhythmId]) -> list[Call]:
    """Return the calls of these rhythms that are open."""
    rows = await tx.all(
        _CALLS.where(
            col(CallRow.rhythm_id).in_(list(rhythm_ids)),
            col(CallRow.state) == CallState.OPEN.value,
        ).order_by(col(CallRow.id))
    )
    return [to_domain(Call, row) for row in rows]
