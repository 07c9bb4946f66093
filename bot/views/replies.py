"""Short private answers to the person who typed or pressed something."""

import re

from bot.domain.errors import WarRoomError
from bot.domain.plan.item import Item
from bot.domain.time import due
from bot.views.block_kit.blocks import (
    Message,
    bold,
    fallback,
    line,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.text import escape, one_line
from bot.views.plan.items import state

MUTED = (
    "Notifications muted. Warroom won't @mention you when something is assigned to you. "
    "To undo this: /escalate unmute"
)
UNMUTED = "Notifications on. Warroom will @mention you when something is assigned to you."
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SIMILAR_TO_WHAT = "Run it in a war room, or add search words: /escalate similar login loop"


def item_logged(item: Item, time_zone: str, read: due.Reading | None = None) -> Message:
    """Echo an item as it stands now.

    Its due time is said absolutely in the reader's zone, and in the one in which it was typed.
    """
    named = read.zone if isinstance(read, due.Understood) else None
    said = [bold(item.label), words(f" {state(item)}: {one_line(item.content.text)}", limit=300)]
    if item.content.owner:
        said += [words(" · "), person(item.content.owner)]
    if item.content.due_at and item.stands:
        said.append(words(f" · by {due.absolute(item.content.due_at, time_zone, named)}"))
    return Message(f"{item.label} {state(item)}", [rich(line(*said))])


def form_could_not_open(reason: str, typed: str) -> Message:
    """Say why there is no form, and give back what was typed."""
    told = line(words(f"Couldn't open the form. {reason} Run /escalate to try again."))
    kept = [line(words("You typed:")), quote(typed)] if typed else []
    return Message(fallback(escape(reason)), [rich(told, *kept)])


def unexpected(reference: str) -> Message:
    return plain(
        "Something went wrong, and nothing was changed. Try again. If it keeps happening, give "
        f"your admin this reference: {reference}"
    )


def plain(text: str) -> Message:
    """One private sentence; other people's words in it stay literal."""
    return Message(fallback(escape(text)), [rich(line(*with_people(text)))])


def refusal(error: WarRoomError) -> Message:
    """Say privately why something was refused."""
    return Message(fallback(escape(error.message)), [rich(line(*explained(error)))])


def explained(error: WarRoomError) -> list[dict[str, object]]:
    """Return why something was refused; whom it names becomes a name, and is not pinged."""
    elements: list[dict[str, object]] = []
    for place, piece in enumerate(PLACEHOLDER.split(error.template)):
        if place % 2 and piece in error.people:
            elements.append(person(error.people[piece]))
        elif piece:
            elements.append(words(f"{{{piece}}}" if place % 2 else piece, limit=2500))
    return elements or [words(" ")]


def with_people(text: str, *, limit: int = 2500) -> list[dict[str, object]]:
    """Our own mentions (<@U…>) in a sentence become names; they do not ping in private."""
    elements: list[dict[str, object]] = []
    for place, piece in enumerate(MENTION.split(text)):
        if place % 2:
            elements.append(person(piece))
        elif piece:
            elements.append(words(piece, limit=limit))
    return elements or [words(" ")]
