"""The few typed builders of Block Kit; Slack's size limits live here.

Words of other people go into rich text or plain text, where Slack parses nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.text import clean, cut, one_line

Json = dict[str, Any]

# Slack, Block Kit reference; characters unless said otherwise.
MAX_HEADER = 150
MAX_TOPIC = 250
MAX_BUTTON = 75
MAX_OPTION = 75
MAX_OPTIONS = 100  # options of a select
MAX_VALUE = 150
MAX_VIEW_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_INPUT = 3000
# chat.update refuses a longer text than 4,000; some room for entities.
MAX_FALLBACK = 3000
# Slack refuses a message whose blocks hold more than about 13,000 in all.
MAX_PARAGRAPH = 1200


@dataclass(frozen=True, slots=True)
class Message:
    """What we post: the blocks, and the words that notifications show instead of them."""

    text: str
    blocks: list[Json]

    def digest(self) -> str:
        """Return a fingerprint: two messages that look the same have the same."""
        canonical = json.dumps([self.text, self.blocks], sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": cut(one_line(text), limit) or " ", "emoji": False}


def header(text: str, *, block_id: str | None = None) -> Json:
    return _with_id({"type": "header", "text": plain(text, MAX_HEADER)}, block_id)


def note(text: str) -> Json:
    """Small print of our own fixed words, in mrkdwn."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def divider() -> Json:
    return {"type": "divider"}


def actions(*elements: Json, block_id: str | None = None) -> Json:
    return _with_id({"type": "actions", "elements": list(elements)}, block_id)


def button(
    text: str, action: Action, value: str, *, style: str | None = None, spoken: str = ""
) -> Json:
    """A button; `spoken` is read aloud where its text alone does not say what it is about."""
    made: Json = {
        "type": "button",
        "action_id": action.value,
        "text": plain(text, MAX_BUTTON),
        "value": value,
    }
    label = {"accessibility_label": cut(one_line(spoken), MAX_BUTTON)} if spoken else {}
    return made | label | ({"style": style} if style else {})


def words(text: str, *, limit: int = MAX_PARAGRAPH) -> Json:
    """Somebody's words, shown to the letter."""
    return {"type": "text", "text": cut(clean(text), limit) or " "}


def bold(text: str) -> Json:
    return {"type": "text", "text": text, "style": {"bold": True}}


def italic(text: str) -> Json:
    return {"type": "text", "text": text, "style": {"italic": True}}


def person(user_id: str) -> Json:
    return {"type": "user", "user_id": user_id}


def channel(channel_id: str) -> Json:
    return {"type": "channel", "channel_id": channel_id}


def link(url: str, text: str) -> Json:
    return {"type": "link", "url": url, "text": cut(one_line(text), MAX_HEADER)}


def instant(at: datetime) -> Json:
    """An instant in the reader's own time zone, with UTC where that cannot be shown."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty} at {time}",
        "fallback": f"{at.astimezone(UTC):%d %b %Y %H:%M} UTC",
    }


def line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(text: str) -> Json:
    return {"type": "rich_text_quote", "elements": [words(text)]}


def bullets(*lines: Json) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def rich(*parts: Json, block_id: str | None = None) -> Json:
    """A rich-text block of lines, lists and quotes; lines follow each other on new lines."""
    elements: list[Json] = []
    for part in parts:
        follows = elements and elements[-1]["type"] == part["type"] == "rich_text_section"
        if follows:
            elements[-1]["elements"] += [{"type": "text", "text": "\n"}, *part["elements"]]
        else:
            elements.append({**part, "elements": list(part["elements"])})
    return _with_id({"type": "rich_text", "elements": elements}, block_id)


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    callback_id: str,
    submit: str | None = None,
    metadata: str = "",
) -> Json:
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MAX_VIEW_TITLE),
        "close": plain("Cancel" if submit else "Close", MAX_VIEW_TITLE),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
    return view | ({"submit": plain(submit, MAX_VIEW_TITLE)} if submit else {})


def home(blocks: Sequence[Json], *, callback_id: str, metadata: str = "") -> Json:
    return {
        "type": "home",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "blocks": list(blocks)[:MAX_VIEW_BLOCKS],
    }


def fallback(text: str) -> str:
    return cut(text, MAX_FALLBACK)


def _with_id(block: Json, block_id: str | None) -> Json:
    return {**block, "block_id": block_id} if block_id else block
