"""What somebody missed, under a few headings; private."""

from collections.abc import Sequence

from bot.domain.escalation.timeline import Entry
from bot.domain.plan.item import Item
from bot.domain.reading.catchup import CatchUp, CatchUpGroup
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    bullets,
    fallback,
    instant,
    italic,
    line,
    link,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import one_line
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import elements, on_one_line

MOST = 7  # facts under one heading
LONGEST_SHOWN = 200  # characters of one fact


def catchup(found: CatchUp) -> Message:
    number = found.escalation.number
    title = f"What you missed in {number}"
    parts = [
        *_entries("Decided", found.under(CatchUpGroup.DECIDED)),
        *_entries("Changed", found.under(CatchUpGroup.CHANGED)),
        *_entries("Done", found.under(CatchUpGroup.DONE)),
        *_items("Due next", found.due_next, found),
        *_items("Blocked", found.blocked, found),
        *_entries("Said to the customer", found.under(CatchUpGroup.SAID)),
    ]
    blocks = [rich(line(bold(title)), line(*_since(found)))]
    if parts:
        blocks.append(rich(*parts))
    return Message(fallback(title), blocks)


def _since(found: CatchUp) -> list[Json]:
    if found.since is None:
        return [italic("Your first catch-up: everything since the opening.")]
    if not found.entries:
        return [words("Nothing new since your last catch-up, "), instant(found.since), words(".")]
    return [words("Since your last catch-up, "), instant(found.since), words(":")]


def _entries(heading: str, entries: Sequence[Entry]) -> list[Json]:
    """The newest of them, in the order in which they happened."""
    if not entries:
        return []
    left_out = len(entries) - MOST
    rows = [_entry(entry) for entry in entries[-MOST:]]
    if left_out > 0:
        rows.append(line(italic(f"and {left_out} more before, see /escalate timeline")))
    return [line(bold(heading)), bullets(*rows)]


def _entry(entry: Entry) -> Json:
    who = [words(" "), person(entry.actor)] if entry.actor else []
    where = [words(" · "), link(entry.link, "message")] if entry.link else []
    told = elements((" ", *on_one_line(entry_parts(entry))), limit=LONGEST_SHOWN)
    return line(instant(entry.said_at or entry.at), *who, *told, *where)


def _items(heading: str, items: Sequence[Item], found: CatchUp) -> list[Json]:
    if not items:
        return []
    rows = [_item(item, found) for item in items[:MOST]]
    if len(items) > MOST:
        rows.append(line(italic(f"and {len(items) - MOST} more, see /escalate plan")))
    return [line(bold(heading)), bullets(*rows)]


def _item(item: Item, found: CatchUp) -> Json:
    content = item.content
    said = [bold(item.label), words(f" {one_line(content.text)}", limit=LONGEST_SHOWN)]
    if content.owner:
        said += [words(" · "), person(content.owner)]
    if content.due_at:
        late = bold(" · overdue since ") if item.is_overdue(found.read_at) else words(" · by ")
        said += [late, instant(content.due_at)]
    if content.blocked_by:
        said.append(words(f" · waits for: {one_line(content.blocked_by)}", limit=LONGEST_SHOWN))
    if item.source and item.source.permalink and not item.source.is_gone:
        said += [words(" · "), link(item.source.permalink, "message")]
    return line(*said)
