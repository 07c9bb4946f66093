"""What an entry says, in parts that each outlet draws in its own way."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.views.block_kit.blocks import Json, instant, person, words

LINE_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody, by their Slack id: a name in text, never a ping where nobody asked for one."""

    user: str


Part = str | Mention | datetime
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One thing that happened.

    Attributes:
        what: What it is about, or all of it where there is no value.
        before, after: Its values; empty for none.
        reason: Why, in somebody's words; empty when nobody said.
    """

    what: str
    before: Parts = ()
    after: Parts = ()
    reason: str = ""

    def change(self) -> Parts:
        """Return it as "what: before → after"."""
        if not self.after:
            return (self.what,)
        before = (*self.before, " → ") if self.before else ()
        return (f"{self.what}: ", *before, *self.after)

    def parts(self) -> Parts:
        """Return it as "what: before → after (reason)"."""
        return (*self.change(), f" ({self.reason})") if self.reason else self.change()


def elements(parts: Sequence[Part], *, limit: int) -> list[Json]:
    """Return parts as elements of rich text, each text of at most `limit` characters."""
    return [_element(part, limit) for part in parts if part != ""]


def spelled_out(parts: Sequence[Part], name: Callable[[str], str]) -> str:
    """Return parts as plain text, people by name and instants in UTC."""
    return "".join(_text(part, name) for part in parts)


def on_one_line(parts: Sequence[Part]) -> Parts:
    """Return parts without line breaks, keeping the blanks that part each from its neighbours."""
    return tuple(LINE_BREAKS.sub(" ", part) if isinstance(part, str) else part for part in parts)


def _element(part: Part, limit: int) -> Json:
    match part:
        case Mention():
            return person(part.user)
        case datetime():
            return instant(part)
        case _:
            return words(part, limit=limit)


def _text(part: Part, name: Callable[[str], str]) -> str:
    match part:
        case Mention():
            return name(part.user)
        case datetime():
            return f"{part.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case _:
            return part
