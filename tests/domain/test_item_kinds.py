"""One row for each kind of item: complete, unmistakable, and of fields that exist."""

from dataclasses import fields

import pytest

from bot.domain.plan.item import Content
from bot.domain.plan.kinds import BY_LETTER, BY_WORD, KINDS, ItemKind
from bot.domain.policy.policy import ReactionKind
from bot.services.plan.reactions import REACTION_ITEMS
from bot.views.plan.items import LABELS
from bot.views.plan.kinds import KIND_VIEWS

CONTENT = {field.name for field in fields(Content)}


@pytest.mark.parametrize("kind", ItemKind)
def test_a_kind_has_its_row_and_its_look(kind: ItemKind) -> None:
    assert kind in KINDS
    assert kind in KIND_VIEWS


@pytest.mark.parametrize("kind", ItemKind)
def test_a_kind_asks_for_its_words_first_and_for_fields_that_exist(kind: ItemKind) -> None:
    assert kind.spec.fields[0] == "text"
    assert set(kind.spec.fields) <= CONTENT
    assert set(kind.spec.fields) <= set(LABELS)


@pytest.mark.parametrize("kind", ItemKind)
def test_what_is_expected_of_a_kind_can_be_filled_in(kind: ItemKind) -> None:
    assert set(kind.spec.expected) <= set(kind.spec.fields)


@pytest.mark.parametrize("kind", [kind for kind in ItemKind if kind.spec.is_reminded])
def test_what_people_are_reminded_of_has_a_due_time(kind: ItemKind) -> None:
    assert "due_at" in kind.spec.fields


def test_no_two_kinds_share_a_letter_a_word_or_a_name() -> None:
    assert len(BY_LETTER) == len(BY_WORD) == len(KINDS)
    assert len({spec.json_name for spec in KINDS.values()}) == len(KINDS)


def test_every_reaction_but_the_tick_logs_an_item() -> None:
    assert set(REACTION_ITEMS) == set(ReactionKind) - {ReactionKind.DONE}
