"""What a digest is made of, in a number of queries that does not grow with what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.domain.digest.digest import Filters
from bot.domain.digest.facts import STATUS_KINDS, STUCK, DueItem, OpenEscalation, StateChange
from bot.domain.escalation.escalation import Visibility
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.item import STANDING
from bot.domain.plan.kinds import DigestRule, ItemKind, in_digest
from storage.database.database import Transaction
from storage.escalation.escalations import IS_OPEN, known_to
from storage.mapping import to_domain
from storage.tables.escalations import (
    CustomerRow,
    EscalationRow,
    ItemRow,
    PersonRow,
    RoomRow,
    TimelineRow,
)

MOST_ITEMS = 20  # of one kind that are read; the others are counted
MOVES = (*STATUS_KINDS, EntryKind.OPENED, EntryKind.SEVERITY_CHANGED)
DUE_TODAY, OPEN_TOO_LONG, SLIPPING = (
    [kind.value for kind in in_digest(rule)]
    for rule in (DigestRule.DUE_TODAY, DigestRule.OPEN_TOO_LONG, DigestRule.SLIPPING)
)
WATCHED = (*DUE_TODAY, *OPEN_TOO_LONG, *SLIPPING)
# Computed once and first: SQLite would rather walk all the timelines of all escalations, and ask
# anew for each item who may see it.
FIRST = "MATERIALIZED"

_STANDS = and_(
    col(ItemRow.ended_at).is_(None), col(ItemRow.state).in_([state.value for state in STANDING])
)
_OWNER, _ASKED, _DOER = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestScope:
    """What may be in a digest.

    Attributes:
        reader: Who reads it alone; None when a channel does, which sees public ones only.
    """

    filters: Filters
    reader: SlackUserId | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [self._visible()]
        if self.filters.severities:
            wanted = [severity.value for severity in self.filters.severities]
            found.append(col(EscalationRow.severity).in_(wanted))
        if self.filters.customers:
            ids = [customer.id for customer in self.filters.customers]
            found.append(col(EscalationRow.customer_id).in_(ids))
        if self.filters.categories:
            found.append(col(EscalationRow.category).in_(self.filters.categories))
        return found

    def hidden(self) -> list[ColumnElement[bool]]:
        return [~self._visible()]

    def _visible(self) -> ColumnElement[bool]:
        if self.reader is not None:
            return known_to(self.reader)
        return col(EscalationRow.visibility) == Visibility.PUBLIC.value


async def open_ones(tx: Transaction, scope: DigestScope) -> list[OpenEscalation]:
    """Return everything that is not over."""
    blockers = _blockers()
    wanted = (
        select(
            col(EscalationRow.id),
            col(EscalationRow.title),
            col(EscalationRow.severity),
            col(EscalationRow.status),
            col(EscalationRow.visibility),
            col(EscalationRow.owner),
            col(EscalationRow.raised_at),
            col(EscalationRow.acknowledged_at),
            col(EscalationRow.next_update_due_at),
            col(EscalationRow.confidence),
            col(EscalationRow.situation),
            col(EscalationRow.handover_to),
            col(CustomerRow.name).label("customer"),
            col(CustomerRow.tier),
            col(CustomerRow.arr),
            col(CustomerRow.arr_currency),
            col(CustomerRow.contract_ends_on).label("renews_on"),
            col(RoomRow.channel_id).label("room"),
            col(_OWNER.name).label("owner_name"),
            col(_ASKED.name).label("handover_name"),
            blockers.c.blocked_since,
        )
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .outerjoin(RoomRow, col(RoomRow.escalation_id) == col(EscalationRow.id))
        .outerjoin(_OWNER, col(_OWNER.id) == col(EscalationRow.owner))
        .outerjoin(_ASKED, col(_ASKED.id) == col(EscalationRow.handover_to))
        .outerjoin(blockers, blockers.c.escalation_id == col(EscalationRow.id))
        .where(IS_OPEN, *scope.conditions())
    )
    return [to_domain(OpenEscalation, row) for row in await tx.all(wanted)]


async def due_items(
    tx: Transaction, scope: DigestScope, *, now: datetime, today_ends_at: datetime
) -> list[DueItem]:
    """Return promises and needs due today, blockers that stand too long, milestones that slip.

    Of each kind the first MOST_ITEMS, the gravest escalations first, and how many there are.
    """
    kind, due_at, chosen = col(ItemRow.kind), col(ItemRow.due_at), _chosen(scope)
    matters = or_(
        and_(kind.in_(DUE_TODAY), due_at < today_ends_at),
        and_(kind.in_(OPEN_TOO_LONG), col(ItemRow.said_at) < now - STUCK),
        and_(
            kind.in_(SLIPPING),
            or_(due_at < now, col(ItemRow.forecast_at) > due_at),
        ),
    )
    order = (chosen.c.severity, due_at, col(ItemRow.id))
    ranked = (
        select(
            col(ItemRow.id),
            func.row_number().over(partition_by=kind, order_by=order).label("place"),
            func.count().over(partition_by=kind).label("of_kind"),
        )
        .join(chosen, chosen.c.id == col(ItemRow.escalation_id))
        .where(kind.in_(WATCHED), _STANDS, matters)
        .subquery()
    )
    rows = await tx.all(_first(ranked))
    return [to_domain(DueItem, row) for row in rows]


async def moves(tx: Transaction, scope: DigestScope, *, since: datetime) -> Sequence[StateChange]:
    """Return openings and changes of status and severity after that instant, in their order."""
    recent = _recent(since)
    rows = await tx.all(
        select(
            recent,
            col(EscalationRow.raised_at),
            col(EscalationRow.severity),
            col(EscalationRow.status),
            col(CustomerRow.name).label("customer"),
        )
        .join(EscalationRow, col(EscalationRow.id) == recent.c.escalation_id)
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .where(*scope.conditions())
        .order_by(recent.c.at, recent.c.id)
    )
    return [to_domain(StateChange, row) for row in rows]


async def restricted(tx: Transaction, scope: DigestScope) -> int:
    """Return how many are open that may not be seen; 0 under filters, which would tell of whom."""
    if scope.filters:
        return 0
    hidden = select(func.count().label("count")).where(IS_OPEN, *scope.hidden())
    row = await tx.one(hidden.select_from(EscalationRow))
    return int((row or {"count": 0})["count"])


def _chosen(scope: DigestScope) -> CTE:
    """The escalations whose items matter."""
    return (
        select(col(EscalationRow.id), col(EscalationRow.severity))
        .where(IS_OPEN, *scope.conditions())
        .cte("chosen")
        .prefix_with(FIRST)
    )


def _recent(since: datetime) -> CTE:
    """What happened to any escalation after that instant."""
    return (
        select(
            col(TimelineRow.id),
            col(TimelineRow.escalation_id),
            col(TimelineRow.kind),
            col(TimelineRow.at),
            col(TimelineRow.from_state),
            col(TimelineRow.to_state),
        )
        .where(
            col(TimelineRow.kind).in_([kind.value for kind in MOVES]),
            col(TimelineRow.at) > since,
        )
        .cte("recent")
        .prefix_with(FIRST)
    )


def _blockers() -> Subquery:
    """Since when the oldest blocker of each escalation has stood."""
    return (
        select(
            col(ItemRow.escalation_id),
            func.min(col(ItemRow.said_at)).label("blocked_since"),
        )
        .where(_STANDS, col(ItemRow.kind) == ItemKind.BLOCKER.value)
        .group_by(col(ItemRow.escalation_id))
        .subquery()
    )


def _first(ranked: Subquery) -> Select[tuple[object, ...]]:
    return (
        select(
            col(ItemRow.escalation_id),
            col(ItemRow.kind),
            col(ItemRow.number),
            col(ItemRow.text),
            col(ItemRow.said_at),
            col(ItemRow.owner),
            col(ItemRow.due_at),
            col(ItemRow.forecast_at),
            col(_DOER.name).label("owner_name"),
            ranked.c.of_kind,
        )
        .join(ranked, ranked.c.id == col(ItemRow.id))
        .outerjoin(_DOER, col(_DOER.id) == col(ItemRow.owner))
        .where(ranked.c.place <= MOST_ITEMS)
        .order_by(ranked.c.place, col(ItemRow.id))
    )
