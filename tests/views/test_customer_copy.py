"""What a customer reads of the plan is what somebody marked for them, and nothing else."""

from dataclasses import replace

import pytest

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId
from bot.domain.escalation.room import Room
from bot.domain.plan.item import Content, Item, ItemState
from bot.domain.plan.kinds import CUSTOMER_SAFE, ItemKind
from bot.domain.plan.plan import Plan
from bot.domain.reading.war_room import WarRoom
from bot.views.plan.plan import customer_copy
from tests.views.test_dossier import AT, BASE, ESCALATION
from tests.war_room import words_of

TEXT = "the logs Dana sits on"


def item(kind: ItemKind, *, safe: bool) -> Item:
    content = Content(text=TEXT, is_customer_safe=safe)
    return replace(BASE, kind=kind, state=ItemState.OPEN, content=content, replaced_by=None)


def copied(*items: Item) -> str:
    customer = Customer(id=CustomerId(1), name="Acme")
    room = Room(escalation_id=ESCALATION.id)
    plan = Plan(items=items)
    shown = WarRoom(escalation=ESCALATION, customer=customer, room=room, plan=plan, read_at=AT)
    return words_of(customer_copy(shown).blocks)


@pytest.mark.parametrize("kind", CUSTOMER_SAFE)
def test_what_is_marked_for_the_customer_is_in_their_copy(kind: ItemKind) -> None:
    assert TEXT in copied(item(kind, safe=True))


@pytest.mark.parametrize("kind", ItemKind)
def test_what_nobody_marked_is_not(kind: ItemKind) -> None:
    assert TEXT not in copied(item(kind, safe=False))


@pytest.mark.parametrize("kind", CUSTOMER_SAFE)
def test_what_is_left_out_is_named_with_the_way_to_let_it_in(kind: ItemKind) -> None:
    left_out = item(kind, safe=False)

    said = copied(left_out)

    assert f"Internal, not included: {left_out.label}." in said
    assert f"/escalate edit {left_out.label}" in said


@pytest.mark.parametrize("kind", CUSTOMER_SAFE)
def test_whatever_is_copied_can_be_marked_in_its_form(kind: ItemKind) -> None:
    assert "is_customer_safe" in kind.spec.fields
