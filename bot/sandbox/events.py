"""The shapes of Slack's events and messages, and whom a message calls.

Source: Slack's reference of the Events API.
"""

from typing import Any

from bot.sandbox.workspace import Channel, File, Message

Json = dict[str, Any]


def message_event(channel: Channel, message: Message) -> Json:
    """Return the event Slack sends for a new message."""
    shown = {"channel": channel.id, "channel_type": channel_kind(channel)}
    return message_json(message) | shown


def changed_event(channel: Channel, message: Message, before: Json, ts: str) -> Json:
    """Return the event of an edited message; `ts` is that of the change itself."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel_kind(channel),
        "ts": ts,
        "message": message_json(message),
        "previous_message": before,
    }


def deleted_event(channel: Channel, before: Json, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel_kind(channel),
        "ts": ts,
        "deleted_ts": before["ts"],
        "previous_message": before,
    }


def pings(message: Message) -> list[tuple[str, str]]:
    """Return whom a message calls: live mentions in its text, its mrkdwn and its rich text."""
    if message.subtype not in {None, "file_share"}:  # Slack's own lines call nobody
        return []
    found: list[tuple[str, str]] = []
    if not message.blocks:
        found += _mentions(message.text)
    _walk(message.blocks, found)
    return found


def _walk(node: Any, found: list[tuple[str, str]]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, found)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            found += _mentions(node["text"])
        elif node.get("type") == "user" and "user_id" in node:
            found.append(("user", node["user_id"]))
        elif node.get("type") in {"broadcast", "usergroup"}:
            found.append(("broadcast", str(node)))
        else:
            for value in node.values():
                _walk(value, found)


def _mentions(text: str) -> list[tuple[str, str]]:
    found = []
    for piece in text.split("<")[1:]:
        what = piece.partition(">")[0]
        if what.startswith("@"):
            found.append(("user", what[1:].partition("|")[0]))
        elif what.startswith(("!channel", "!here", "!everyone", "!subteam")):
            found.append(("broadcast", what))
    return found


def channel_kind(channel: Channel) -> str:
    """Return Slack's word: channel, group (private) or im."""
    if channel.dm_with is not None:
        return "im"
    return "group" if channel.is_private else "channel"


def kind_letter(channel: Channel) -> str:
    """Return the letter that membership events name a kind of channel by."""
    return "G" if channel.is_private else "C"


def message_json(message: Message) -> Json:
    """Return a message as the Web API and events show it."""
    found: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "ts": message.ts,
    }
    for name in ("thread_ts", "bot_id", "subtype"):
        if value := getattr(message, name):
            found[name] = value
    if message.files:
        found["files"] = [file_json(file) for file in message.files]
    if message.edited:
        found["edited"] = {"user": message.user, "ts": message.ts}
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": people, "count": len(people)}
            for name, people in message.reactions.items()
        ]
    return found


def file_json(file: File) -> Json:
    """Return a file as messages and the Web API show it."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "user": file.user,
        "created": file.created,
        "size": file.length,
        "mode": "hosted",
    }
