"""Keeping a message short: words are counted as people read them, and cut with a sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.views.block_kit import Json, bold, bullets, italic, line, rich, words
from bot.views.text import cut, one_line

DATE_WORDS = 6  # "Nov 26, 2026 at 9:00 AM"
NAME_WORDS = 2  # "@Eva Lindqvist"
READ = ("text", "elements", "title", "fields", "blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled list of rows.

    Attributes:
        more: How many rows it would have besides.
        weight: Of two sections the lighter one gives up its rows first.
    """

    title: str
    rows: tuple[Json, ...]
    more: int = 0
    weight: int = 0

    def block(self) -> Json:
        rest = [line(italic(f"and {self.more} more in the thread"))] if self.more else []
        return rich(line(bold(self.title)), bullets(*self.rows, *rest))

    def shorter(self) -> "Section":
        return replace(self, rows=self.rows[:-1], more=self.more + 1)


def count(node: Any) -> int:  # a tree of blocks
    """Return how many words a person reads in a tree of blocks."""
    return sum(_counts(node))


def fitted(sections: Sequence[Section], most: int) -> list[Section]:
    """Return the sections with as many of their rows as fit into that many words.

    Rows are given up from the end of the lightest section; the last row of each goes only when
    no section has more than one.
    """
    kept = [section for section in sections if section.rows]
    while count([section.block() for section in kept]) > most:
        spare = [s for s in kept if len(s.rows) > 1] or [s for s in kept if s.rows]
        if not spare:
            break
        lightest = min(spare, key=lambda section: section.weight)
        kept = [s.shorter() if s is lightest else s for s in kept]
    return kept


def few(text: str, most: int, *, longest: int = 120) -> str:
    """Return at most that many words, and characters, ending in "…" when some were left out."""
    said = one_line(text).split()
    short = " ".join(said[:most]) + ("…" if len(said) > most else "")
    return cut(short, longest)


def said(text: str, most: int) -> Json:
    """A few of somebody's words, shown to the letter."""
    return words(few(text, most))


def _counts(node: Any) -> Iterator[int]:
    if isinstance(node, str):
        yield len(node.split())
    elif isinstance(node, list):
        yield from (count(one) for one in node)
    elif isinstance(node, dict):
        match node.get("type"):
            case "date":
                yield DATE_WORDS
            case "user":
                yield NAME_WORDS
            case "channel":
                yield 1
            case _:
                yield from (count(node[name]) for name in READ if name in node)
