"""What a request of Slack's looks like at the least; anything else is refused as malformed.

Listeners may rely on it. Sources: Slack's reference of slash commands, interaction payloads and
the Events API.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

# Where to look, and of which type what is found there must be.
Shape = Mapping[str, type]

COMMAND: Shape = {"command": str, "user_id": str}
INTERACTIONS: Mapping[str, Shape] = {
    "block_actions": {"user.id": str, "actions": list},
    "block_suggestion": {"user.id": str, "action_id": str},
    "view_submission": {
        "user.id": str,
        "view.id": str,
        "view.callback_id": str,
        "view.state.values": dict,
        "view.blocks": list,
    },
    "view_closed": {"user.id": str, "view.id": str},
    "shortcut": {"user.id": str, "callback_id": str},
    "message_action": {
        "user.id": str,
        "callback_id": str,
        "channel.id": str,
        "message.ts": str,
    },
    "event_callback": {"event_id": str, "event.type": str},
}
EVENTS: Mapping[str, Shape] = {
    "app_home_opened": {"user": str},
    "channel_rename": {"channel.id": str, "channel.name": str},
    "group_rename": {"channel.id": str, "channel.name": str},
    "message": {"channel": str, "ts": str},
    "message_changed": {"message": dict, "message.ts": str},
    "message_deleted": {"deleted_ts": str},
    "member_joined_channel": {"channel": str, "user": str},
    "member_left_channel": {"channel": str, "user": str},
}


def is_wellformed(body: Json) -> bool:
    """Return whether a verified request has what its kind always has."""
    if "command" in body:
        return _has(body, COMMAND)
    shape = INTERACTIONS.get(str(body.get("type")), {})
    if not _has(body, shape):
        return False
    if body.get("type") == "block_actions":
        return all(_is_action(action) for action in body["actions"]) and bool(body["actions"])
    return body.get("type") != "event_callback" or _is_event(body["event"])


def _is_event(event: Json) -> bool:
    names = (str(event["type"]), str(event.get("subtype")))
    return all(_has(event, EVENTS.get(name, {})) for name in names)


def _is_action(action: object) -> bool:
    return isinstance(action, dict) and isinstance(action.get("action_id"), str)


def _has(body: Json, shape: Shape) -> bool:
    return all(isinstance(_at(body, path), kind) for path, kind in shape.items())


def _at(body: Json, path: str) -> object:
    found: object = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
