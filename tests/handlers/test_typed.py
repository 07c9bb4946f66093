"""What stands behind the command, as its words and as a person reads it."""

import pytest

from handlers.words import CommandText


@pytest.mark.parametrize(
    "between",
    ["\n", "\t", "\u00a0", "\u3000", "\r\n", "  "],
    ids=["lf", "tab", "nbsp", "cjk", "crlf", "two"],
)
def test_any_white_space_ends_the_word(between: str) -> None:
    typed = CommandText.read(f"Decide{between}we roll back &amp; wait")

    assert (typed.word, typed.rest) == ("decide", "we roll back & wait")


def test_a_word_typed_in_full_width_letters_is_the_word() -> None:
    assert CommandText.read("\uff44\uff4f\uff4e\uff45 A-3").word == "done"


def test_a_mention_is_a_name_in_the_text_and_a_person_to_whoever_asks() -> None:
    typed = CommandText.read("assign <@U0EVA0001|eva> comms lead", {"U0EVA0001": "Eva Lind"})

    assert typed.rest == "@Eva Lind comms lead"
    assert typed.addressed() == ("U0EVA0001", "comms lead")


def test_brackets_that_were_typed_name_nobody() -> None:
    typed = CommandText.read("assign &lt;@U0EVA0001&gt;")

    assert typed.addressed() == (None, "<@U0EVA0001>")


def test_what_follows_the_word_is_read_once_more_and_decoded_once() -> None:
    inner = CommandText.read("digest now customer R&amp;amp;D").behind()

    assert (inner.word, inner.rest) == ("now", "customer R&amp;D")


def test_what_was_typed_is_kept_in_slacks_notation_beside_what_is_shown() -> None:
    typed = CommandText.read(" asign <@U0EVA0001|eva> R&amp;D ")

    assert (typed.text, typed.source) == ("asign @eva R&D", "asign <@U0EVA0001|eva> R&amp;D")
