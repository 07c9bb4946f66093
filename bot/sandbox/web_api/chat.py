"""Messages: post, change, delete, link to; and what hangs on them: pins and reactions."""

import json
from typing import Any

from bot.sandbox import checks
from bot.sandbox.errors import SlackError
from bot.sandbox.slack import Sandbox, message_event
from bot.sandbox.web_api.registry import (
    Json,
    channel_of,
    message_of,
    method,
    own_channel,
    text_of,
    user_of,
)
from bot.sandbox.workspace import Channel, Ephemeral, Message

MAX_UPDATE_TEXT = 4000
MAX_TEXT = 40_000


@method("chat.postMessage", tier=5, scopes=["chat:write"])
def post(sandbox: Sandbox, args: Json) -> Json:
    channel = _postable(sandbox, args)
    text, blocks = _content(args)
    message = Message(
        ts=sandbox.clock.ts(),
        user=sandbox.workspace.bot_user,
        bot_id=sandbox.workspace.bot_id,
        text=text[:MAX_TEXT],
        blocks=_with_ids(sandbox, blocks),
        thread_ts=args.get("thread_ts"),
    )
    sandbox.add_message(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(message)}


@method("chat.update", tier=3, scopes=["chat:write"])
def update(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    message = message_of(channel, text_of(args, "ts"))
    if message.user != sandbox.workspace.bot_user:
        raise SlackError("cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    text, blocks = _content(args)
    if len(text) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    message.text, message.blocks = text, _with_ids(sandbox, blocks)
    sandbox.touch()
    return {"channel": channel.id, "ts": message.ts, "text": text}


@method("chat.delete", tier=3, scopes=["chat:write"])
def delete(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    message = message_of(channel, text_of(args, "ts"))
    if message.user != sandbox.workspace.bot_user:
        raise SlackError("cant_delete_message")
    remove(sandbox, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", tier=4, scopes=["chat:write"])
def post_ephemeral(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    user = user_of(sandbox, text_of(args, "user"))
    if channel.dm_with != user.id and user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(args)
    shown = Ephemeral(
        ts=sandbox.clock.ts(), user=user.id, channel=channel.id, text=text, blocks=blocks
    )
    sandbox.workspace.ephemerals.append(shown)
    sandbox.touch()
    return {"message_ts": shown.ts}


@method("chat.getPermalink", tier=5)
def permalink(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    message = message_of(channel, text_of(args, "message_ts"))
    domain = sandbox.workspace.domain
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://{domain}.slack.com/{path}"}


@method("pins.add", tier=2, scopes=["pins:write"])
def pin(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= 100:
        raise SlackError("too_many_pins")
    channel.pins.append(message.ts)
    sandbox.note(channel, sandbox.workspace.bot_user, "pinned_item", "pinned a message")
    return {}


@method("pins.remove", tier=2, scopes=["pins:write"])
def unpin(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    ts = text_of(args, "timestamp")
    if ts not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(ts)
    sandbox.touch()
    return {}


@method("pins.list", tier=2, scopes=["pins:read"])
def pins(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    found = [m for ts in channel.pins if (m := channel.message(ts))]
    return {"items": [{"type": "message", "message": as_json(m)} for m in found]}


@method("reactions.add", tier=3, scopes=["reactions:write"])
def react(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    people = message.reactions.setdefault(text_of(args, "name"), [])
    if sandbox.workspace.bot_user in people:
        raise SlackError("already_reacted")
    people.append(sandbox.workspace.bot_user)
    sandbox.touch()
    return {}


def remove(sandbox: Sandbox, channel: Channel, message: Message) -> None:
    """Delete a message; its pin goes with it, and the bot hears of it."""
    message.deleted = True
    channel.pins = [ts for ts in channel.pins if ts != message.ts]
    sandbox.emit(
        channel,
        {
            **message_event(channel, message),
            "user": message.user,
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": sandbox.clock.ts(),
            "previous_message": as_json(message),
        },
    )
    sandbox.touch()


def as_json(message: Message) -> Json:
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
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": people, "count": len(people)}
            for name, people in message.reactions.items()
        ]
    return found


def _postable(sandbox: Sandbox, args: Json) -> Channel:
    target = text_of(args, "channel")
    if target.startswith(("U", "W")):
        user = user_of(sandbox, target)
        if user.deleted:
            raise SlackError("user_disabled")
        return direct_messages(sandbox, user.id)
    channel = channel_of(sandbox, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    may_anyway = sandbox.manifest.scopes is None or "chat:write.public" in sandbox.manifest.scopes
    if not sandbox.bot_is_in(channel) and not may_anyway:
        raise SlackError("not_in_channel")
    return channel


def direct_messages(sandbox: Sandbox, user: str) -> Channel:
    """Return the bot's channel with a person, making it at the first word."""
    workspace = sandbox.workspace
    channel = workspace.dm(user)
    if channel is None:
        channel = Channel(
            id=workspace.new_id("D"),
            name=workspace.users[user].name,
            creator=workspace.bot_user,
            created=int(sandbox.clock.now()),
            is_private=True,
            dm_with=user,
            members=[user, workspace.bot_user],
        )
        workspace.channels[channel.id] = channel
    return channel


def _content(args: Json) -> tuple[str, list[Json]]:
    blocks: Any = args.get("blocks") or []
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    text = str(args.get("text") or "")
    if not text and not blocks:
        raise SlackError("no_text")
    if blocks:
        checks.blocks(blocks, "message")
    return text, blocks


def _with_ids(sandbox: Sandbox, blocks: list[Json]) -> list[Json]:
    return [{"block_id": sandbox.workspace.new_id("b"), **block} for block in blocks]
