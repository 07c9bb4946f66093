"""Escalations across rooms as one person may know of them; read-only, whatever their number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union
from sqlmodel import col

from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.people import ESCALATION_MANAGER, Assignment, SlackUserId
from bot.domain.plan.item import STANDING, Item
from bot.domain.reading.home import (
    MOST_COUNTED,
    NO_TASKS,
    OPEN_QUESTIONS,
    PAGE,
    TAKEN_BY_THEMSELVES,
    Listed,
    ListQuery,
    ListScope,
)
from storage.database.database import Row, Transaction
from storage.escalation.escalations import IS_OPEN, known_to, takes_part
from storage.mapping import to_domain
from storage.plan import items
from storage.tables.escalations import AssignmentRow, CustomerRow, EscalationRow, ItemRow, RoomRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whose eyes we read with; `only_own` for guests and people from outside."""

    user: SlackUserId
    only_own: bool

    def knows(self) -> ColumnElement[bool]:
        return known_to(self.user, only_own=self.only_own)

    def takes_part(self) -> ColumnElement[bool]:
        return takes_part(self.user)


async def counts(tx: Transaction, viewer: Viewer, wanted: ListQuery) -> tuple[int, int]:
    """Return how many of the wanted escalations are the person's own, and how many others.

    What is over is counted to MOST_COUNTED each: a long past costs no more than a short one.
    """
    chosen = _chosen(viewer, wanted)
    if wanted.scope is not ListScope.ALL:
        is_mine = case((viewer.takes_part(), 1), else_=0)
        counted = select(func.count().label("every"), func.sum(is_mine).label("mine"))
        row = await tx.one(counted.select_from(EscalationRow).where(*chosen))
        every, mine = (int((row or {}).get(name) or 0) for name in ("every", "mine"))
        return mine, every - mine
    held = (
        select(col(AssignmentRow.escalation_id))
        .where(col(AssignmentRow.user_id) == viewer.user, col(AssignmentRow.ended_at).is_(None))
        .order_by(col(AssignmentRow.escalation_id).desc())
        .distinct()
        .limit(MOST_COUNTED)
    )
    raised = (
        select(col(EscalationRow.id))
        .where(col(EscalationRow.raised_by) == viewer.user)
        .order_by(col(EscalationRow.id).desc())
        .limit(MOST_COUNTED)
    )
    newest = union(select(held.subquery()), select(raised.subquery()))
    mine = await _count(tx, [*chosen, col(EscalationRow.id).in_(newest)], MOST_COUNTED)
    return mine, await _count(tx, chosen, mine + MOST_COUNTED) - mine


async def page(tx: Transaction, viewer: Viewer, wanted: ListQuery) -> list[Listed]:
    """Return a page: one's own first, by severity and next update; last what is over."""
    chosen, start = _chosen(viewer, wanted), (wanted.page - 1) * PAGE
    order = (
        case((viewer.takes_part(), 0), else_=1),
        col(EscalationRow.severity),
        col(EscalationRow.next_update_due_at).nulls_last(),
        col(EscalationRow.id).desc(),
    )
    # Only the ids are sorted, and only those of the page are read whole.
    ids = await _ids(tx, [*chosen, IS_OPEN], order, limit=PAGE, offset=start)
    if wanted.scope is ListScope.ALL and len(ids) < PAGE:
        opened = start + len(ids) if ids else await _count(tx, [*chosen, IS_OPEN], start)
        newest = (col(EscalationRow.id).desc(),)
        left, past = PAGE - len(ids), max(start - opened, 0)
        ids += await _ids(tx, [*chosen, ~IS_OPEN], newest, limit=left, offset=past)
    known = await of_ids(tx, viewer, ids)
    return [known[number] for number in ids if number in known]


