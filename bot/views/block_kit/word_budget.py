"""Keeping a message short: words are counted as people read them, and cut with a sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.views.block_kit.blocks import Json, bold, bullets, italic, line, rich, words
from bot.views.block_kit.text import cut, one_line

DATE_WORDS = 6  # "Nov 26, 2026 at 9:00 AM"
NAME_WORDS = 2  # "@Eva Lindqvist"
READ = ("text", "elements", "title", "fields", "blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled list of rows.

    Attributes:
        more: How many rows it would have besides.
        weight: Of two sections the heavier one has its rows first.
        least: So many rows it has before any section has more than its least.
    """

    title: str
    rows: tuple[Json, ...]
    more: int = 0
    weight: int = 0
    least: int = 1

    def block(self) -> Json:
        rest = [line(italic(f"and {self.more} more in the thread"))] if self.more else []
        return rich(line(bold(self.title)), bullets(*self.rows, *rest))

    def cut(self, most: int) -> "Section":
        """Return it with its first rows only; the others are counted."""
        left_out = max(len(self.rows) - most, 0)
        return replace(self, rows=self.rows[:most], more=self.more + left_out)


def count(node: Any) -> int:  # a tree of blocks
    """Return how many words a person reads in a tree of blocks."""
    return sum(_counts(node))


def fitted(sections: Sequence[Section], most: int) -> list[Section]:
    """Return the sections with as many of their rows as fit into that many words.

    First each gets its least, the heaviest before the lighter, and then what is left over. What
    does not fit is counted in its section.
    """
    wanted = [section for section in sections if section.rows]
    heaviest_first = sorted(range(len(wanted)), key=lambda place: -wanted[place].weight)
    taken = [0] * len(wanted)
    for goals in ([s.least for s in wanted], [len(s.rows) for s in wanted]):
        for place in heaviest_first:
            while taken[place] < min(goals[place], len(wanted[place].rows)):
                more = [rows + (at == place) for at, rows in enumerate(taken)]
                if _words(wanted, more) > most:
                    break
                taken = more
    return [section.cut(rows) for section, rows in zip(wanted, taken, strict=True)]


def _words(sections: Sequence[Section], rows: Sequence[int]) -> int:
    return count([s.cut(most).block() for s, most in zip(sections, rows, strict=True)])


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
