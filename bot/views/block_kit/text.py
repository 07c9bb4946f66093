"""Making other people's words safe to show: cleaned, cut with a sign, and literal."""

import re
import unicodedata

ELLIPSIS = "…"
JOINER = "\u200d"

# Embeddings, overrides and isolates can turn the text around them backwards; the marks
# U+200E and U+200F only order what they stand in and stay.
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROLS = dict.fromkeys(c for c in range(0xA0) if unicodedata.category(chr(c)) == "Cc" and c != 10)
SURROGATES = re.compile("[\ud800-\udfff]")
FORMATTING = re.compile(r"([*_~`:|])")


def clean(text: str) -> str:
    """Return `text` without what could break a page: control and overriding characters."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return SURROGATES.sub("\ufffd", text.translate(BIDI_CONTROLS).translate(CONTROLS))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, ending in "…" when something was left out.

    A letter is not parted from its marks, nor a joined emoji from its parts.
    """
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and _belongs_to_previous(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def cut_in_the_middle(text: str, limit: int) -> str:
    """Return at most `limit` characters: beginning and end, with "…" for what was left out."""
    if len(text) <= limit:
        return text
    beginning = cut(text, limit // 2 + len(ELLIPSIS))
    start = len(text) - (limit - len(beginning))
    while start < len(text) and _belongs_to_previous(text, start):
        start += 1
    return beginning + text[start:].lstrip()


def _belongs_to_previous(text: str, at: int) -> bool:
    return (
        text[at] == JOINER
        or text[at - 1] == JOINER
        or bool(unicodedata.combining(text[at]))
        or "\ufe00" <= text[at] <= "\ufe0f"
        or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    )


def escape(text: str) -> str:
    """Return `text` so that Slack sees no mention, link or entity in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str, limit: int = 300) -> str:
    """Return somebody's words for use inside mrkdwn: one line, nothing pings or formats.

    A zero-width space after each formatting character keeps Slack from pairing it up.
    """
    return FORMATTING.sub("\\1\u200b", escape(cut(one_line(text), limit)))
