"""Files: an address for the bytes, the bytes, and then the message that shows them."""

import json
import secrets
from typing import Any

from bot.sandbox import changes
from bot.sandbox.errors import SlackError
from bot.sandbox.events import file_json
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api.registry import Json, channel_of, method, number_of, text_of
from bot.sandbox.workspace import Channel, File, Message

LARGEST = 1 << 30  # bytes
LONGEST_NAME = 255  # characters


@method("files.getUploadURLExternal", tier=4, scopes=["files:write"])
def upload_address(sandbox: Sandbox, args: Json) -> Json:
    """Return where the bytes of one file may be posted, once."""
    name = text_of(args, "filename")
    text_of(args, "length")
    length = number_of(args, "length", 0, "invalid_arguments")
    if length < 1 or not length.is_integer() or len(name) > LONGEST_NAME:
        raise SlackError("invalid_arguments")
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    file = File(
        id=sandbox.workspace.new_id("F"),
        key=secrets.token_urlsafe(16),
        name=name,
        length=int(length),
        user=sandbox.workspace.bot_user,
        created=int(sandbox.clock.now()),
    )
    sandbox.workspace.files[file.id] = file
    return {"upload_url": f"{sandbox.base_url}/upload/{file.key}", "file_id": file.id}


def take(sandbox: Sandbox, key: str, content: bytes) -> None:
    """Take the bytes that were announced.

    Raises:
        SlackError: No such address, it was used already, or it is another number of bytes.
    """
    file = next((f for f in sandbox.workspace.files.values() if f.key == key), None)
    if file is None or file.content is not None:
        raise SlackError("file_not_found")
    if len(content) != file.length:
        raise SlackError("file_size_mismatch")
    file.content = content


@method("files.completeUploadExternal", tier=4, scopes=["files:write"])
def complete(sandbox: Sandbox, args: Json) -> Json:
    """Share files whose bytes have come: in one message of a channel, or with nobody."""
    files = _files(sandbox, text_of(args, "files"))
    channel = _channel(sandbox, args) if args.get("channel_id") else None
    for file, title in files:
        file.title, file.shared = title or file.name, True
    if channel is not None:
        message = Message(
            ts=sandbox.clock.ts(),
            user=sandbox.workspace.bot_user,
            bot_id=sandbox.workspace.bot_id,
            text=str(args.get("initial_comment") or ""),
            subtype="file_share",
            thread_ts=args.get("thread_ts"),
            files=[file for file, _title in files],
        )
        changes.add_message(sandbox, channel, message)
    # Slack shares a moment later and does not say here in which message.
    return {"files": [file_json(file) for file, _title in files]}


def _files(sandbox: Sandbox, wanted: str) -> list[tuple[File, str]]:
    try:
        named: Any = json.loads(wanted)
        pairs = [(str(one["id"]), str(one.get("title") or "")) for one in named]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SlackError("invalid_arguments") from None
    if not pairs:
        raise SlackError("invalid_arguments")
    found = [(sandbox.workspace.files.get(file_id), title) for file_id, title in pairs]
    ready = [(f, title) for f, title in found if f and f.content is not None and not f.shared]
    if len(ready) < len(pairs):
        raise SlackError("file_not_found")
    return ready


def _channel(sandbox: Sandbox, args: Json) -> Channel:
    """Return where to share; only the id of a channel will do, and only one the bot is in."""
    if not text_of(args, "channel_id").startswith(("C", "G", "D")):
        raise SlackError("invalid_channel")
    channel = channel_of(sandbox, args, "channel_id")
    if not sandbox.bot_is_in(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("posting_to_channel_denied")
    return channel
