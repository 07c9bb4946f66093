"""What reminders are worked out from, for many escalations with the same few queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Escalation, EscalationId, Visibility
from bot.domain.escalation.room import Room
from bot.domain.escalation.timeline import Entry
from bot.domain.people import Assignment, Person, SlackUserId
from bot.domain.plan.item import STANDING, Item
from bot.domain.plan.kinds import REMINDED
from bot.domain.reminders.reminder import JUST_NOW, ReminderFacts
from bot.domain.time.business_hours import Calendar
from storage.database.database import Row, Transaction
from storage.escalation.payloads import to_entry
from storage.mapping import to_domain
from storage.people import preferences
from storage.plan import items
from storage.rooms import members
from storage.tables.escalations import (
    AssignmentRow,
    CustomerRow,
    EscalationRow,
    ItemRow,
    PersonRow,
    RoomRow,
    TimelineHeadRow,
    TimelineRow,
)

_IDS: Any = bindparam("ids", expanding=True)
RECENT = 20  # entries of a timeline in which it is looked up who just did something

# Built once: they are asked for everything that falls due.
_HEADS: Any = (
    select(
        EscalationRow,
        col(CustomerRow.time_zone),
        col(CustomerRow.region),
        col(CustomerRow.name).label("customer_name"),
        col(CustomerRow.tier),
        col(TimelineHeadRow.progress_at),
    )
    .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
    .join(TimelineHeadRow, col(TimelineHeadRow.escalation_id) == col(EscalationRow.id))
    .where(col(EscalationRow.id).in_(_IDS))
)
_ROOM: tuple[Any, ...] = (
    col(RoomRow.escalation_id),
    col(RoomRow.state),
    col(RoomRow.channel_id),
    col(RoomRow.name),
    col(RoomRow.is_private),
    col(RoomRow.plan_ts),
)
_ROOMS = select(*_ROOM).where(col(RoomRow.escalation_id).in_(_IDS))
_ITEMS = (
    select(ItemRow)
    .where(
        col(ItemRow.escalation_id).in_(_IDS),
        col(ItemRow.ended_at).is_(None),
        col(ItemRow.due_at).is_not(None),
        col(ItemRow.state).in_([state.value for state in STANDING]),
        col(ItemRow.kind).in_([kind.value for kind in REMINDED]),
    )
    .order_by(col(ItemRow.id))
)
_ASSIGNMENTS = (
    select(AssignmentRow)
    .where(col(AssignmentRow.escalation_id).in_(_IDS), col(AssignmentRow.ended_at).is_(None))
    .order_by(col(AssignmentRow.id))
)
_RECENT = (
    select(TimelineRow)
    .join(TimelineHeadRow, col(TimelineHeadRow.escalation_id) == col(TimelineRow.escalation_id))
    .where(
        col(TimelineRow.escalation_id).in_(_IDS),
        col(TimelineRow.sequence) > col(TimelineHeadRow.sequence) - RECENT,
    )
    .order_by(col(TimelineRow.escalation_id), col(TimelineRow.sequence))
)
_PEOPLE = select(PersonRow).where(col(PersonRow.id).in_(_IDS))


async def read(
    tx: Transaction,
    ids: Collection[EscalationId],
    *,
    now: datetime,
    calendars: Callable[[str, str], Calendar],
    with_people: bool = True,
) -> dict[EscalationId, ReminderFacts]:
    """Return the facts of these escalations; eight queries at most, however many there are.

    `calendars` gives the calendar of a customer in a zone (IANA) and region.

    Without people it is not known who they are, who is muted, and who has just done something:
    that tells when somebody is reminded, not whether.
    """
    if not ids:
        return {}
    heads = await _heads(tx, wanted := list(ids))
    found = await _items(tx, wanted)
    held = await _assignments(tx, wanted)
    recent: Mapping[EscalationId, list[Entry]] = {}
    people: dict[SlackUserId, Person] = {}
    muted: frozenset[SlackUserId] = frozenset()
    if with_people:
        recent = await _recent(tx, [n for n in heads if _progress_at(heads[n]) >= now - JUST_NOW])
        concerned = {str(item.content.owner) for of in found.values() for item in of}
        concerned |= {a.user_id for of in held.values() for a in of}
        concerned |= {row[name] for row in heads.values() for name in ("owner", "raised_by")}
        people = await _people(tx, concerned)
        muted = frozenset(map(SlackUserId, await preferences.muted(tx, concerned)))
    rooms = {row["escalation_id"]: row for row in await tx.all(_ROOMS, {"ids": wanted})}
    private = [n for n, row in heads.items() if row["visibility"] == Visibility.PRIVATE.value]
    inside = await members.inside_of(tx, private)
    return {
        number: ReminderFacts(
            escalation=to_domain(Escalation, row),
            calendar=calendars(row["time_zone"], row["region"]),
            room=to_domain(Room, rooms[number]) if number in rooms else Room(escalation_id=number),
            progress_at=_progress_at(row),
            customer=row["customer_name"],
            tier=Tier(row["tier"]),
            items=tuple(found[number]),
            assignments=tuple(held[number]),
            recent=tuple(recent.get(number, ())),
            people=people,
            muted=muted,
            inside=inside.get(number, frozenset()),
        )
        for number, row in heads.items()
    }


def _progress_at(row: Row) -> datetime:
    at: datetime = row["progress_at"] or row["raised_at"]
    return at


async def _heads(tx: Transaction, ids: Sequence[EscalationId]) -> dict[EscalationId, Row]:
    rows = await tx.all(_HEADS, {"ids": ids})
    return {EscalationId(row["id"]): row for row in rows}


async def _items(tx: Transaction, ids: Sequence[EscalationId]) -> Mapping[EscalationId, list[Item]]:
    found: dict[EscalationId, list[Item]] = defaultdict(list)
    for row in await tx.all(_ITEMS, {"ids": ids}):
        found[row["escalation_id"]].append(items.from_row(row))
    return found


async def _assignments(
    tx: Transaction, ids: Sequence[EscalationId]
) -> Mapping[EscalationId, list[Assignment]]:
    found: dict[EscalationId, list[Assignment]] = defaultdict(list)
    for row in await tx.all(_ASSIGNMENTS, {"ids": ids}):
        found[row["escalation_id"]].append(to_domain(Assignment, row))
    return found


async def _recent(
    tx: Transaction, ids: Sequence[EscalationId]
) -> Mapping[EscalationId, list[Entry]]:
    found: dict[EscalationId, list[Entry]] = defaultdict(list)
    for row in await tx.all(_RECENT, {"ids": ids}) if ids else ():
        found[row["escalation_id"]].append(to_entry(row))
    return found


async def _people(tx: Transaction, users: Collection[str]) -> dict[SlackUserId, Person]:
    rows = await tx.all(_PEOPLE, {"ids": list(users)})
    return {SlackUserId(row["id"]): to_domain(Person, row) for row in rows}
