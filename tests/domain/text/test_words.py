"""Where a typed word ends."""

import pytest

from bot.domain.text.words import first_word


@pytest.mark.parametrize(
    "between",
    ["\n", "\r\n", "\t", "\v", "\u00a0", "\u2003", "\u2028", "\u202f", "\u3000", " \n\t "],
    ids=lambda text: "-".join(f"{ord(c):04x}" for c in text),
)
def test_white_space_of_every_kind_ends_a_word(between: str) -> None:
    assert first_word(f"decide{between}we roll\nback") == ("decide", "we roll\nback")


@pytest.mark.parametrize("before", ["\ufeff", "\u200b", "\u200e \u202a", "\n\u00a0"])
def test_what_nobody_sees_before_a_word_is_no_part_of_it(before: str) -> None:
    assert first_word(f"{before}decide we roll back") == ("decide", "we roll back")


@pytest.mark.parametrize("text", ["", " ", "\u200b\n"])
def test_nothing_typed_is_no_word(text: str) -> None:
    assert first_word(text) == ("", "")


def test_the_rest_keeps_its_lines_and_its_own_spaces() -> None:
    assert first_word("note  one\n  two  ") == ("note", "one\n  two")
