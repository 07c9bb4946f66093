"""What people can press, choose and type, and what Slack itself says about it."""

import re
from typing import Any

from bot.sandbox.errors import NotPossibleError
from bot.sandbox.web_api import views
from bot.sandbox.workspace import View

Json = dict[str, Any]

FORMS = {
    "url_text_input": (r"^https?://[^\s/]+", "Please enter a valid URL."),
    "email_text_input": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "Please enter a valid email address."),
    "number_input": (r"^-?\d+([.]\d+)?$", "Please enter a number."),
}


def element_named(blocks: list[Json], action_id: str, value: str | None) -> tuple[str, Json]:
    """Return block_id and element; of several buttons of one name, the one with that value."""
    found = [
        (block.get("block_id", ""), element)
        for block in blocks
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]
        if isinstance(element, dict) and element.get("action_id") == action_id
    ]
    if not found:
        raise NotPossibleError(f"There is nothing named {action_id} to press.")
    exact = (pair for pair in found if value is not None and pair[1].get("value") == value)
    return next(exact, found[0])


def block(view: View, block_id: str) -> Json:
    for block in view.view["blocks"]:
        if block["block_id"] == block_id and block["type"] == "input":
            found: Json = block
            return found
    raise NotPossibleError(f"The form has no input named {block_id}.")


def action(block_id: str, element: Json, value: str | None) -> Json:
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    if element["type"] == "button":
        return action | {"text": element["text"], "value": element.get("value", "")}
    return action | typed(element, value)


def typed(element: Json, value: Any) -> Json:
    """Return the state of an input after somebody chose or typed `value`."""
    kind = element["type"]
    name = views.VALUE_NAMES.get(kind, "value")
    if kind == "external_select" or not name.startswith("selected_option"):
        return {"type": kind, name: value}
    wanted = value if isinstance(value, list) else [value]
    chosen = [o for o in element["options"] if o["value"] in wanted]
    if len(chosen) != len(wanted):
        raise NotPossibleError(f"{value!r} is none of the options.")
    return {"type": kind, name: chosen if name.endswith("s") else chosen[0]}


def slack_errors(view: View) -> dict[str, str]:
    """Return what Slack itself complains about before the bot is asked."""
    errors = {}
    for block in view.view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = view.state[block["block_id"]][element["action_id"]]
        value = next(v for name, v in state.items() if name != "type")
        error = _error_of(element, value, optional=bool(block.get("optional")))
        if error is not None:
            errors[block["block_id"]] = error
    return errors


def _error_of(element: Json, value: Any, *, optional: bool) -> str | None:
    if not value:
        return None if optional else "Please complete this required field."
    if not isinstance(value, str):
        return None
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        return f"Between {least} and {most} characters, please."
    pattern, complaint = FORMS.get(element["type"], ("", ""))
    return None if re.search(pattern, value) else complaint


def known_errors(view: View, errors: dict[str, str]) -> dict[str, str]:
    """Refuse errors on blocks that are no inputs: Slack shows a general failure for those."""
    inputs = {b["block_id"] for b in view.view["blocks"] if b["type"] == "input"}
    if not errors or set(errors) - inputs:
        raise NotPossibleError("it names errors of no input")
    return errors
