"""Two spellings of one name fold to one form, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.folding import fold

ONE_NAME = [
    pytest.param("Acme", "ACME", id="case"),
    pytest.param("Straße", "STRASSE", id="sharp-s"),
    pytest.param("İstanbul", "i\u0307stanbul", id="dotted-capital"),
    pytest.param("Müller", "Mu\u0308ller", id="decomposed"),
    pytest.param("O'Neil", "O\u2019Neil", id="apostrophe"),
    pytest.param("O'Neil", "O\u00b4Neil", id="acute-as-apostrophe"),
    pytest.param("O'Neil", "O`Neil", id="grave-as-apostrophe"),
    pytest.param('The "Works"', "The \u201eWorks\u201c", id="low-quotes"),
    pytest.param('The "Works"', "The \u00abWorks\u00bb", id="angle-quotes"),
    pytest.param("Coca-Cola", "Coca\u2011Cola", id="no-break-hyphen"),
    pytest.param("Coca-Cola", "Coca\u2013Cola", id="dash"),
    pytest.param("Coca-Cola", "Coca\uff0dCola", id="full-width-hyphen"),
    pytest.param("Acme Corp", "Acme\u00a0Corp", id="no-break-space"),
    pytest.param("Acme Corp", " Acme \t\n Corp\u3000", id="many-spaces"),
    pytest.param("Acme", "Ac\u200bme\ufeff", id="zero-width"),
    pytest.param("Acme", "\u202eAcme\u202c", id="directions"),
    pytest.param("Acme", "Ac\u00adme", id="soft-hyphen"),
    pytest.param("Acme", "Acme\0", id="nul"),
    pytest.param("Acme", "Acme\ud800", id="half-a-surrogate"),
    pytest.param("Heart \u2764", "Heart \u2764\ufe0f", id="variation-selector"),
    pytest.param("R&D", "R&amp;D", id="entity"),
    pytest.param("R&D", "R&amp;amp;D", id="entity-twice"),
    pytest.param("R&D", "R&AMP;D", id="entity-in-capitals"),
    pytest.param("R&D", "R\uff06D", id="full-width-ampersand"),
    pytest.param("A <B>", "A &lt;B&gt;", id="angle-brackets"),
    pytest.param("Office", "O\ufb03ce", id="ligature"),
    pytest.param("Acme 2", "\uff21\uff43\uff4d\uff45 \uff12", id="full-width"),
]


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_two_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muller", "Müller"),
        ("Acme Inc", "Acme Ltd"),
        ("Acme & Co", "Acme Co"),
        ("A-B", "AB"),
        ("Acme.io", "Acme io"),
        ("R&Dlt", "R<D"),
    ],
    ids=["accent", "suffix", "ampersand", "hyphen", "dot", "no-entity"],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", " \t", "\u200b\u00ad", "\ufeff\0", "\u3164"])
def test_a_name_that_shows_nothing_folds_to_nothing(text: str) -> None:
    assert fold(text) == ""


PIECES = [
    "&",
    "amp;",
    "lt;",
    "quot;",
    "#39;",
    "'",
    "\u00b4",
    "\u0345",
    "\u200b",
    "\u00df",
    "\u0130",
]
hostile = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)


@given(hostile)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(hostile)
def test_a_folded_name_can_be_stored(text: str) -> None:
    folded = fold(text)

    assert "\0" not in folded
    assert folded.encode().decode() == folded
