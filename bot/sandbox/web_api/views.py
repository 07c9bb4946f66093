"""Forms: open within three seconds, update without losing what was typed, push, publish."""

import json
from typing import Any

from bot.sandbox import checks
from bot.sandbox.errors import SlackError
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api.registry import Json, method, text_of, user_of
from bot.sandbox.workspace import View

MAX_STACK = 3


@method("views.open", tier=4)
def open_view(sandbox: Sandbox, args: Json) -> Json:
    user = _spend_trigger(sandbox, text_of(args, "trigger_id"))
    content = _content(args)
    if sandbox.workspace.stack_of(user):
        # Slack shows one stack per person; a form opened over another goes on top.
        return {"view": as_json(sandbox, put(sandbox, user, content, on_top=True))}
    return {"view": as_json(sandbox, put(sandbox, user, content, on_top=False))}


@method("views.push", tier=4)
def push(sandbox: Sandbox, args: Json) -> Json:
    user = _spend_trigger(sandbox, text_of(args, "trigger_id"))
    return {"view": as_json(sandbox, put(sandbox, user, _content(args), on_top=True))}


@method("views.update", tier=4)
def update(sandbox: Sandbox, args: Json) -> Json:
    view = _found(sandbox, args)
    content = _content(args)
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    replace(sandbox, view, content)
    return {"view": as_json(sandbox, view)}


@method("views.publish", tier=4)
def publish(sandbox: Sandbox, args: Json) -> Json:
    user = user_of(sandbox, text_of(args, "user_id"))
    content = _content(args)
    if content["type"] != "home":
        raise SlackError("invalid_arguments")
    home = sandbox.workspace.homes.get(user.id)
    if args.get("hash") and home is not None and args["hash"] != home.hash:
        raise SlackError("hash_conflict")
    if home is None:
        view_id = sandbox.workspace.new_id("V")
        home = View(id=view_id, user=user.id, view=content, hash="", root_id=view_id)
        sandbox.workspace.homes[user.id] = home
    replace(sandbox, home, content)
    return {"view": as_json(sandbox, home)}


def put(sandbox: Sandbox, user: str, content: Json, *, on_top: bool) -> View:
    """Show a form to a person; `on_top` of those they have open, or alone."""
    workspace = sandbox.workspace
    stack = workspace.stack_of(user)
    if on_top and len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    if not on_top:
        for below in stack:
            below.closed = True
    _unique_external_id(sandbox, content)
    view_id = workspace.new_id("V")
    below_id = stack[-1].id if on_top and stack else None
    view = View(
        id=view_id,
        user=user,
        view=_with_ids(sandbox, content),
        hash=sandbox.clock.ts(),
        root_id=stack[0].root_id if on_top and stack else view_id,
        previous_id=below_id,
    )
    view.state = initial_state(view.view["blocks"])
    workspace.views[view_id] = view
    sandbox.touch()
    return view


def replace(sandbox: Sandbox, view: View, content: Json) -> None:
    """Show something else in a form; inputs that keep their names keep what was typed."""
    view.view = _with_ids(sandbox, content)
    fresh = initial_state(view.view["blocks"])
    for block_id, values in fresh.items():
        for action_id in values:
            typed = view.state.get(block_id, {}).get(action_id)
            if typed is not None and typed["type"] == values[action_id]["type"]:
                values[action_id] = typed
    view.state, view.hash = fresh, sandbox.clock.ts()
    sandbox.touch()


def initial_state(blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """Return what the inputs of a form hold before anybody has typed."""
    state: dict[str, dict[str, Json]] = {}
    for block in blocks:
        found = {e["action_id"]: initial_value(e) for e in _stateful(block)}
        if found:
            state[block["block_id"]] = found
    return state


def _stateful(block: Json) -> list[Json]:
    """Return what holds a value in a block: its input, or a select beside text or in a row."""
    inside = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
    return [e for e in inside if isinstance(e, dict) and e.get("type") in checks.INPUT_TYPES]


def initial_value(element: Json) -> Json:
    kind = element["type"]
    name = VALUE_NAMES.get(kind, "value")
    initial: Any = element.get(
        name.replace("selected", "initial") if name != "value" else "initial_value"
    )
    if initial is None and name.startswith("selected_") and name.endswith("s"):
        initial = []
    return {"type": kind, name: initial}


VALUE_NAMES = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def as_json(sandbox: Sandbox, view: View) -> Json:
    """Return a form as the Web API and interactions show it."""
    return {
        **view.view,
        "id": view.id,
        "team_id": sandbox.workspace.team_id,
        "app_id": sandbox.workspace.app_id,
        "bot_id": sandbox.workspace.bot_id,
        "app_installed_team_id": sandbox.workspace.team_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "external_id": view.view.get("external_id", ""),
        "private_metadata": view.view.get("private_metadata", ""),
    }


def _spend_trigger(sandbox: Sandbox, trigger_id: str) -> str:
    trigger = sandbox.issued.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if sandbox.clock.elapsed() - trigger.at > sandbox.delivery.limit:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def _content(args: Json) -> Json:
    content: Any = args.get("view")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            raise SlackError("invalid_arguments") from None
    checks.view(content)
    if len(json.dumps(content)) > 250_000:
        raise SlackError("view_too_large")
    found: Json = content
    return found


def _found(sandbox: Sandbox, args: Json) -> View:
    for view in sandbox.workspace.views.values():
        by_id = view.id == args.get("view_id")
        by_name = args.get("external_id") and view.view.get("external_id") == args["external_id"]
        if (by_id or by_name) and not view.closed:
            return view
    raise SlackError("not_found")


def _unique_external_id(sandbox: Sandbox, content: Json) -> None:
    wanted = content.get("external_id")
    if wanted and any(
        v.view.get("external_id") == wanted and not v.closed
        for v in sandbox.workspace.views.values()
    ):
        raise SlackError("duplicate_external_id")


def _with_ids(sandbox: Sandbox, content: Json) -> Json:
    blocks = []
    for block in content["blocks"]:
        named = {"block_id": sandbox.workspace.new_id("b"), **block}
        for place in ("element", "accessory"):
            if "type" in named.get(place, {}) and "action_id" not in named[place]:
                named[place] = {"action_id": sandbox.workspace.new_id("a"), **named[place]}
        if named["type"] == "actions":
            new_id = sandbox.workspace.new_id
            named["elements"] = [{"action_id": new_id("a"), **e} for e in named["elements"]]
        blocks.append(named)
    return {**content, "blocks": blocks}
