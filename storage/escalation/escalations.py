"""Escalations: add, find, change with a fence against lost updates."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.errors import Conflict
from bot.domain.escalation.escalation import CustomerId, Escalation, EscalationId, Visibility
from bot.domain.escalation.opening import OpenElsewhere
from bot.domain.people import Assignment, RoleKey, SlackUserId
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.rooms import members
from storage.tables.escalations import AssignmentRow, EscalationRow, RoomRow

# Built once, because acknowledgements and openings wait for them: SQLAlchemy takes longer to build
# a statement of twenty columns than the database to execute it.
_TABLE = EscalationRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_ONCE = ["submission_key"]
_ADD_SQLITE = (
    sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=_ONCE).returning(_TABLE.c.id)
)
_ADD_POSTGRES = (
    postgresql.insert(_TABLE).on_conflict_do_nothing(index_elements=_ONCE).returning(_TABLE.c.id)
)
# What is not over is asked for by this condition, whose partial indexes stay as small as it is.
IS_OPEN = col(EscalationRow.ended_at).is_(None)
_FIND = select(EscalationRow).where(col(EscalationRow.id) == bindparam("escalation_id"))
_ASSIGNMENTS = (
    select(AssignmentRow)
    .where(
        col(AssignmentRow.escalation_id) == bindparam("of"), col(AssignmentRow.ended_at).is_(None)
    )
    .order_by(col(AssignmentRow.id))
)


async def add(tx: Transaction, escalation: Escalation) -> Escalation | None:
    """Store a new escalation and return it with its id; `escalation.id` is not used.

    None when its submission has opened an escalation already, whichever replica did it.
    """
    values = to_row(escalation)
    del values["id"]
    row = await tx.one(_ADD_SQLITE if tx.is_sqlite else _ADD_POSTGRES, values)
    return None if row is None else replace(escalation, id=EscalationId(row["id"]))


async def find(tx: Transaction, escalation_id: EscalationId) -> Escalation | None:
    row = await tx.one(_FIND, {"escalation_id": escalation_id})
    return to_domain(Escalation, row) if row else None


async def find_submission(tx: Transaction, submission_key: str) -> Escalation | None:
    row = await tx.one(
        select(EscalationRow).where(col(EscalationRow.submission_key) == submission_key)
    )
    return to_domain(Escalation, row) if row else None


async def hold(tx: Transaction, escalation_id: EscalationId) -> None:
    """Let nobody else who holds it, or numbers its items, go on until the transaction ends."""
    held = select(col(EscalationRow.id)).where(col(EscalationRow.id) == escalation_id)
    # `key_share`: whoever only adds a row that belongs to it need not wait.
    await tx.execute(held.with_for_update(key_share=True))


async def held(tx: Transaction, escalation_id: EscalationId) -> Escalation | None:
    """Return an escalation that nobody else changes until the transaction ends."""
    await hold(tx, escalation_id)
    return await find(tx, escalation_id)


async def save(tx: Transaction, changed: Escalation) -> Escalation:
    """Store a change made to the version it was read at.

    Raises:
        Conflict: Somebody else changed it since; nothing was stored.
    """
    values = to_row(replace(changed, version=changed.version + 1))
    touched = await tx.count_changed(
        update(EscalationRow)
        .where(col(EscalationRow.id) == changed.id, col(EscalationRow.version) == changed.version)
        .values(values)
    )
    if not touched:
        raise Conflict("Somebody else changed this at the same moment. Look at it and try again.")
    return replace(changed, version=changed.version + 1)


async def set_next_update_due(
    tx: Transaction, escalation_id: EscalationId, due_at: datetime | None
) -> None:
    """Store when the customer must hear from us next, which the next-update clock says."""
    await tx.execute(
        update(EscalationRow)
        .where(col(EscalationRow.id) == escalation_id)
        .values(next_update_due_at=due_at, version=col(EscalationRow.version) + 1)
    )


def takes_part(user: SlackUserId) -> ColumnElement[bool]:
    """Return the condition that `user` raised an escalation or holds a role in it.

    It says what concerns somebody, and nothing of what they may read.
    """
    return or_(col(EscalationRow.raised_by) == user, holds_role(user))


def holds_role(user: SlackUserId) -> ColumnElement[bool]:
    """Return the condition that `user` holds a role in an escalation."""
    # One look into an index of both columns: a list of all their roles grows with their past. The
    # offset keeps Postgres from making that list.
    held = select(col(AssignmentRow.id)).where(
        col(AssignmentRow.user_id) == user,
        col(AssignmentRow.escalation_id) == col(EscalationRow.id),
        col(AssignmentRow.ended_at).is_(None),
    )
    return exists(held.offset(0))


def known_to(user: SlackUserId, *, only_own: bool = False) -> ColumnElement[bool]:
    """Return the condition that `user` may know of an escalation: the rule of `access.visible`.

    Private ones are known to those who are in their room at this moment, whatever role they hold;
    with `only_own`, which is for guests and people from outside, public ones as well.
    """
    if only_own:
        return members.inside_any(user)
    is_public = col(EscalationRow.visibility) == Visibility.PUBLIC.value
    return or_(is_public, members.inside(user))


async def is_inside(tx: Transaction, escalation_id: EscalationId, user: SlackUserId) -> bool:
    """Return whether somebody is in an escalation's room, or is to be in it."""
    inside = select(col(EscalationRow.id)).where(
        col(EscalationRow.id) == escalation_id, members.inside(user)
    )
    return await tx.one(inside) is not None


