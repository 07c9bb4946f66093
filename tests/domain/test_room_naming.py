"""Names of rooms: Slack's rules hold for whatever people type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation.room_naming import MAX_CHANNEL_NAME, candidates, room_name, slug


def test_a_name_says_number_customer_and_words() -> None:
    name = room_name("esc", "ESC-2026-0042", "Ácme & Söhne", "SSO is down!")

    assert name == "esc-2026-0042-acme-sohne-sso-is-down"


@pytest.mark.parametrize(
    ("customer", "written"),
    [
        ("Ørsted", "orsted"),
        ("Straße AG", "strasse-ag"),
        ("Łódź", "lodz"),
        ("Þórður", "thordur"),
        ("Ægir", "aegir"),
        ("Müller", "muller"),
        ("Mu\u0308ller", "muller"),
        ("\uff26\uff55ll", "full"),
        ("Газпром", "gazprom"),
        ("Ελλάδα", "ellada"),
        ("İşbank", "isbank"),
        ("A\u200bcme", "acme"),
        ("顧客 Acme", "acme"),
        ("Acme \U0001f525 \u00a9", "acme"),
        ("O\u2019Neil", "o-neil"),
    ],
)
def test_letters_of_other_alphabets_are_written_in_latin_ones(customer: str, written: str) -> None:
    assert slug(customer) == written


def test_a_long_name_is_cut_at_a_word() -> None:
    name = room_name("esc", "ESC-2026-0042", "Acme", "word " * 40)

    assert len(name) <= MAX_CHANNEL_NAME
    assert name.endswith("-word")


def test_a_script_without_latin_letters_leaves_the_number() -> None:
    assert room_name("esc", "ESC-2026-0042", "顧客", "障害") == "esc-2026-0042"


@given(
    customer=st.text(max_size=200),
    title=st.text(max_size=300),
    seed=st.text("0123abc", min_size=12),
)
def test_every_name_and_every_candidate_is_one_that_slack_takes(
    customer: str, title: str, seed: str
) -> None:
    names = list(candidates(room_name("esc", "ESC-2026-0042", customer, title), seed))

    assert len(names) > 5
    for name in names:
        assert re.fullmatch(r"[a-z0-9_-]{1,80}", name)
    assert slug(slug(title)) == slug(title)
