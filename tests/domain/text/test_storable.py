"""Text that both databases take."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.storable import storable, storable_json


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\0b", "ab"),
        ("é\0", "é"),
        ("a\ud800b", "a\ufffdb"),
        ("\udc00", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("plain", "plain"),
    ],
    ids=["nul", "nul-beside-a-letter", "high-half", "low-half", "both-halves", "plain"],
)
def test_what_no_database_takes_is_taken_out(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_stored_text_is_valid_and_is_not_changed_again(text: str) -> None:
    once = storable(text)

    assert once.encode().decode() == once
    assert "\0" not in once
    assert storable(once) == once


def test_every_text_in_a_json_value_becomes_storable() -> None:
    sent = json.loads('{"a\\u0000": ["x\\ud800", {"b": "\\u0000"}, 1, null, true]}')

    assert storable_json(sent) == {"a": ["x\ufffd", {"b": ""}, 1, None, True]}
