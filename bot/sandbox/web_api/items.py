"""What hangs on messages and channels: pins, reactions, bookmarks."""

import re

from bot.sandbox import changes
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
)
from bot.sandbox.workspace import Bookmark, Channel

MOST_BOOKMARKS = 100


@method("pins.add", tier=2, scopes=["pins:write"])
def pin(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    changes.pin(sandbox, channel, message, sandbox.workspace.bot_user)
    return {}


@method("pins.remove", tier=2, scopes=["pins:write"])
def unpin(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    changes.unpin(sandbox, channel, message, sandbox.workspace.bot_user)
    return {}


@method("pins.list", tier=2, scopes=["pins:read"])
def pins(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    found = [m for ts in channel.pins if (m := channel.message(ts))]
    return {"items": [{"type": "message", "message": message_json(m)} for m in found]}


@method("reactions.add", tier=3, scopes=["reactions:write"])
def react(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    name = emoji_of(args)
    changes.react(sandbox, channel, message, name, sandbox.workspace.bot_user)
    return {}


@method("reactions.remove", tier=2, scopes=["reactions:write"])
def unreact(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    name = emoji_of(args)
    changes.unreact(sandbox, channel, message, name, sandbox.workspace.bot_user)
    return {}


@method("reactions.get", tier=3, scopes=["reactions:read"])
def reactions(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    message = message_of(channel, text_of(args, "timestamp"))
    return {"type": "message", "channel": channel.id, "message": message_json(message)}


@method("bookmarks.list", tier=3, scopes=["bookmarks:read"])
def bookmarks(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    return {"bookmarks": [_bookmark_json(b) for b in channel.bookmarks]}


@method("bookmarks.add", tier=2, scopes=["bookmarks:write"])
def add_bookmark(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    link = _link(text_of(args, "link"))
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = Bookmark(id=sandbox.workspace.new_id("Bk"), title=text_of(args, "title"), link=link)
    channel.bookmarks.append(bookmark)
    sandbox.touch()
    return {"bookmark": _bookmark_json(bookmark)}


@method("bookmarks.edit", tier=2, scopes=["bookmarks:write"])
def edit_bookmark(sandbox: Sandbox, args: Json) -> Json:
    bookmark = _bookmark_of(own_channel(sandbox, args, "channel_id"), args)
    bookmark.title = str(args.get("title") or bookmark.title)
    bookmark.link = _link(str(args.get("link") or bookmark.link))
    sandbox.touch()
    return {"bookmark": _bookmark_json(bookmark)}


@method("bookmarks.remove", tier=2, scopes=["bookmarks:write"])
def remove_bookmark(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    channel.bookmarks.remove(_bookmark_of(channel, args))
    sandbox.touch()
    return {}


def emoji_of(args: Json) -> str:
    """Return the reaction's name, which comes without colons."""
    name = text_of(args, "name")
    if not re.fullmatch(r"[\w+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return name


def _bookmark_of(channel: Channel, args: Json) -> Bookmark:
    wanted = text_of(args, "bookmark_id")
    found = next((b for b in channel.bookmarks if b.id == wanted), None)
    if found is None:
        raise SlackError("not_found")
    return found


def _bookmark_json(bookmark: Bookmark) -> Json:
    return {"id": bookmark.id, "title": bookmark.title, "link": bookmark.link, "type": "link"}


def _link(link: str) -> str:
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    return link
