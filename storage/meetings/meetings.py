"""Rhythms and their calls: find what is due, move on by compare-and-set, keep our messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.meetings.cadence import Cadence, Meeting, MeetingId, MeetingState, RhythmId
from bot.domain.meetings.policy import CadenceKind
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.meetings import CadenceRow, MeetingRow

_CALLS = select(MeetingRow, col(CadenceRow.escalation_id), col(CadenceRow.kind)).join(
    CadenceRow, col(CadenceRow.id) == col(MeetingRow.rhythm_id)
)


async def of(tx: Transaction, escalation_id: EscalationId) -> dict[CadenceKind, Cadence]:
    """Return the rhythms of an escalation, also those that rest."""
    rows = await tx.all(
        select(CadenceRow)
        .where(col(CadenceRow.escalation_id) == escalation_id)
        .order_by(col(CadenceRow.id))
    )
    found = [to_domain(Cadence, row) for row in rows]
    return {rhythm.kind: rhythm for rhythm in found}


async def is_any_due(tx: Transaction, *, now: datetime) -> bool:
    """Say whether a rhythm's time has come; costs one look into the index of what is planned."""
    at = col(CadenceRow.next_at)
    # In order: else Postgres may find it cheaper to read the table until one is due.
    due = select(col(CadenceRow.id)).where(at <= now).order_by(at).limit(1)
    return await tx.one(due) is not None


async def take_due(tx: Transaction, *, now: datetime, most: int) -> list[Cadence]:
    """Return rhythms whose time has come; nobody else is given them until the transaction ends."""
    rows = await tx.all(
        select(CadenceRow)
        .where(col(CadenceRow.next_at) <= now)
        .order_by(col(CadenceRow.next_at), col(CadenceRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [to_domain(Cadence, row) for row in rows]


async def add(tx: Transaction, rhythm: Cadence) -> Cadence | None:
    """Store a new rhythm and return it with its id; None when there is one of its kind already."""
    values = to_row(rhythm)
    del values["id"]
    insert_or_skip = sqlite.insert if tx.is_sqlite else postgresql.insert
    added = insert_or_skip(CadenceRow).values(values).on_conflict_do_nothing()
    row = await tx.one(added.returning(col(CadenceRow.id)))
    return replace(rhythm, id=RhythmId(row["id"])) if row else None


async def save(tx: Transaction, rhythm: Cadence) -> Cadence | None:
    """Store a change made to the version it was read at; None when somebody was faster."""
    after = replace(rhythm, version=rhythm.version + 1)
    touched = await tx.count_changed(
        update(CadenceRow)
        .where(col(CadenceRow.id) == rhythm.id, col(CadenceRow.version) == rhythm.version)
        .values(to_row(after))
    )
    return after if touched else None


async def call(tx: Transaction, call: Meeting) -> Meeting:
    """Store a new call and return it with its id; `call.id` is not used."""
    values = {
        name: value for name, value in to_row(call).items() if name in MeetingRow.model_fields
    }
    del values["id"]
    row = await tx.one(insert(MeetingRow).values(values).returning(col(MeetingRow.id)))
    return replace(call, id=MeetingId((row or {})["id"]))


async def end(tx: Transaction, ended: Meeting) -> bool:
    """Store how an open call ended; False when it had ended before."""
    changed = (
        update(MeetingRow)
        .where(col(MeetingRow.id) == ended.id, col(MeetingRow.state) == MeetingState.OPEN.value)
        .values(
            state=ended.state.value,
            ended_by=ended.ended_by,
            ended_at=ended.ended_at,
            reason=ended.reason,
        )
    )
    return await tx.count_changed(changed) > 0


async def drawn(
    tx: Transaction, call_id: MeetingId, channel: ChannelId, ts: MessageTs, digest: str
) -> None:
    """Write down where our message about a call stands and what it shows."""
    where = update(MeetingRow).where(col(MeetingRow.id) == call_id)
    await tx.execute(where.values(channel_id=channel, ts=ts, digest=digest))


async def leave_message(tx: Transaction, call_id: MeetingId) -> None:
    """Leave a call's message to the call that takes its place."""
    where = update(MeetingRow).where(col(MeetingRow.id) == call_id)
    await tx.execute(where.values(channel_id=None, ts=None, digest=""))


async def find_call(tx: Transaction, call_id: MeetingId) -> Meeting | None:
    row = await tx.one(_CALLS.where(col(MeetingRow.id) == call_id))
    return to_domain(Meeting, row) if row else None


async def call_at(tx: Transaction, channel: ChannelId, ts: MessageTs) -> Meeting | None:
    """Return the call that our message there is about, None when it is about none."""
    row = await tx.one(
        _CALLS.where(col(MeetingRow.channel_id) == channel, col(MeetingRow.ts) == ts)
    )
    return to_domain(Meeting, row) if row else None


async def open_calls(tx: Transaction, rhythm_ids: Sequence[RhythmId]) -> list[Meeting]:
    """Return the calls of these rhythms that are open."""
    rows = await tx.all(
        _CALLS.where(
            col(MeetingRow.rhythm_id).in_(list(rhythm_ids)),
            col(MeetingRow.state) == MeetingState.OPEN.value,
        ).order_by(col(MeetingRow.id))
    )
    return [to_domain(Meeting, row) for row in rows]
