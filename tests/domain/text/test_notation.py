"""Slack's notation, read as people read it."""

import pytest

from bot.domain.text.notation import people_in, readable, taken_person, typed_in_form

NAMES = {"U0EVA0001": "Eva Lind"}


@pytest.mark.parametrize(
    ("notated", "read"),
    [
        ("<@U0EVA0001|eva> saw it", "@Eva Lind saw it"),
        ("<@U0MAX0001|max> saw it", "@max saw it"),
        ("<@U0MAX0001> saw it", "@U0MAX0001 saw it"),
        ("in <#C0SUPPORT|support>", "in #support"),
        ("<!subteam^S0SRE0001|@sre> look", "@sre look"),
        ("<!subteam^S0SRE0001> look", "@subteam look"),
        ("<!here> and <!channel>", "@here and @channel"),
        ("<!date^1796000000^{date_short}|9 Dec> at noon", "9 Dec at noon"),
        ("<https://status.example/x>", "https://status.example/x"),
        ("<https://status.example/x|the page>", "the page (https://status.example/x)"),
        ("<mailto:dana@acme.example|dana@acme.example>", "dana@acme.example"),
        ("R&amp;D uses &lt;5 workers", "R&D uses <5 workers"),
        ("the page shows &amp;amp; twice", "the page shows &amp; twice"),
        ("&lt;@U0EVA0001&gt;", "<@U0EVA0001>"),
        ("a < b", "a < b"),
    ],
)
def test_notation_is_read_once(notated: str, read: str) -> None:
    assert readable(notated, NAMES) == read


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<@U0EVA0001> <@U0EVA0001|eva>", "@U0EVA0001 @eva"),
        ("<!channel> <!here|here>", "@channel here"),
        ("<#C0SUPPORT|support>", "#support"),
        ("the page shows &amp; for &", "the page shows &amp; for &"),
        (
            "<div>a</div> <!-- x --> <https://x.example>",
            "<div>a</div> <!-- x --> <https://x.example>",
        ),
        ("x < y and y > z", "x < y and y > z"),
    ],
)
def test_what_is_typed_into_a_form_stays_but_calls_nobody(typed: str, kept: str) -> None:
    assert typed_in_form(typed) == kept
    assert typed_in_form(kept) == kept


def test_the_first_person_is_taken_out_and_the_others_stay() -> None:
    user, left = taken_person("by friday <@U0EVA0001|Eva Lind> asks <@U0MAX0001|max>")

    assert (user, left) == ("U0EVA0001", "by friday asks <@U0MAX0001|max>")
    assert people_in(left) == ["U0MAX0001"]
    assert taken_person("nobody") == (None, "nobody")
