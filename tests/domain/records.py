"""An escalation, its room and its items with valid defaults; tests state what matters."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.escalation.room import Room
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import SlackUserId, TeamId
from bot.domain.plan.item import Content, Item, ItemId, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.plan import Plan
from bot.domain.reading.war_room import WarRoom

OPENED_AT = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday
LEAD = SlackUserId("U0EVA0001")
NUMBER = EscalationId(42)


def escalation(**given: Any) -> Escalation:
    made = Escalation(
        id=NUMBER,
        team_id=TeamId("T1"),
        customer_id=CustomerId(1),
        title="Orders stand still",
        problem="",
        business_impact="",
        customer_ask="",
        severity=Severity.S1,
        status=Status.ACTIVE,
        visibility=Visibility.PUBLIC,
        owner=LEAD,
        raised_by=LEAD,
        raised_at=OPENED_AT,
        submission_key="k",
    )
    return replace(made, **given)


def item(kind: ItemKind, text: str = "replay the export", **given: Any) -> Item:
    """Return an item; what `Item` has no field for is of its content."""
    own = {name: given.pop(name) for name in ("number", "state", "said_at") if name in given}
    return Item(
        id=ItemId(1),
        escalation_id=NUMBER,
        kind=kind,
        number=own.get("number", 1),
        state=own.get("state", ItemState.OPEN),
        content=Content(text=text, **given),
        recorded_by=LEAD,
        recorded_at=OPENED_AT,
        said_at=own.get("said_at", OPENED_AT),
    )


def war_room(
    *items: Item, of: Escalation | None = None, at: datetime = OPENED_AT, **customer: Any
) -> WarRoom:
    described = {"id": CustomerId(1), "name": "Acme", **customer}
    return WarRoom(
        escalation=of or escalation(),
        customer=Customer(**described),
        room=Room(escalation_id=NUMBER),
        plan=Plan(items=items),
        read_at=at,
    )


def entry(kind: EntryKind, text: str = "it happened", sequence: int = 1) -> Entry:
    return Entry(
        escalation_id=NUMBER, kind=kind, at=OPENED_AT, actor=LEAD, text=text, sequence=sequence
    )
