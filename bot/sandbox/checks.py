"""Slack's rules about blocks, views and names; what breaks one is refused as Slack refuses it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.errors import SlackError

Json = dict[str, Any]

MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE_CHARACTERS = 13_000
MARKDOWN_CHARACTERS = 12_000
INPUT_TYPES = frozenset(
    {
        "plain_text_input",
        "static_select",
        "external_select",
        "users_select",
        "multi_users_select",
        "multi_static_select",
        "conversations_select",
        "channels_select",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "radio_buttons",
        "checkboxes",
        "url_text_input",
        "email_text_input",
        "number_input",
    }
)
ACTION_TYPES = INPUT_TYPES - {"plain_text_input", "url_text_input", "email_text_input"} | {
    "button",
    "overflow",
}
MAX_OPTIONS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}


def channel_name(name: str) -> None:
    """Refuse a channel name that Slack does not take."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")


def blocks(found: Any, surface: str) -> None:
    """Refuse blocks that Slack does not take on a message, modal or home."""
    try:
        problems = list(_problems(found, surface))
    except (AttributeError, KeyError, TypeError) as error:  # a text where an object belongs
        problems = [f"malformed: {error}"]
    if problems:
        raise SlackError("invalid_blocks", response_metadata={"messages": problems})
    if surface == "message" and sum(map(len, texts(found))) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def view(found: Any) -> None:
    """Refuse a modal or home that Slack does not take."""
    if not isinstance(found, dict) or found.get("type") not in {"modal", "home"}:
        raise SlackError("invalid_arguments")
    problems = list(_frame(found)) if found["type"] == "modal" else []
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(found.get(name) or "") > most:
            problems.append(f"{name} is longer than {most}")
    if problems:
        raise SlackError("invalid_arguments", response_metadata={"messages": problems})
    blocks(found.get("blocks"), found["type"])


def _frame(modal: Json) -> Iterator[str]:
    for name in ("title", "submit", "close"):
        if name in modal:
            yield from _text(modal[name], 24, name, plain_only=True)
    if "title" not in modal:
        yield "title is missing"
    found = modal.get("blocks")
    blocks = [b for b in found if isinstance(b, dict)] if isinstance(found, list) else []
    if "submit" not in modal and any(b.get("type") == "input" for b in blocks):
        yield "submit is missing"


