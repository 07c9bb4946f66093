"""A line cut into words, each with the place it stands at; linear in what was typed."""

import re
import unicodedata
from dataclasses import dataclass, replace

MOST_WORDS = 1_000  # of a line; what stands behind them is not searched for times
LONGEST_WORD = 40  # characters of a word that can be part of a time
WORD = re.compile(r"\S+")
QUOTES = "\"'`\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e"
OPENING = "([{<*_~" + QUOTES
CLOSING = ")]}>*_~!?;,:" + QUOTES
ABBREVIATED = frozenset(
    {"mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
MONTH = "[a-z]{3,9}"
# One of these at most takes a word; none can begin in two ways, so that each is linear.
GLUED = (
    re.compile(
        r"(\d{4}-\d{1,2}-\d{1,2})t(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(z|[+-]\d{2}:?\d{2})?"
    ),
    re.compile(
        r"(\d{1,2}:\d{2}(?::\d{2})?)(z|(?!am|pm|h|uhr)[a-z]{2,5}(?:[+-]\d{1,2})?|\+\d{2}:?\d{2})"
    ),
    re.compile(r"(\d{1,2}(?:[:.]\d{2})?[ap]m)((?:[a-z]{2,4}|utc[+-]\d{1,2}))"),
    re.compile(rf"(\d{{1,2}}(?:st|nd|rd|th)?)-?({MONTH})(?:-(\d{{4}}))?"),
    re.compile(r"(?!utc|gmt)([a-z]{3,9})-(\d{1,2}(?:st|nd|rd|th)?)"),
)
# Dashes and apostrophes as programs set them.
SPELLED = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | {0x2019: "'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a line.

    Attributes:
        raw: As it was typed, without the punctuation around it.
        norm: The same in one spelling and lower case; empty for what cannot belong to a time.
        start, end: Where it stands in the line, with its punctuation.
        closes: Punctuation behind it ends a thought: ".", ":", "!", "?" or ";".
        pauses: A comma or a bracket stands behind it.
    """

    raw: str
    norm: str
    start: int
    end: int
    closes: bool = False
    pauses: bool = False


def words_of(line: str) -> list[Word]:
    """Return the words of a line, at most MOST_WORDS of them."""
    found: list[Word] = []
    for match in WORD.finditer(line):
        if len(found) == MOST_WORDS:
            break
        found += _pieces(_word(match[0], match.start(), match.end()))
    return found


def _pieces(word: Word) -> list[Word]:
    """Return what is written in one word and read as several: 2026-12-01T08:30Z, 17:00CET."""
    for pattern in GLUED:
        match = pattern.fullmatch(word.norm)
        if match is not None:
            break
    else:
        return [word]
    places = [match.span(n) for n in range(1, (match.lastindex or 0) + 1) if match[n]]
    # Folding may change how long a word is; what is glued is plain letters and digits.
    pieces = [(word.raw[start:end], word.norm[start:end]) for start, end in places]
    parts = [replace(word, raw=raw, norm=norm, closes=False, pauses=False) for raw, norm in pieces]
    return [*parts[:-1], replace(parts[-1], closes=word.closes, pauses=word.pauses)]


def _word(text: str, start: int, end: int) -> Word:
    if len(text) > LONGEST_WORD:
        return Word(raw=text, norm="", start=start, end=end)
    folded = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text).translate(SPELLED)
    raw = folded.lstrip(OPENING).rstrip(CLOSING)
    tail = folded[len(folded.rstrip(CLOSING)) :]
    closes = any(mark in tail for mark in "!?;:")
    # The dots of "p.m." and "1.12." belong to them; any other one ends a sentence.
    if raw.endswith(".") and raw.count(".") == 1:
        bare = raw.rstrip(".")
        is_number = bare.isdigit()
        raw, closes = bare, closes or not (is_number or bare.casefold() in ABBREVIATED)
    return Word(
        raw=raw,
        norm=raw.casefold() if raw else folded.casefold(),
        start=start,
        end=end,
        closes=closes,
        pauses="," in tail or ")" in tail,
    )
