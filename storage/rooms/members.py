"""Who is in the rooms, as Slack's events and comparisons with Slack tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import RoomState
from bot.domain.people import SlackUserId
from storage.database.database import Transaction
from storage.tables.escalations import AssignmentRow, EscalationRow, RoomRow
from storage.tables.room_members import RoomMemberRow

# While there is no room yet, those who are to be in it may know of the escalation.
_NOT_OPENED = [RoomState.OPENING.value, RoomState.FAILED.value]


async def record(
    tx: Transaction,
    escalation_id: EscalationId,
    users: Iterable[SlackUserId],
    *,
    is_member: bool,
    changed_at: datetime,
    recorded_at: datetime,
) -> None:
    """Write down that people came in or went; what is known to have happened later stands."""
    rows = [
        {
            "escalation_id": escalation_id,
            "user_id": user,
            "is_member": is_member,
            "changed_at": changed_at,
            "recorded_at": recorded_at,
        }
        for user in dict.fromkeys(users)
    ]
    if not rows:
        return
    statement = (sqlite.insert if tx.is_sqlite else postgresql.insert)(RoomMemberRow).values(rows)
    latest = ("is_member", "changed_at", "recorded_at")
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["escalation_id", "user_id"],
            set_={name: statement.excluded[name] for name in latest},
            where=statement.excluded.changed_at >= col(RoomMemberRow.changed_at),
        )
    )


async def compare(
    tx: Transaction,
    escalation_id: EscalationId,
    seen: Collection[SlackUserId],
    *,
    since: datetime,
    now: datetime,
) -> tuple[frozenset[SlackUserId], frozenset[SlackUserId]]:
    """Make the members those that Slack named, and return who came and who went by that.

    Args:
        tx: Of a transaction that writes.
        escalation_id: Whose room.
        seen: Everybody in the channel.
        since: When asking Slack began; what was learnt later is newer and stands.
        now: The present instant.
    """
    rows = await tx.all(
        select(RoomMemberRow).where(col(RoomMemberRow.escalation_id) == escalation_id)
    )
    newer = {row["user_id"] for row in rows if row["recorded_at"] > since}
    before = {SlackUserId(row["user_id"]) for row in rows if row["is_member"]}
    came, gone = set(seen) - before - newer, before - set(seen) - newer
    for users, is_member in ((came, True), (gone, False)):
        await record(
            tx, escalation_id, users, is_member=is_member, changed_at=since, recorded_at=now
        )
    return frozenset(came), frozenset(gone)


async def of(tx: Transaction, escalation_id: EscalationId) -> frozenset[SlackUserId]:
    """Return who is in the room."""
    rows = await tx.all(
        select(col(RoomMemberRow.user_id)).where(
            col(RoomMemberRow.escalation_id) == escalation_id, col(RoomMemberRow.is_member)
        )
    )
    return frozenset(SlackUserId(row["user_id"]) for row in rows)


async def inside_of(
    tx: Transaction, ids: Collection[EscalationId]
) -> Mapping[EscalationId, frozenset[SlackUserId]]:
    """Return who is in the rooms of these escalations, or is to be in them; one query."""
    if not ids:
        return {}
    entered = select(col(RoomMemberRow.escalation_id), col(RoomMemberRow.user_id)).where(
        col(RoomMemberRow.escalation_id).in_(list(ids)), col(RoomMemberRow.is_member)
    )
    awaited = (
        select(col(AssignmentRow.escalation_id), col(AssignmentRow.user_id))
        .join(RoomRow, col(RoomRow.escalation_id) == col(AssignmentRow.escalation_id))
        .where(
            col(AssignmentRow.escalation_id).in_(list(ids)),
            col(AssignmentRow.ended_at).is_(None),
            col(RoomRow.state).in_(_NOT_OPENED),
        )
    )
    found: dict[EscalationId, set[SlackUserId]] = defaultdict(set)
    for row in await tx.all(union(entered, awaited)):
        found[EscalationId(row["escalation_id"])].add(SlackUserId(row["user_id"]))
    return {number: frozenset(users) for number, users in found.items()}


def inside(user: SlackUserId) -> ColumnElement[bool]:
    """Return the condition that `user` is in an escalation's room, or is to be in it."""
    of_it = col(EscalationRow.id)
    return or_(
        # The offset keeps Postgres from listing all rooms a person was ever in.
        exists(_entered(user).where(col(RoomMemberRow.escalation_id) == of_it).offset(0)),
        exists(_awaited(user).where(col(AssignmentRow.escalation_id) == of_it).offset(0)),
    )


def inside_any(user: SlackUserId) -> ColumnElement[bool]:
    """Return the same condition for somebody who is in few rooms; they are listed once."""
    return or_(col(EscalationRow.id).in_(_entered(user)), col(EscalationRow.id).in_(_awaited(user)))


def _entered(user: SlackUserId) -> Select[Any]:  # ids of escalations
    return select(col(RoomMemberRow.escalation_id)).where(
        col(RoomMemberRow.user_id) == user, col(RoomMemberRow.is_member)
    )


def _awaited(user: SlackUserId) -> Select[Any]:  # ids of escalations
    return (
        select(col(AssignmentRow.escalation_id))
        .join(RoomRow, col(RoomRow.escalation_id) == col(AssignmentRow.escalation_id))
        .where(
            col(AssignmentRow.user_id) == user,
            col(AssignmentRow.ended_at).is_(None),
            col(RoomRow.state).in_(_NOT_OPENED),
        )
    )
