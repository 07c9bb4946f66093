"""Reminders: whose turn it is to be looked at, what they are worked out from, what was said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Integer,
    bindparam,
    exists,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.reminders.reminder import Key, Reminder, ReminderId, ReminderState
from storage.database.database import Transaction
from storage.escalation.escalations import IS_OPEN, holds_role, known_to
from storage.mapping import to_domain, to_row
from storage.tables.escalations import EscalationRow, ItemRow, TimelineHeadRow
from storage.tables.meetings import ReminderRow

_HEAD = TimelineHeadRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_TABLE = ReminderRow.__table__  # type: ignore[attr-defined]
# Built once, because they are asked several times a second.
_DUE = (
    select(col(TimelineHeadRow.escalation_id))
    .where(col(TimelineHeadRow.remind_at) <= bindparam("now"))
    .order_by(col(TimelineHeadRow.remind_at))
    .limit(bindparam("most", type_=Integer()))
)
_TAKE = _DUE.with_for_update(skip_locked=True)
# A partial index is only used for the very text it was made with, hence no parameter.
_HELD = (
    select(ReminderRow)
    .where(
        col(ReminderRow.person) == bindparam("person"),
        col(ReminderRow.state) != literal_column(f"'{ReminderState.TOLD.value}'"),
    )
    .order_by(col(ReminderRow.due_at), col(ReminderRow.id))
    .with_for_update()
)
_KNOWN = select(ReminderRow).where(
    col(ReminderRow.escalation_id).in_(bindparam("ids", expanding=True))
)
_ADD = insert(_TABLE)
_SAVE = update(_TABLE).where(
    _TABLE.c.id == bindparam("of"), _TABLE.c.version == bindparam("read_at")
)
_AGAIN = update(_HEAD).where(_HEAD.c.escalation_id == bindparam("of"))


async def is_anything_due(tx: Transaction, *, now: datetime) -> bool:
    """Say whether any escalation is to be looked at by now; costs one read of an index."""
    return await tx.one(_DUE, {"now": now, "most": 1}) is not None


async def take_due(tx: Transaction, *, now: datetime, most: int) -> list[EscalationId]:
    """Return which escalations are to be looked at by now.

    Until the transaction ends nobody else is given them, nor can record anything about them.
    """
    return [row["escalation_id"] for row in await tx.all(_TAKE, {"now": now, "most": most})]


async def put_off(tx: Transaction, again: Mapping[EscalationId, datetime | None]) -> None:
    """Write down when each of them is to be looked at again; None for never."""
    rows = [{"of": number, "remind_at": at} for number, at in again.items()]
    if rows:
        await tx.execute(_AGAIN, rows)


async def look_by(tx: Transaction, escalation_id: EscalationId, at: datetime) -> None:
    """Have an escalation be looked at by that instant, or sooner."""
    sooner = or_(_HEAD.c.remind_at.is_(None), _HEAD.c.remind_at > at)
    of = _HEAD.c.escalation_id == escalation_id
    await tx.execute(update(_HEAD).where(of, sooner).values(remind_at=at))


async def known(
    tx: Transaction, ids: Collection[EscalationId]
) -> dict[EscalationId, dict[Key, Reminder]]:
    """Return what was ever said or answered about these escalations."""
    found: dict[EscalationId, dict[Key, Reminder]] = {number: {} for number in ids}
    for row in await tx.all(_KNOWN, {"ids": list(ids)}):
        reminder = to_domain(Reminder, row)
        found[reminder.escalation_id][reminder.key] = reminder
    return found


async def put(tx: Transaction, reminders: Sequence[Reminder]) -> list[Reminder]:
    """Store reminders as they stand now, each upon the version it was read at.

    Returns those that were stored: not those that somebody else has changed meanwhile.
    """
    stored = [reminder for reminder in reminders if reminder.id == 0]
    if stored:
        await tx.execute(_ADD, [_values(reminder) for reminder in stored])
    for reminder in reminders:
        if reminder.id != 0 and await save(tx, reminder):
            stored.append(reminder)
    return stored


async def save(tx: Transaction, reminder: Reminder) -> bool:
    """Store a change, its version already counted up; False when somebody was faster."""
    read_at = {"of": reminder.id, "read_at": reminder.version - 1}
    saved = await tx.execute(_SAVE, {**read_at, **_values(reminder)})
    return cast("CursorResult[Any]", saved).rowcount > 0


async def find(tx: Transaction, reminder_id: ReminderId) -> Reminder | None:
    row = await tx.one(select(ReminderRow).where(col(ReminderRow.id) == reminder_id))
    return to_domain(Reminder, row) if row else None


async def in_hand(tx: Transaction, user: SlackUserId, room: EscalationId | None) -> list[Reminder]:
    """Return what is on its way to somebody, directly or in a room.

    Until the transaction ends nobody else is given it, nor can change it.
    """
    found = [to_domain(Reminder, row) for row in await tx.all(_HELD, {"person": user})]
    return [r for r in found if (r.escalation_id if r.in_room else None) == room]


async def of_batch(tx: Transaction, batch: str) -> list[Reminder]:
    """Return what one message said, in its order."""
    rows = await tx.all(
        select(ReminderRow)
        .where(col(ReminderRow.batch) == batch)
        .order_by(col(ReminderRow.due_at), col(ReminderRow.id))
    )
    return [to_domain(Reminder, row) for row in rows]


async def mark(tx: Transaction, held: Sequence[Reminder], **values: Any) -> list[Reminder]:
    """Make the same change of several that `in_hand` gave, and return them as they are now."""
    if held:
        wanted = [reminder.id for reminder in held]
        await tx.execute(
            update(ReminderRow)
            .where(col(ReminderRow.id).in_(wanted))
            .values(version=col(ReminderRow.version) + 1, **values)
        )
    return [replace(r, version=r.version + 1, **values) for r in held]


async def told(
    tx: Transaction, batch: str, channel: ChannelId | None, ts: MessageTs | None
) -> None:
    """Write down where a message stands; what it said is no longer in hand."""
    await tx.execute(
        update(ReminderRow)
        .where(col(ReminderRow.batch) == batch)
        .values(
            state=ReminderState.TOLD.value,
            channel=channel,
            ts=ts,
            version=col(ReminderRow.version) + 1,
        )
    )


async def parts(tx: Transaction, user: SlackUserId, *, most: int) -> list[EscalationId]:
    """Return the escalations that concern somebody who may know of them, the newest first.

    What is over is left out.
    """
    owned = exists().where(
        col(ItemRow.escalation_id) == col(EscalationRow.id),
        col(ItemRow.owner) == user,
        col(ItemRow.ended_at).is_(None),
    )
    rows = await tx.all(
        select(col(EscalationRow.id))
        .where(IS_OPEN, or_(holds_role(user), owned), known_to(user))
        .order_by(col(EscalationRow.id).desc())
        .limit(most)
    )
    return [row["id"] for row in rows]


def _values(reminder: Reminder) -> dict[str, Any]:
    values = to_row(reminder)
    del values["id"]
    return values
