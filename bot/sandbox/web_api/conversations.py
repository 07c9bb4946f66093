"""Channels: make, look at, invite, rename, archive, read back."""

from bot.sandbox import changes, checks
from bot.sandbox.errors import SlackError
from bot.sandbox.events import message_json
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api.chat import direct_messages
from bot.sandbox.web_api.registry import (
    Json,
    channel_of,
    is_true,
    method,
    number_of,
    own_channel,
    page,
    text_of,
    user_of,
)
from bot.sandbox.workspace import Channel

MANAGE = ["channels:manage", "groups:write"]
READ = ["channels:read", "groups:read"]
HISTORY = ["channels:history", "groups:history", "im:history"]
INVITE = [*MANAGE, "channels:write.invites", "groups:write.invites"]
TOPIC = [*MANAGE, "channels:write.topic", "groups:write.topic"]
LEAVE = [*MANAGE, "im:write"]
MOST_INVITED = 100


@method("conversations.create", tier=2, scopes=MANAGE)
def create(sandbox: Sandbox, args: Json) -> Json:
    name = text_of(args, "name")
    checks.channel_name(name)
    if sandbox.workspace.channel_named(name) is not None:
        raise SlackError("name_taken")
    channel = Channel(
        id=sandbox.workspace.new_id("C"),
        name=name,
        creator=sandbox.workspace.bot_user,
        created=int(sandbox.clock.now()),
        is_private=is_true(args.get("is_private")),
    )
    sandbox.workspace.channels[channel.id] = channel
    changes.join(sandbox, channel, sandbox.workspace.bot_user)
    return {"channel": as_channel(sandbox, channel)}


@method("conversations.info", tier=3, scopes=READ)
def info(sandbox: Sandbox, args: Json) -> Json:
    return {"channel": as_channel(sandbox, channel_of(sandbox, args))}


@method("conversations.list", tier=2, scopes=READ)
def listing(sandbox: Sandbox, args: Json) -> Json:
    return page(_wanted(sandbox, args, only_own=False), args, "channels")


@method("users.conversations", tier=3, scopes=READ)
def own_listing(sandbox: Sandbox, args: Json) -> Json:
    return page(_wanted(sandbox, args, only_own=True), args, "channels")


@method("conversations.members", tier=4, scopes=READ)
def members(sandbox: Sandbox, args: Json) -> Json:
    return page(channel_of(sandbox, args).members, args, "members")