def texts(found: Any) -> Iterator[str]:
    """Yield every text in a tree of blocks."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(found, list):
        for item in found:
            yield from texts(item)


def _problems(found: Any, surface: str) -> Iterator[str]:
    if not isinstance(found, list) or (surface != "message" and not found):
        yield "blocks must be a list"
        return
    if len(found) > MAX_BLOCKS[surface]:
        yield f"more than {MAX_BLOCKS[surface]} blocks"
    seen: set[str] = set()
    for place, block in enumerate(found):
        where = f"/blocks/{place}"
        check = _BLOCKS.get(block.get("type"))
        if check is None:
            yield f"unsupported type: {block.get('type')} [{where}]"
            continue
        block_id = block.get("block_id")
        if block_id is not None and (block_id in seen or not 0 < len(block_id) <= 255):
            yield f"block_id {block_id!r} is not usable [{where}]"
        seen.add(block_id or where)
        yield from (f"{problem} [{where}]" for problem in check(block))


def _text(found: Any, most: int, what: str, *, plain_only: bool = False) -> Iterator[str]:
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        yield f"{what} must be a text object"
        return
    if found.get("type") not in ({"plain_text"} if plain_only else {"plain_text", "mrkdwn"}):
        yield f"{what} has the wrong type of text"
    if found["type"] == "mrkdwn" and "emoji" in found:
        yield f"{what}: emoji is only for plain_text"
    if not 0 < len(found["text"]) <= most:
        yield f"{what} must be 1 to {most} characters"


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 150, "header", plain_only=True)


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "section needs text or fields"
    if "text" in block:
        yield from _text(block["text"], 3000, "section")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield "more than 10 fields"
    for field in fields:
        yield from _text(field, 2000, "field")
    if "accessory" in block:
        yield from _element(block["accessory"], ACTION_TYPES | {"image"})


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "context needs 1 to 10 elements"
    for element in elements:
        if element.get("type") != "image":
            yield from _text(element, 2000, "context")


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield "actions needs 1 to 25 elements"
    ids = [element.get("action_id") for element in elements]
    if len(set(ids)) != len(ids):
        yield "action_id stands twice"
    for element in elements:
        yield from _element(element, ACTION_TYPES)


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, "label", plain_only=True)
    if "hint" in block:
        yield from _text(block["hint"], 2000, "hint", plain_only=True)
    yield from _element(block.get("element") or {}, INPUT_TYPES)


def _element(element: Json, allowed: frozenset[str]) -> Iterator[str]:
    kind = element.get("type")
    if kind not in allowed:
        yield f"unsupported element: {kind}"
        return
    if kind != "image" and not 0 < len(element.get("action_id") or "x") <= 255:
        yield "action_id must be 1 to 255 characters"
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, "placeholder", plain_only=True)
    if kind in {"static_select", "radio_buttons", "checkboxes", "overflow"} or "options" in element:
        yield from _choices(element, MAX_OPTIONS.get(str(kind), 100))
    yield from _ELEMENTS.get(kind, _nothing)(element)
    yield from (f"{name} is null" for name, value in element.items() if value is None)


def _button(element: Json) -> Iterator[str]:
    yield from _text(element.get("text"), 75, "button", plain_only=True)
    if len(element.get("value") or "") > 2000 or len(element.get("url") or "") > 3000:
        yield "button's value or url is too long"


def _text_input(element: Json) -> Iterator[str]:
    most = element.get("max_length", 3000)
    if not 0 < most <= 3000 or len(element.get("initial_value") or "") > most:
        yield "initial_value or max_length is too long"


def _choices(element: Json, most: int) -> Iterator[str]:
    options = element.get("options")
    yield from _options(options, most)
    chosen = element.get("initial_option")
    if chosen is not None and chosen not in (options or []):
        yield "initial_option is none of the options"


def _options(found: Any, most: int) -> Iterator[str]:
    if not isinstance(found, list) or not 1 <= len(found) <= most:
        yield f"options must be 1 to {most}"
        return
    for option in found:
        yield from _text(option.get("text"), 75, "option")
        if "description" in option:
            yield from _text(option["description"], 75, "description")
        if not 0 < len(option.get("value") or "") <= 150:
            yield "option's value must be 1 to 150 characters"


def options(found: Any) -> list[Json]:
    """Refuse options answered to a type-ahead that Slack would not show."""
    if found:
        try:
            problems = list(_options(found, 100))
        except (AttributeError, KeyError, TypeError) as error:
            problems = [f"malformed: {error}"]
        if problems:
            raise SlackError("invalid_options", response_metadata={"messages": problems})
    return list(found or [])


def _rich_text(block: Json) -> Iterator[str]:
    elements = block.get("elements")
    if not elements:
        yield "rich_text needs elements"
    for element in elements or []:
        yield from _rich_part(element)


def _rich_part(part: Json) -> Iterator[str]:
    kind = part.get("type")
    inner = part.get("elements")
    if kind == "rich_text_list":
        if part.get("style") not in {"bullet", "ordered"} or not inner:
            yield "list needs a style and elements"
        for item in inner or []:
            yield from _rich_part(item)
        return
    if kind not in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
        yield f"unsupported part: {kind}"
        return
    for leaf in inner or []:
        needed = _LEAVES.get(leaf.get("type"))
        if needed is None:
            yield f"unsupported rich text element: {leaf.get('type')}"
        elif any(not leaf.get(name) for name in needed):
            yield f"{leaf['type']} lacks one of {', '.join(needed)}"


def _image(block: Json) -> Iterator[str]:
    if not block.get("alt_text") or not (block.get("image_url") or block.get("slack_file")):
        yield "image needs alt_text and an address"


def _markdown(block: Json) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not 0 < len(block["text"]) <= MARKDOWN_CHARACTERS:
        yield f"markdown must be 1 to {MARKDOWN_CHARACTERS} characters"


def _table(block: Json) -> Iterator[str]:
    rows = block.get("rows") or []
    if not 1 <= len(rows) <= 100 or any(not 1 <= len(row) <= 20 for row in rows):
        yield "table needs 1 to 100 rows of 1 to 20 cells"
    for row in rows:
        for cell in row:
            if cell.get("type") == "rich_text":
                yield from _rich_text(cell)
            elif cell.get("type") != "raw_text" or not isinstance(cell.get("text"), str):
                yield f"unsupported cell: {cell.get('type')}"


def _nothing(_block: Json) -> Iterator[str]:
    return iter(())


_LEAVES: dict[str | None, tuple[str, ...]] = {
    "text": ("text",),
    "user": ("user_id",),
    "usergroup": ("usergroup_id",),
    "channel": ("channel_id",),
    "link": ("url",),
    "emoji": ("name",),
    "date": ("timestamp", "format"),
    "broadcast": ("range",),
}
_ELEMENTS: dict[Any, Callable[[Json], Iterator[str]]] = {
    "button": _button,
    "plain_text_input": _text_input,
}
_BLOCKS: dict[str | None, Callable[[Json], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "table": _table,
    "divider": _nothing,
    "image": _image,
}
