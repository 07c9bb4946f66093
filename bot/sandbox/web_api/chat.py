"""Messages: post, change, delete, link to."""

import json
from typing import Any

from bot.sandbox import changes, checks
from bot.sandbox.errors import SlackError
from bot.sandbox.events import message_json
from bot.sandbox.slack import Sandbox
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
    changes.add_message(sandbox, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(message)}


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
    changes.change_message(sandbox, channel, message, text, _with_ids(sandbox, blocks))
    return {"channel": channel.id, "ts": message.ts, "text": text}


@method("chat.delete", tier=3, scopes=["chat:write"])
def delete(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    message = message_of(channel, text_of(args, "ts"))
    if message.user != sandbox.workspace.bot_user:
        raise SlackError("cant_delete_message")
    changes.remove_message(sandbox, channel, message)
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
    shown.thread_ts = args.get("thread_ts")
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
