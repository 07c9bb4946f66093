"""What the page shows one person, and what it lets them do, as JSON."""

import inspect
from typing import Any

from bot.sandbox.errors import NotPossibleError
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api import views
from bot.sandbox.workspace import Channel, Ephemeral, File, Message

Json = dict[str, Any]

MOST_SHOWN = 200  # messages of a channel the page gets at once

ACTS = frozenset(
    {
        "archive",
        "click",
        "click_in_home",
        "click_in_view",
        "close",
        "command",
        "delete",
        "delete_channel",
        "edit",
        "fill",
        "invite",
        "join",
        "kick",
        "leave",
        "make_private",
        "message_shortcut",
        "open_home",
        "pin",
        "react",
        "read",
        "rename",
        "say",
        "shortcut",
        "submit",
        "suggest",
        "unarchive",
        "unpin",
        "unreact",
    }
)

UNREMARKABLE = frozenset({"fill", "read", "suggest"})  # the story does not care for them


def state(sandbox: Sandbox, user: str | None) -> Json:
    """Return everything around the channel a person looks at; None is the first person.

    Raises:
        NotPossibleError: Nobody of that name is in the workspace.
    """
    workspace = sandbox.workspace
    user = user or next(iter(workspace.users))
    if user not in workspace.users:
        raise NotPossibleError("There is no such person.")
    top, home = workspace.open_view(user), workspace.homes.get(user)
    return {
        "version": sandbox.version,
        "team": workspace.name,
        "me": user,
        "people": [_person(sandbox, person_id) for person_id in workspace.users],
        "groups": [{"id": g["id"], "handle": g["handle"]} for g in workspace.groups.values()],
        "channels": [
            _listed(sandbox, c, user) for c in workspace.channels.values() if _is_listed(c, user)
        ],
        "commands": list(sandbox.manifest.commands),
        "shortcuts": list(sandbox.manifest.shortcuts),
        "view": views.as_json(sandbox, top) if top else None,
        "view_depth": len(workspace.stack_of(user)),
        "home": views.as_json(sandbox, home) if home else None,
        "clock": {"now": sandbox.clock.now(), "speed": sandbox.clock.speed},
        "story": [step.as_json(sandbox) for step in sandbox.story],
        "bad_day": {"down": sandbox.faults.down, "latency": sandbox.latency},
    }


def channel(
    sandbox: Sandbox,
    user: str,
    channel_id: str,
    thread_ts: str | None = None,
    *,
    everything: bool = False,
) -> Json:
    """Return what a person sees of a channel, or of one thread in it.

    The newest `MOST_SHOWN` messages come, with `earlier` telling how many more there are.

    Raises:
        NotPossibleError: The channel does not exist for this person.
    """
    place = sandbox.workspace.channels.get(channel_id)
    if place is None or not place.is_seen_by(user):
        raise NotPossibleError("There is no such channel for this person.")
    found = _thread(place, thread_ts) if thread_ts else _main(place)
    shown = found if everything else found[-MOST_SHOWN:]
    replies = _replies(place)
    messages = [_message(place, m, replies.get(m.ts, [])) for m in shown]
    messages += [
        _ephemeral(sandbox, e)
        for e in sandbox.workspace.ephemerals
        if e.channel == channel_id and e.user == user and not e.deleted and e.thread_ts == thread_ts
    ]
    messages.sort(key=lambda message: str(message["ts"]))
    return {
        "channel": _listed(sandbox, place, user),
        "messages": messages,
        "earlier": len(found) - len(shown),
        "bookmarks": [{"title": b.title, "link": b.link} for b in place.bookmarks],
        "pinned": [_message(place, m, []) for ts in place.pins if (m := place.message(ts))],
        "members": place.members,
        "purpose": place.purpose,
    }


def file(sandbox: Sandbox, user: str, file_id: str) -> File:
    """Return a file for a person to keep.

    Raises:
        NotPossibleError: It stands in no message this person sees.
    """
    for place in sandbox.workspace.channels.values():
        if place.is_seen_by(user):
            for message in place.visible():
                for found in message.files:
                    if found.id == file_id:
                        return found
    raise NotPossibleError("There is no such file for this person.")


async def act(play: Play, name: str, arguments: Json) -> Json:
    """Do one thing as a person and return what came of it.

    Raises:
        NotPossibleError: Slack's window has no such thing to do, or not now.
    """
    if name not in ACTS:
        raise NotPossibleError(f"There is nothing called {name} to do.")
    method = getattr(play, name)
    try:
        inspect.signature(method).bind(**arguments)
    except TypeError as error:
        raise NotPossibleError(f"{name}: {error}") from None
    if not play.knows(arguments["user"]):
        raise NotPossibleError("There is no such person.")
    done = method(**arguments)
    result = await done if inspect.isawaitable(done) else done
    if name not in UNREMARKABLE:
        play.remember(name, arguments)
    return _result(name, result)


def _result(name: str, result: Any) -> Json:
    if name == "suggest":
        return {"options": result}
    if name == "submit":
        return {"errors": result.errors, "closed": result.closed, "error": result.error}
    if name == "say":
        return {"ts": result}
    return {"error": getattr(result, "error", None)}


def _person(sandbox: Sandbox, person_id: str) -> Json:
    person = sandbox.workspace.users[person_id]
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "bot": person.is_bot,
        "guest": person.is_restricted,
        "external": sandbox.workspace.is_external(person.id),
        "admin": person.is_admin,
    }


def _is_listed(place: Channel, user: str) -> bool:
    if place.dm_with is not None:
        return place.dm_with == user
    return place.is_seen_by(user)


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
        "unread": place.unread_by(user, read),
        "bot_in": sandbox.bot_is_in(place),
    }


def _main(place: Channel) -> list[Message]:
    return [m for m in place.visible() if m.thread_ts in {None, m.ts}]


def _thread(place: Channel, ts: str) -> list[Message]:
    return [m for m in place.visible() if ts in {m.ts, m.thread_ts}]


def _replies(place: Channel) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in place.visible():
        if message.thread_ts not in {None, message.ts}:
            found.setdefault(str(message.thread_ts), []).append(message)
    return found


def _message(place: Channel, message: Message, replies: list[Message]) -> Json:
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
        "files": [{"id": f.id, "name": f.name, "size": f.length} for f in message.files],
        "reactions": [{"name": n, "users": u} for n, u in message.reactions.items()],
        "replies": len(replies),
        "last_reply": replies[-1].ts if replies else None,
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
