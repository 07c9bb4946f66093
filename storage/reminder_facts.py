"""What reminders are worked out from, for many escalations with the same few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.domain.escalation import Escalation, EscalationId
from bot.domain.item import STANDING, Item
from bot.domain.people import Assignment, Person, SlackUserId
from bot.domain.reminder import JUST_NOW, Facts
from bot.domain.reminder_occasions import REMINDED
from bot.domain.room import Room
from bot.domain.timeline import Entry
from storage import items, preferences
from storage.database import Row, Transaction
from storage.mapping import to_domain
from storage.tables import (
    AssignmentRow,
    CustomerRow,
    EscalationRow,
    ItemRow,
    PersonRow,
    RoomRow,
    TimelineHeadRow,
    TimelineRow,
)

RECENT = 20  # entries of a timeline in which it is looked up who just did something


async def read(
    tx: Transaction, ids: Collection[EscalationId], *, now: datetime
) -> dict[EscalationId, Facts]:
    """Return the facts of these escalations; six queries, however many there are."""
    if not ids:
        return {}
    wanted = list(ids)
    heads = await _heads(tx, wanted)
    found = await _items(tx, wanted)
    held = await _assignments(tx, wanted)
    lately = [n for n, row in heads.items() if _progress_at(row) >= now - JUST_NOW]
    recent = await _recent(tx, lately)
    concerned = {item.content.owner for of in found.values() for item in of}
    concerned |= {a.user_id for of in held.values() for a in of}
    concerned |= {row[name] for row in heads.values() for name in ("owner", "raised_by")}
    people = await _people(tx, concerned)
    muted = frozenset(map(SlackUserId, await preferences.muted(tx, list(people_ids(concerned)))))
    rooms = {row["of"]: row for row in await _rooms(tx, wanted)}
    return {
        number: Facts(
            escalation=to_domain(Escalation, row),
            time_zone=row["time_zone"],
            room=to_domain(Room, rooms[number]) if number in rooms else Room(escalation_id=number),
            progress_at=_progress_at(row),
            items=tuple(found[number]),
            assignments=tuple(held[number]),
            recent=tuple(recent[number]),
            people=people,
            muted=muted,
        )
        for number, row in heads.items()
    }


def people_ids(found: Iterable[str | None]) -> set[str]:
    return {user for user in found if user is not None}


def _progress_at(row: Row) -> datetime:
    at: datetime = row["progress_at"] or row["raised_at"]
    return at


async def _heads(tx: Transaction, ids: Sequence[EscalationId]) -> dict[EscalationId, Row]:
    rows = await tx.all(
        select(EscalationRow, col(CustomerRow.time_zone), col(TimelineHeadRow.progress_at))
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .join(TimelineHeadRow, col(TimelineHeadRow.escalation_id) == col(EscalationRow.id))
        .where(col(EscalationRow.id).in_(ids))
    )
    return {EscalationId(row["id"]): row for row in rows}


async def _rooms(tx: Transaction, ids: Sequence[EscalationId]) -> list[Row]:
    columns: tuple[Any, ...] = (
        col(RoomRow.escalation_id),
        col(RoomRow.escalation_id).label("of"),
        col(RoomRow.state),
        col(RoomRow.channel_id),
        col(RoomRow.name),
        col(RoomRow.is_private),
        col(RoomRow.plan_ts),
    )
    return await tx.all(select(*columns).where(col(RoomRow.escalation_id).in_(ids)))


async def _items(tx: Transaction, ids: Sequence[EscalationId]) -> Mapping[EscalationId, list[Item]]:
    found: dict[EscalationId, list[Item]] = defaultdict(list)
    rows = await tx.all(
        select(ItemRow)
        .where(
            col(ItemRow.escalation_id).in_(ids),
            col(ItemRow.ended_at).is_(None),
            col(ItemRow.due_at).is_not(None),
            col(ItemRow.state).in_([state.value for state in STANDING]),
            col(ItemRow.kind).in_([kind.value for kind in REMINDED]),
        )
        .order_by(col(ItemRow.id))
    )
    for row in rows:
        found[row["escalation_id"]].append(items.from_row(row))
    return found


async def _assignments(
    tx: Transaction, ids: Sequence[EscalationId]
) -> Mapping[EscalationId, list[Assignment]]:
    found: dict[EscalationId, list[Assignment]] = defaultdict(list)
    rows = await tx.all(
        select(AssignmentRow)
        .where(col(AssignmentRow.escalation_id).in_(ids), col(AssignmentRow.ended_at).is_(None))
        .order_by(col(AssignmentRow.id))
    )
    for row in rows:
        found[row["escalation_id"]].append(to_domain(Assignment, row))
    return found


async def _recent(
    tx: Transaction, ids: Sequence[EscalationId]
) -> Mapping[EscalationId, list[Entry]]:
    found: dict[EscalationId, list[Entry]] = defaultdict(list)
    if not ids:
        return found
    rows = await tx.all(
        select(TimelineRow)
        .join(
            TimelineHeadRow,
            col(TimelineHeadRow.escalation_id) == col(TimelineRow.escalation_id),
        )
        .where(
            col(TimelineRow.escalation_id).in_(ids),
            col(TimelineRow.sequence) > col(TimelineHeadRow.sequence) - RECENT,
        )
        .order_by(col(TimelineRow.escalation_id), col(TimelineRow.sequence))
    )
    for row in rows:
        found[row["escalation_id"]].append(to_domain(Entry, row))
    return found


async def _people(tx: Transaction, users: Iterable[Any]) -> dict[SlackUserId, Person]:
    wanted = people_ids(users)
    rows = await tx.all(select(PersonRow).where(col(PersonRow.id).in_(list(wanted))))
    return {SlackUserId(row["id"]): to_domain(Person, row) for row in rows}
