"""What the page shows one person, and what it lets them do, as JSON."""

import inspect
from typing import Any

from bot.sandbox.errors import NotPossibleError
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api import views
from bot.sandbox.workspace import Channel, Ephemeral, Message

Json = dict[str, Any]

ACTS = frozenset(
    {
        "command",
        "shortcut",
        "message_shortcut",
        "click",
        "fill",
        "click_in_view",
        "suggest",
        "submit",
        "close",
        "say",
        "edit",
        "delete",
        "react",
        "unreact",
        "join",
        "leave",
        "invite",
        "kick",
        "rename",
        "archive",
        "unarchive",
        "make_private",
        "delete_channel",
    }
)


def state(sandbox: Sandbox, user: str) -> Json:
    """Return everything around the channel a person looks at."""
    workspace = sandbox.workspace
    top = workspace.open_view(user)
    return {
        "version": sandbox.version,
        "team": workspace.name,
        "me": user,
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "real_name": person.real_name,
                "title": person.title,
                "bot": person.is_bot,
                "guest": person.is_restricted,
                "external": workspace.is_external(person.id),
            }
            for person in workspace.users.values()
        ],
        "groups": [{"id": g["id"], "handle": g["handle"]} for g in workspace.groups.values()],
        "channels": [
            _listed(sandbox, c, user) for c in workspace.channels.values() if _may_see(c, user)
        ],
        "commands": list(sandbox.manifest.commands),
        "shortcuts": list(sandbox.manifest.shortcuts),
        "view": views.as_json(sandbox, top) if top else None,
        "view_depth": len(workspace.stack_of(user)),
        "home": workspace.homes.get(user),
    }


def channel(sandbox: Sandbox, user: str, channel_id: str) -> Json:
    """Return what a person sees of a channel, and remember that they have seen it.

    Raises:
        KeyError: The channel does not exist for this person.
    """
    place = sandbox.workspace.channels[channel_id]
    if not _may_see(place, user):
        raise KeyError(channel_id)
    shown: list[Json] = [_message(place, message) for message in place.visible()]
    shown += [
        _ephemeral(sandbox, e)
        for e in sandbox.workspace.ephemerals
        if e.channel == channel_id and e.user == user and not e.deleted
    ]
    shown.sort(key=lambda message: str(message["ts"]))
    if shown:
        sandbox.workspace.read[user, channel_id] = shown[-1]["ts"]
    return {
        "channel": _listed(sandbox, place, user),
        "messages": shown,
        "bookmarks": [{"title": b.title, "link": b.link} for b in place.bookmarks],
        "members": place.members,
        "purpose": place.purpose,
    }


async def act(play: Play, name: str, arguments: Json) -> Json:
    """Do one thing as a person and return what came of it.

    Raises:
        NotPossibleError: Slack's window has no such thing to do, or not now.
    """
    if name not in ACTS:
        raise NotPossibleError(f"There is nothing called {name} to do.")
    done = getattr(play, name)(**arguments)
    result = await done if inspect.isawaitable(done) else done
    return _result(name, result)


def _result(name: str, result: Any) -> Json:
    if name == "suggest":
        return {"options": result}
    if name == "submit":
        return {"errors": result.errors, "closed": result.closed, "error": result.error}
    if name == "say":
        return {"ts": result}
    return {"error": getattr(result, "error", None)}


def _listed(sandbox: Sandbox, place: Channel, user: str) -> Json:
    read = sandbox.workspace.read.get((user, place.id), "0")
    return {
        "id": place.id,
        "name": place.name,
        "private": place.is_private,
        "archived": place.is_archived,
        "member": user in place.members,
        "topic": place.topic,
        "dm_with": place.dm_with,
        "pins": len(place.pins),
        "unread": sum(1 for m in place.visible() if m.ts > read and m.user != user),
    }


def _may_see(place: Channel, user: str) -> bool:
    return user in place.members or not place.is_private


def _message(place: Channel, message: Message) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "subtype": message.subtype,
        "pinned": message.ts in place.pins,
        "ephemeral": False,
        "reactions": [{"name": n, "users": u} for n, u in message.reactions.items()],
    }


def _ephemeral(sandbox: Sandbox, shown: Ephemeral) -> Json:
    return {
        "ts": shown.ts,
        "user": sandbox.workspace.bot_user,
        "text": shown.text,
        "blocks": shown.blocks,
        "ephemeral": True,
        "reactions": [],
    }