async def _ids(
    tx: Transaction,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],  # columns and expressions
    *,
    limit: int,
    offset: int,
) -> list[EscalationId]:
    rows = await tx.all(
        select(col(EscalationRow.id))
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [EscalationId(row["id"]) for row in rows]


async def _count(tx: Transaction, conditions: Sequence[ColumnElement[bool]], most: int) -> int:
    """Return how many there are, at most so many; the others are not even looked at."""
    found = select(col(EscalationRow.id)).where(*conditions).limit(most).subquery()
    row = await tx.one(select(func.count().label("every")).select_from(found))
    return int((row or {}).get("every") or 0)


async def of_ids(
    tx: Transaction, viewer: Viewer, ids: Collection[EscalationId]
) -> dict[EscalationId, Listed]:
    """Return those of these escalations that the person may know of."""
    if not ids:
        return {}
    rows = await tx.all(_listed(viewer).where(col(EscalationRow.id).in_(list(ids)), viewer.knows()))
    return {EscalationId(row["id"]): _from_row(row) for row in rows}


async def items_needing(
    tx: Transaction,
    viewer: Viewer,
    *,
    due_until: datetime,
    limit: int,
    of: EscalationId | None = None,
) -> tuple[list[Item], int]:
    """Return the person's items that are due or leave a question open, and how many there are.

    With `of` only those of that escalation.
    """
    rows = await tx.all(
        select(ItemRow, func.count().over().label("every"))
        .join(EscalationRow, col(EscalationRow.id) == col(ItemRow.escalation_id))
        .where(
            col(ItemRow.owner) == viewer.user,
            col(ItemRow.ended_at).is_(None),
            col(ItemRow.state).in_([state.value for state in STANDING]),
            col(ItemRow.kind).not_in([kind.value for kind in NO_TASKS]),
            or_(col(ItemRow.due_at) <= due_until, _leaves_a_question()),
            IS_OPEN,
            viewer.knows(),
            *_only(of),
        )
        .order_by(col(ItemRow.due_at).nulls_last(), col(ItemRow.id))
        .limit(limit)
    )
    return [items.from_row(row) for row in rows], _every(rows)


async def roles_offered(
    tx: Transaction, viewer: Viewer, *, limit: int, of: EscalationId | None = None
) -> tuple[list[tuple[EscalationId, Assignment]], int]:
    """Return the roles the person has not said they take, and how many there are.

    An escalation manager takes theirs by acknowledging; whoever gave themselves another role
    has taken it.
    """
    is_manager = col(AssignmentRow.role) == ESCALATION_MANAGER
    has_taken = or_(
        and_(is_manager, col(EscalationRow.acknowledged_by).is_not_distinct_from(viewer.user)),
        and_(~is_manager, col(AssignmentRow.assigned_by) == viewer.user),
    )
    rows = await tx.all(
        select(AssignmentRow, func.count().over().label("every"))
        .join(EscalationRow, col(EscalationRow.id) == col(AssignmentRow.escalation_id))
        .where(
            col(AssignmentRow.user_id) == viewer.user,
            col(AssignmentRow.ended_at).is_(None),
            col(AssignmentRow.accepted_at).is_(None),
            col(AssignmentRow.role).not_in(list(TAKEN_BY_THEMSELVES)),
            ~has_taken,
            IS_OPEN,
            viewer.knows(),
            *_only(of),
        )
        .order_by(col(EscalationRow.severity), col(AssignmentRow.id))
        .limit(limit)
    )
    found = [(EscalationId(row["escalation_id"]), to_domain(Assignment, row)) for row in rows]
    return found, _every(rows)


async def handovers_offered(
    tx: Transaction, viewer: Viewer, *, limit: int, of: EscalationId | None = None
) -> tuple[list[Listed], int]:
    """Return the escalations the person was asked to take over, and how many there are."""
    rows = await tx.all(
        _listed(viewer)
        .add_columns(func.count().over().label("every"))
        .where(col(EscalationRow.handover_to) == viewer.user, IS_OPEN, viewer.knows(), *_only(of))
        .order_by(col(EscalationRow.severity), col(EscalationRow.id))
        .limit(limit)
    )
    return [_from_row(row) for row in rows], _every(rows)


def _chosen(viewer: Viewer, wanted: ListQuery) -> list[ColumnElement[bool]]:
    conditions = [viewer.knows()]
    if wanted.scope is ListScope.MINE:
        conditions.append(viewer.takes_part())
    if wanted.scope is not ListScope.ALL:
        conditions.append(IS_OPEN)
    if wanted.severity is not None:
        conditions.append(col(EscalationRow.severity) == wanted.severity.value)
    return conditions


def _only(of: EscalationId | None) -> list[ColumnElement[bool]]:
    return [] if of is None else [col(EscalationRow.id) == of]


def _listed(viewer: Viewer) -> Select[Any]:  # every column of an escalation, and three more
    return (
        select(
            EscalationRow,
            col(CustomerRow.name).label("customer_name"),
            col(RoomRow.channel_id).label("room_channel"),
            case((viewer.takes_part(), 1), else_=0).label("is_mine"),
        )
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .outerjoin(RoomRow, col(RoomRow.escalation_id) == col(EscalationRow.id))
    )


def _leaves_a_question() -> ColumnElement[bool]:
    asked = []
    for name, kinds in OPEN_QUESTIONS.items():
        column = getattr(ItemRow, name)
        is_empty = col(column).is_(None) if name == "due_at" else col(column) == ""
        asked.append(and_(col(ItemRow.kind).in_([kind.value for kind in kinds]), is_empty))
    return or_(*asked)


def _from_row(row: Row) -> Listed:
    return Listed(
        escalation=to_domain(Escalation, row),
        customer=row["customer_name"],
        channel_id=row["room_channel"],
        is_mine=bool(row["is_mine"]),
    )


def _every(rows: list[Row]) -> int:
    """Return how many rows there would be without a limit."""
    return int(rows[0]["every"]) if rows else 0
