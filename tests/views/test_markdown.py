"""Other people's words in Markdown: a reader sees the letters, a renderer sees no markup."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.views.block_kit import markdown
from bot.views.block_kit.text import clean, one_line

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "*bold* _it_ ~~gone~~ `code` **both**",
    "[link](https://evil.example) ![picture](https://evil.example/x.png)",
    "<https://evil.example> <script>alert(1)</script> <!-- hidden -->",
    "# heading",
    "- list",
    "+ list",
    "12. list",
    "3) list",
    "> quote",
    "| a | b |",
    "=====",
    "-----",
    "```",
    "&lt;b&gt; &amp; &#60;",
    "back\\slash \\*",
    "[ref]: https://evil.example",
    "[^1] ^up^ $x^2$ ==mark==",
    ":smile: :100: :+1:",
    "    four blanks",
]


def rendered(text: str) -> str:
    return str(RENDERER.render(text)).replace(markdown.UNSEEN, "").strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_read_to_the_letter(text: str) -> None:
    shown = f"<p>{html.escape(one_line(text), quote=False)}</p>"

    assert rendered(markdown.words(text)).replace("&quot;", '"') == shown


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters=markdown.UNSEEN)))
def test_no_text_becomes_markup(text: str) -> None:
    text = one_line(text)

    shown = html.unescape(rendered(markdown.words(text)))

    assert shown == (f"<p>{text}</p>" if text else "")


@given(st.text(alphabet="ab\n>-=#*_`|:1.) ", min_size=1).filter(lambda text: text.strip()))
def test_a_quotation_holds_all_its_lines_and_nothing_else(text: str) -> None:
    shown = html.unescape(rendered(markdown.said(text)))

    lines = [" ".join(line.split()) for line in clean(text).strip().split("\n")]
    inside = shown.removeprefix("<blockquote>").removesuffix("</blockquote>")
    plain = inside.replace("<p>", "").replace("</p>", "").split("\n")
    assert [line for line in plain if line] == [line for line in lines if line]


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "a@b.example"])
def test_no_address_is_left_for_a_page_to_link(text: str) -> None:
    written = markdown.words(text)

    assert text not in written


def test_names_and_numbers_call_nobody() -> None:
    assert "@noor" not in markdown.words("@noor, see #12")
    assert "#12" not in markdown.words("@noor, see #12")


def test_times_stay_readable() -> None:
    assert markdown.words("by 16:00, at the latest: today") == "by 16:00, at the latest: today"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://tickets.example/1", "<https://tickets.example/1>"),
        ("javascript:alert(1)", "javascript\\:alert(1)"),
        ("https://a.example/ <b>", "https\\://a.example/ \\<b\\>"),
    ],
)
def test_only_web_addresses_become_links(url: str, written: str) -> None:
    assert markdown.address(url) == written
