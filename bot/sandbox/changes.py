"""What can happen in a workspace, whoever does it: its record, and the event that tells of it."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.events import (
    changed_event,
    channel_kind,
    deleted_event,
    kind_letter,
    message_event,
    message_json,
    pings,
)
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, Message, Ping

Json = dict[str, Any]

MOST_PINS = 100
TOMBSTONE = "This message was deleted."


def add_message(sandbox: Sandbox, channel: Channel, message: Message) -> Message:
    """Put a message into a channel, count whom it pings, and tell the bot."""
    channel.messages.append(message)
    _count_pings(sandbox, channel, message, already=[])
    sandbox.emit(channel, message_event(channel, message))
    sandbox.touch()
    return message


def change_message(
    sandbox: Sandbox, channel: Channel, message: Message, text: str, blocks: list[Json]
) -> None:
    """Show something else in a message; only whom it newly names is called."""
    before, called = message_json(message), pings(message)
    message.text, message.blocks = text, blocks
    _count_pings(sandbox, channel, message, already=called)
    sandbox.emit(channel, changed_event(channel, message, before, sandbox.clock.ts()))
    sandbox.touch()


def remove_message(sandbox: Sandbox, channel: Channel, message: Message) -> None:
    """Delete a message and its pin; one with replies leaves a tombstone over its thread."""
    before = message_json(message)
    channel.pins = [ts for ts in channel.pins if ts != message.ts]
    now = sandbox.clock.ts()
    if any(m.thread_ts == message.ts and m is not message for m in channel.visible()):
        message.text, message.blocks, message.subtype = TOMBSTONE, [], "tombstone"
        sandbox.emit(channel, changed_event(channel, message, before, now))
    else:
        message.deleted = True
        sandbox.emit(channel, deleted_event(channel, before, now))
    sandbox.touch()


def note(sandbox: Sandbox, channel: Channel, user: str, subtype: str, text: str) -> Message:
    """Put one of Slack's own lines into a channel, such as "has joined"."""
    line = Message(ts=sandbox.clock.ts(), user=user, text=text, subtype=subtype)
    return add_message(sandbox, channel, line)


def pin(sandbox: Sandbox, channel: Channel, message: Message, by: str) -> None:
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(message.ts)
    note(sandbox, channel, by, "pinned_item", "pinned a message")
    sandbox.emit(channel, _pin_event("pin_added", channel, message, by))


def unpin(sandbox: Sandbox, channel: Channel, message: Message, by: str) -> None:
    if message.ts not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(message.ts)
    sandbox.emit(channel, _pin_event("pin_removed", channel, message, by))
    sandbox.touch()


def react(sandbox: Sandbox, channel: Channel, message: Message, name: str, by: str) -> None:
    people = message.reactions.setdefault(name, [])
    if by in people:
        raise SlackError("already_reacted")
    people.append(by)
    sandbox.emit(channel, _reaction_event("reaction_added", channel, message, name, by))
    sandbox.touch()


def unreact(sandbox: Sandbox, channel: Channel, message: Message, name: str, by: str) -> None:
    people = message.reactions.get(name, [])
    if by not in people:
        raise SlackError("no_reaction")
    people.remove(by)
    if not people:
        del message.reactions[name]
    sandbox.emit(channel, _reaction_event("reaction_removed", channel, message, name, by))
    sandbox.touch()


def join(sandbox: Sandbox, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Make somebody a member and tell of it; members stay members."""
    if user in channel.members:
        return
    channel.members.append(user)
    note(sandbox, channel, user, "channel_join", f"<@{user}> has joined the channel")
    event = _membership_event("member_joined_channel", sandbox, channel, user)
    sandbox.emit(channel, event | ({"inviter": inviter} if inviter else {}))
    if others_in(sandbox, channel) == [user]:
        sandbox.emit(channel, _sharing_event("channel_shared", "connected", sandbox, channel, user))


def leave(sandbox: Sandbox, channel: Channel, user: str) -> None:
    if user not in channel.members:
        return
    sandbox.emit(channel, _membership_event("member_left_channel", sandbox, channel, user))
    was_shared = bool(others_in(sandbox, channel))
    channel.members.remove(user)
    if was_shared and not others_in(sandbox, channel):
        event = _sharing_event("channel_unshared", "previously_connected", sandbox, channel, user)
        sandbox.emit(channel, event)
    sandbox.touch()


def others_in(sandbox: Sandbox, channel: Channel) -> list[str]:
    """Return the people of other organisations in a channel."""
    return [user for user in channel.members if sandbox.workspace.is_external(user)]


def rename(sandbox: Sandbox, channel: Channel, name: str) -> None:
    """Raises: SlackError: Another channel has that name, an archived one as well."""
    other = sandbox.workspace.channel_named(name)
    if other is not None and other is not channel:
        raise SlackError("name_taken")
    channel.name = name
    about = {"id": channel.id, "name": name, "created": channel.created}
    sandbox.emit(channel, {"type": f"{channel_kind(channel)}_rename", "channel": about})
    sandbox.touch()


def archive(sandbox: Sandbox, channel: Channel, by: str) -> None:
    if channel.is_archived:
        raise SlackError("already_archived")
    channel.is_archived = True
    kind = f"{channel_kind(channel)}_archive"
    sandbox.emit(channel, {"type": kind, "channel": channel.id, "user": by})
    sandbox.touch()


def unarchive(sandbox: Sandbox, channel: Channel, by: str) -> None:
    if not channel.is_archived:
        raise SlackError("not_archived")
    channel.is_archived = False
    kind = f"{channel_kind(channel)}_unarchive"
    sandbox.emit(channel, {"type": kind, "channel": channel.id, "user": by})
    sandbox.touch()


def _count_pings(
    sandbox: Sandbox, channel: Channel, message: Message, *, already: list[tuple[str, str]]
) -> None:
    for kind, what in pings(message):
        if (kind, what) not in already:
            ping = Ping(channel=channel.id, ts=message.ts, kind=kind, what=what)
            sandbox.workspace.pings.append(ping)


def _membership_event(kind: str, sandbox: Sandbox, channel: Channel, user: str) -> Json:
    return {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": kind_letter(channel),
        "team": sandbox.workspace.team_id,
    }


def _sharing_event(kind: str, how: str, sandbox: Sandbox, channel: Channel, user: str) -> Json:
    team = sandbox.workspace.users[user].team_id
    return {"type": kind, "channel": channel.id, f"{how}_team_id": team}


def _pin_event(kind: str, channel: Channel, message: Message, by: str) -> Json:
    item = {"type": "message", "channel": channel.id, "message": message_json(message)}
    return {"type": kind, "user": by, "channel_id": channel.id, "item": item}


def _reaction_event(kind: str, channel: Channel, message: Message, name: str, by: str) -> Json:
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event = {"type": kind, "user": by, "reaction": name, "item": item}
    return event | {"item_user": message.user}