async def open_for(
    tx: Transaction, customer_id: CustomerId, known: ColumnElement[bool], *, limit: int
) -> list[OpenElsewhere]:
    """Return the customer's open escalations that meet `known`, a `known_to`, newest first."""
    rows = await tx.all(
        select(EscalationRow, col(RoomRow.channel_id).label("room_channel"))
        .outerjoin(RoomRow, col(RoomRow.escalation_id) == col(EscalationRow.id))
        .where(
            col(EscalationRow.customer_id) == customer_id,
            IS_OPEN,
            known,
        )
        .order_by(col(EscalationRow.id).desc())
        .limit(limit)
    )
    return [
        OpenElsewhere(escalation=to_domain(Escalation, row), channel_id=row["room_channel"])
        for row in rows
    ]


async def assign(
    tx: Transaction, escalation_id: EscalationId, wanted: Collection[Assignment]
) -> None:
    """Record people taking roles they do not hold yet."""
    if wanted:
        rows = [{**to_row(a), "escalation_id": escalation_id} for a in wanted]
        await tx.execute(insert(AssignmentRow), rows)


async def end_role(
    tx: Transaction, escalation_id: EscalationId, role: RoleKey, *, ended_at: datetime
) -> None:
    """Record that whoever holds `role` gives it up at that instant."""
    await tx.execute(
        update(AssignmentRow)
        .where(
            col(AssignmentRow.escalation_id) == escalation_id,
            col(AssignmentRow.role) == role,
            col(AssignmentRow.ended_at).is_(None),
        )
        .values(ended_at=ended_at)
    )


async def accept_roles(
    tx: Transaction,
    escalation_id: EscalationId,
    user: SlackUserId,
    *,
    at: datetime,
    role: RoleKey | None = None,
) -> None:
    """Record that somebody accepts what they hold; None means every role. The first time stands."""
    held = [
        col(AssignmentRow.escalation_id) == escalation_id,
        col(AssignmentRow.user_id) == user,
        col(AssignmentRow.accepted_at).is_(None),
        col(AssignmentRow.ended_at).is_(None),
    ]
    if role is not None:
        held.append(col(AssignmentRow.role) == role)
    await tx.execute(update(AssignmentRow).where(*held).values(accepted_at=at))


async def is_archive_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether any room is to be archived by now; finding none costs one indexed read."""
    at = col(EscalationRow.archive_due_at)
    # In order: else Postgres may find it cheaper to read the table until one is due.
    due = select(col(EscalationRow.id)).where(at <= now).order_by(at).limit(1)
    return await tx.one(due) is not None


async def find_many(
    tx: Transaction, ids: Collection[EscalationId]
) -> dict[EscalationId, Escalation]:
    rows = await tx.all(select(EscalationRow).where(col(EscalationRow.id).in_(list(ids))))
    return {row["id"]: to_domain(Escalation, row) for row in rows}


async def unfinished(tx: Transaction, *, after: EscalationId | None, most: int) -> list[Escalation]:
    """Return escalations that are not over, by their numbers, from the one after `after` on."""
    wanted = select(EscalationRow).where(IS_OPEN)
    if after is not None:
        wanted = wanted.where(col(EscalationRow.id) > after)
    rows = await tx.all(wanted.order_by(col(EscalationRow.id)).limit(most))
    return [to_domain(Escalation, row) for row in rows]


async def take_archive_due(tx: Transaction, *, now: datetime, most: int) -> list[EscalationId]:
    """Return whose rooms are to be archived by now; nobody else is given them again."""
    due = (
        select(col(EscalationRow.id))
        .where(col(EscalationRow.archive_due_at) <= now)
        .order_by(col(EscalationRow.archive_due_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = [row["id"] for row in await tx.all(due)]
    if found:
        await tx.execute(
            update(EscalationRow)
            .where(col(EscalationRow.id).in_(found))
            .values(archive_due_at=None, version=col(EscalationRow.version) + 1)
        )
    return found


async def assignments(tx: Transaction, escalation_id: EscalationId) -> tuple[Assignment, ...]:
    """Return who holds a role now, in the order they took it."""
    rows = await tx.all(_ASSIGNMENTS, {"of": escalation_id})
    return tuple(to_domain(Assignment, row) for row in rows)


async def withdraw(
    tx: Transaction,
    escalation_id: EscalationId,
    user: SlackUserId,
    *,
    role: RoleKey,
    ended_at: datetime,
) -> None:
    """Record that one person gives up one role."""
    await tx.execute(
        update(AssignmentRow)
        .where(
            col(AssignmentRow.escalation_id) == escalation_id,
            col(AssignmentRow.user_id) == user,
            col(AssignmentRow.role) == role,
            col(AssignmentRow.ended_at).is_(None),
        )
        .values(ended_at=ended_at)
    )


async def ever_assigned(tx: Transaction, escalation_id: EscalationId) -> tuple[Assignment, ...]:
    """Return who ever held a role, also those who gave it up, in the order they took it."""
    rows = await tx.all(
        select(AssignmentRow)
        .where(col(AssignmentRow.escalation_id) == escalation_id)
        .order_by(col(AssignmentRow.id))
    )
    return tuple(to_domain(Assignment, row) for row in rows)
