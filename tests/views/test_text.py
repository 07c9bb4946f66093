"""Other people's words: cleaned, cut with a sign, and literal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.block_kit.text import clean, cut, escape, literal


def test_a_cut_text_says_so_and_fits() -> None:
    assert cut("a" * 10, 5) == "aaaa…"
    assert cut("short", 5) == "short"


@pytest.mark.parametrize("whole", ["👨‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "e\u0301"])
def test_a_joined_letter_is_not_cut_in_two(whole: str) -> None:
    for limit in range(3, 14):
        left = cut("ab" + whole + "cdefghijklmn", limit).removesuffix("…")
        rest = left.removeprefix("ab")
        assert rest == "" or rest.startswith(whole)


def test_what_turns_text_around_is_dropped_and_marks_stay() -> None:
    assert clean("\u202eabc\u2069\u200f\x00\x07") == "abc\u200f"


@given(st.text(max_size=400), st.integers(2, 100))
def test_literal_text_holds_no_markup_and_fits(text: str, limit: int) -> None:
    shown = literal(text, limit)

    assert "<" not in shown
    assert ">" not in shown
    assert "\n" not in shown
    assert len(cut(text, limit)) <= limit
    assert "<" not in escape(text)
