"""The sandbox as a whole: its workspace, its bad days, what was called, and what changed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.clock import Clock
from bot.sandbox.delivery import Delivery
from bot.sandbox.events import channel_kind
from bot.sandbox.faults import Faults, Rates
from bot.sandbox.workspace import Channel, Workspace

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of the Web API, at an instant of the sandbox's clock in seconds since 1970.

    `performed` says whether it changed or read anything.
    """

    seq: int
    method: str
    args: Json
    at: float = 0.0
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


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person did on the page: the act, and what it was given."""

    name: str
    arguments: Json


@dataclass(slots=True)
class Step:
    """One thing a story suggests to try; what was done once stays done."""

    text: str
    is_done: Callable[["Sandbox"], bool]
    done: bool = False

    def as_json(self, sandbox: "Sandbox") -> Json:
        self.done = self.done or self.is_done(sandbox)
        return {"text": self.text, "done": self.done}


@dataclass(slots=True)
class Issued:
    """The capabilities handed to the bot so far."""

    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)


class Sandbox:
    """Slack for one workspace and one app.

    Attributes:
        latency: Seconds every call of the Web API takes before it is performed.
        deeds: What people did on the page, in order.
        story: What the page suggests to try.
        calls: Every call of the Web API, in the order it arrived.
        on_call: Awaited after a call was performed and before it is answered.
        on_reset: Awaited when a person wants to begin anew; None where nobody can.
        on_restart: Awaited when a person has the bot restarted; None where nobody can.
        token_error: What every call is refused with; None while the token is good.
    """

    def __init__(
        self,
        *,
        workspace: Workspace,
        manifest: Path | None = None,
        bot_token: str = "xoxb-sandbox",  # noqa: S107  # a token of the sandbox itself
        app_token: str = "xapp-sandbox",  # noqa: S107
        signing_secret: str = "sandbox-secret",  # noqa: S107
        clock: Clock | None = None,
    ) -> None:
        self.workspace = workspace
        self.manifest = Manifest.read(manifest) if manifest else Manifest()
        self.bot_token = bot_token
        self.app_token = app_token
        self.clock = clock or Clock()
        self.faults = Faults()
        self.rates = Rates()
        self.issued = Issued()
        self.calls: list[Call] = []
        self.deeds: list[Deed] = []
        self.story: list[Step] = []
        self.latency = 0.0
        self.base_url = "http://sandbox.invalid"
        self.on_call: Callable[[Call], Awaitable[None]] | None = None
        self.token_error: str | None = None
        self.on_reset: Callable[[], Awaitable[None]] | None = None
        self.on_restart: Callable[[], Awaitable[None]] | None = None
        self.delivery = Delivery(signing_secret, self.clock, self.faults)
        self.version = 0
        self._changed = asyncio.Event()

    def begin_anew(self, workspace: Workspace) -> None:
        """Forget everything that happened, and everything that was ordered."""
        self.workspace = workspace
        self.issued = Issued()
        self.calls.clear()
        self.deeds.clear()
        for step in self.story:
            step.done = False
        self.faults.clear()
        self.latency, self.token_error = 0.0, None
        self.clock.run(1.0)
        self.touch()

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

    def emit(self, channel: Channel, event: Json) -> None:
        """Deliver an event to the bot when it is in the channel and asked for such events."""
        if self.bot_is_in(channel) and self._subscribed(channel, event):
            self._deliver(event)

    def emit_of_workspace(self, event: Json) -> None:
        """Deliver an event that belongs to no channel, when the bot asked for such events."""
        if self.manifest.events is None or event["type"] in self.manifest.events:
            self._deliver(event)

    def _deliver(self, event: Json) -> None:
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
            kind = "message.im" if channel.dm_with else f"message.{channel_kind(channel)}s"
        return kind in self.manifest.events