@method("conversations.history", tier=3, scopes=HISTORY)
def history(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    if not sandbox.bot_is_in(channel):
        raise SlackError("not_in_channel")
    oldest = number_of(args, "oldest", 0, "invalid_ts_oldest")
    latest = number_of(args, "latest", 1e12, "invalid_ts_latest")
    inclusive = is_true(args.get("inclusive"))
    found = [
        message_json(m)
        for m in reversed(channel.visible())
        if m.thread_ts in {None, m.ts}
        and (oldest < float(m.ts) < latest or (inclusive and float(m.ts) in {oldest, latest}))
    ]
    answer = page(found, args, "messages")
    return answer | {"has_more": bool(answer["response_metadata"]["next_cursor"])}


@method("conversations.replies", tier=3, scopes=HISTORY)
def replies(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    if not sandbox.bot_is_in(channel):
        raise SlackError("not_in_channel")
    ts = text_of(args, "ts")
    if channel.message(ts) is None:
        raise SlackError("thread_not_found")
    found = [message_json(m) for m in channel.visible() if ts in {m.ts, m.thread_ts}]
    return page(found, args, "messages")


@method("conversations.invite", tier=3, scopes=INVITE)
def invite(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    users = [user for user in text_of(args, "users").split(",") if user]
    if len(users) > MOST_INVITED:
        raise SlackError("too_many_users")
    errors = [
        {"user": user, "ok": False, "error": code}
        for user in users
        if (code := _why_not(sandbox, channel, user))
    ]
    if errors and (len(users) == 1 or not is_true(args.get("force"))):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    refused = {error["user"] for error in errors}
    for user in users:
        if user not in refused:
            changes.join(sandbox, channel, user, inviter=sandbox.workspace.bot_user)
    return {"channel": as_channel(sandbox, channel)} | ({"errors": errors} if errors else {})


@method("conversations.join", tier=3, scopes=["channels:join"])
def join(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    changes.join(sandbox, channel, sandbox.workspace.bot_user)
    return {"channel": as_channel(sandbox, channel)}


@method("conversations.leave", tier=3, scopes=LEAVE)
def leave(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not sandbox.bot_is_in(channel):
        return {"not_in_channel": True}
    changes.leave(sandbox, channel, sandbox.workspace.bot_user)
    return {}


@method("conversations.kick", tier=3, scopes=MANAGE)
def kick(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    user = user_of(sandbox, text_of(args, "user"))
    if user.id == sandbox.workspace.bot_user:
        raise SlackError("cant_kick_self")
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
    changes.leave(sandbox, channel, user.id)
    return {}


@method("conversations.rename", tier=2, scopes=MANAGE)
def rename(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    name = text_of(args, "name")
    checks.channel_name(name)
    changes.rename(sandbox, channel, name)
    return {"channel": as_channel(sandbox, channel)}


@method("conversations.archive", tier=2, scopes=MANAGE)
def archive(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    changes.archive(sandbox, channel, sandbox.workspace.bot_user)
    return {}


@method("conversations.unarchive", tier=2, scopes=MANAGE)
def unarchive(sandbox: Sandbox, args: Json) -> Json:
    channel = channel_of(sandbox, args)
    changes.unarchive(sandbox, channel, sandbox.workspace.bot_user)
    return {}


@method("conversations.setTopic", tier=2, scopes=TOPIC)
def set_topic(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    channel.topic = _within(str(args.get("topic") or ""))
    changes.note(
        sandbox, channel, sandbox.workspace.bot_user, "channel_topic", "set the channel's topic"
    )
    return {"channel": as_channel(sandbox, channel)}


@method("conversations.setPurpose", tier=2, scopes=TOPIC)
def set_purpose(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args)
    channel.purpose = _within(str(args.get("purpose") or ""))
    sandbox.touch()
    return {"channel": as_channel(sandbox, channel)}


@method("conversations.open", tier=3, scopes=["im:write"])
def open_dm(sandbox: Sandbox, args: Json) -> Json:
    users = text_of(args, "users").split(",")
    if len(users) != 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = user_of(sandbox, users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    return {"channel": {"id": direct_messages(sandbox, user.id).id}}


def as_channel(sandbox: Sandbox, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": sandbox.bot_is_in(channel),
        "is_ext_shared": is_ext_shared(sandbox, channel),
        "creator": channel.creator,
        "created": channel.created,
        "topic": {"value": channel.topic},
        "purpose": {"value": channel.purpose},
        "num_members": len(channel.members),
    }


def is_ext_shared(sandbox: Sandbox, channel: Channel) -> bool:
    """Say whether people of another organisation are in it."""
    return bool(changes.others_in(sandbox, channel))


def _wanted(sandbox: Sandbox, args: Json, *, only_own: bool) -> list[Json]:
    types = str(args.get("types") or "public_channel").split(",")
    return [
        as_channel(sandbox, channel)
        for channel in sandbox.workspace.channels.values()
        if channel.dm_with is None
        and ("private_channel" if channel.is_private else "public_channel") in types
        and not (is_true(args.get("exclude_archived")) and channel.is_archived)
        and (sandbox.bot_is_in(channel) or not (only_own or channel.is_private))
    ]


def _why_not(sandbox: Sandbox, channel: Channel, user_id: str) -> str | None:
    user = sandbox.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == sandbox.workspace.bot_user:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    return "cant_invite" if user.deleted else None


def _within(text: str) -> str:
    if len(text) > 250:
        raise SlackError("too_long")
    return text
