"""The sandbox as a whole: its workspace, its bad days, what was called, and what changed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.clock import Clock
from bot.sandbox.delivery import Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.rates import Rates
from bot.sandbox.workspace import Channel, Message, Ping, Workspace

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of the Web API; `performed` says whether it changed or read anything."""

    seq: int
    method: str
    args: Json
    ok: bool = False
    error: str | None = None
    performed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the app declares to Slack; None in `scopes` and `events` means everything."""

    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: tuple[Json, ...] = ()
    shortcuts: tuple[Json, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        features, settings = content["features"], content["settings"]
        return cls(
            scopes=frozenset(content["oauth_config"]["scopes"]["bot"]),
            events=frozenset(settings["event_subscriptions"]["bot_events"]),
            commands=tuple(features.get("slash_commands", [])),
            shortcuts=tuple(features.get("shortcuts", [])),
        )


@dataclass(slots=True)
class Trigger:
    """A person's act that allows one form to be opened within three seconds."""

    user: str
    at: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    user: str
    channel: str
    at: float
    ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Issued:
    """The capabilities handed to the bot so far."""

    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)


class Sandbox:
    """Slack for one workspace and one app.

    Attributes:
        latency: Seconds every call of the Web API takes before it is performed.
        calls: Every call of the Web API, in the order it arrived.
        on_call: Awaited after a call was performed and before it is answered.
        token_error: What every call is refused with; None while the token is good.
    """

    def __init__(
        self,
        *,
        workspace: Workspace,
        manifest: Path | None = None,
        bot_token: str = "xoxb-sandbox",  # noqa: S107  # a token of the sandbox itself
        signing_secret: str = "sandbox-secret",  # noqa: S107
        clock: Clock | None = None,
    ) -> None:
        self.workspace = workspace
        self.manifest = Manifest.read(manifest) if manifest else Manifest()
        self.bot_token = bot_token
        self.clock = clock or Clock()
        self.faults = Faults()
        self.rates = Rates()
        self.issued = Issued()
        self.calls: list[Call] = []
        self.latency = 0.0
        self.base_url = "http://sandbox.invalid"
        self.on_call: Callable[[Call], Awaitable[None]] | None = None
        self.token_error: str | None = None
        self.delivery = Delivery(signing_secret, self.clock, self.faults)
        self.version = 0
        self._changed = asyncio.Event()

    def touch(self) -> None:
        """Say that something a person can see has changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, since: int) -> int:
        """Wait until the version has passed `since` and return it."""
        while self.version <= since:
            await self._changed.wait()
        return self.version

    async def aclose(self) -> None:
        await self.delivery.close()

    def bot_is_in(self, channel: Channel) -> bool:
        return channel.dm_with is not None or self.workspace.bot_user in channel.members

    def add_message(self, channel: Channel, message: Message) -> Message:
        """Put a message into a channel, count whom it pings, and tell the bot."""
        channel.messages.append(message)
        for kind, what in pings(message):
            ping = Ping(channel=channel.id, ts=message.ts, kind=kind, what=what)
            self.workspace.pings.append(ping)
        self.emit(channel, message_event(channel, message))
        self.touch()
        return message

    def note(self, channel: Channel, user: str, subtype: str, text: str) -> Message:
        """Put one of Slack's own lines into a channel, such as "has joined"."""
        ts = self.clock.ts()
        message = Message(ts=ts, user=user, text=text, subtype=subtype)
        return self.add_message(channel, message)

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> None:
        """Make somebody a member and tell of it; members stay members."""
        if user in channel.members:
            return
        channel.members.append(user)
        self.note(channel, user, "channel_join", f"<@{user}> has joined the channel")
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.workspace.team_id,
        }
        self.emit(channel, event | ({"inviter": inviter} if inviter else {}))

    def leave(self, channel: Channel, user: str) -> None:
        if user not in channel.members:
            return
        self.emit(
            channel,
            {
                "type": "member_left_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": self.workspace.team_id,
            },
        )
        channel.members.remove(user)
        self.touch()

    def emit(self, channel: Channel, event: Json) -> None:
        """Deliver an event to the bot when it is in the channel and asked for such events."""
        if not self.bot_is_in(channel) or not self._subscribed(channel, event):
            return
        event = {"event_ts": self.clock.ts(), **event}
        self.delivery.event(
            {
                "team_id": self.workspace.team_id,
                "api_app_id": self.workspace.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": self.workspace.new_id("Ev"),
                "event_time": int(self.clock.now()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": self.workspace.team_id,
                        "user_id": self.workspace.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
            }
        )

    def _subscribed(self, channel: Channel, event: Json) -> bool:
        if self.manifest.events is None:
            return True
        kind = str(event["type"])
        if kind == "message":
            kind = f"message.{_channel_kind(channel)}s" if channel.dm_with is None else "message.im"
        return kind in self.manifest.events


def message_event(channel: Channel, message: Message) -> Json:
    """Return the event Slack sends for a new message; slack.md 8.7."""
    event: Json = {
        "type": "message",
        "channel": channel.id,
        "channel_type": "im" if channel.dm_with else _channel_kind(channel),
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "ts": message.ts,
    }
    for name in ("thread_ts", "bot_id", "subtype"):
        if value := getattr(message, name):
            event[name] = value
    return event


def pings(message: Message) -> list[tuple[str, str]]:
    """Return whom a message calls: live mentions in its text, its mrkdwn and its rich text."""
    if message.subtype is not None:  # Slack's own lines, such as "has joined", call nobody
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


def _channel_kind(channel: Channel) -> str:
    return "group" if channel.is_private else "channel"
