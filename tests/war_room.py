"""The driver: people, the sandbox and the bot, in the words of the product."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.demo.run import SharedClock
from bot.domain.time.clock import Clock
from bot.main import Warroom
from bot.sandbox.app import create_app
from bot.sandbox.clock import Clock as SlackClock
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, LEA, SUPPORT, demo_workspace
from bot.sandbox.play import Play, Submission
from bot.sandbox.slack import Sandbox
from bot.sandbox.transport import Answer
from bot.sandbox.web_api.registry import Json
from bot.sandbox.workspace import Channel, Message, View
from bot.settings import Settings
from storage.queue import outbox
from tests.fakes.serving import served

MANIFEST = Path(__file__).parent.parent / "app.yaml"
SOON = timedelta(milliseconds=100)  # changes within this time are drawn together in tests
PATIENCE = 30.0  # seconds until a test gives up waiting for the bot to come to rest


def hurried() -> float:
    """Seconds of a clock by which a minute of Slack's rates is over at once."""
    return time.monotonic() * 1_000_000


def settings_for(database_url: str, slack_url: str, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-sandbox"),
        "slack_signing_secret": SecretStr("sandbox-secret"),
        "slack_api_url": f"{slack_url}/api/",
        "slack_timeout_seconds": 1.0,
        "database_url": database_url,
        "warroom_announce_channel": ESCALATIONS,
    }
    return Settings(_env_file=None, **{**values, **more})  # type: ignore[call-arg]  # pydantic's own


@dataclass
class WarRoom:
    """A workspace with the bot in it, driven by what people do."""

    sandbox: Sandbox
    bots: list[Warroom] = field(default_factory=list)

    @property
    def bot(self) -> Warroom:
        return self.bots[0]

    @property
    def play(self) -> Play:
        return Play(self.sandbox)

    async def types(self, text: str, *, by: str = LEA, where: str = SUPPORT) -> Answer:
        """Type `/escalate text` and wait until what it started has come to rest."""
        answer = await self.play.command(by, where, "/escalate", text)
        await self.rests()
        return answer

    async def does(self, text: str, *, by: str = LEA, where: str = SUPPORT) -> str:
        """Type a word that shows what it will do, confirm it, and return what is said then."""
        await self.types(text, by=by, where=where)
        done = await self.submits(by)
        assert (done.errors, done.error) == ({}, None)
        await self.rests()
        shown = self.sandbox.workspace.open_view(by)
        if shown is None:
            return ""
        await self.play.close(by, shown.id)
        return words_of(shown.view["blocks"])

    def now(self) -> datetime:
        """Return the time it is in the workspace."""
        return SharedClock(self.sandbox.clock).now()

    def passes(self, **time: float) -> None:
        """Let time pass at once, for everybody: `passes(hours=3)`."""
        self.sandbox.clock.jump(timedelta(**time).total_seconds())

    def form(self, by: str = LEA) -> View:
        view = self.sandbox.workspace.open_view(by)
        assert view is not None, "no form is open"
        return view

    async def sees_form(self, by: str = LEA) -> View:
        """Wait until a form is open, which another process may still be about to do."""
        async with asyncio.timeout(PATIENCE):
            while self.sandbox.workspace.open_view(by) is None:
                await self.sandbox.changed(self.sandbox.version)
        return self.form(by)

    async def fills(self, by: str = LEA, **values: Any) -> None:
        """Fill in fields by name; `customer` is typed and then chosen from what is offered."""
        for name, given in values.items():
            view, value = self.form(by), given
            if name == "customer":
                offered = await self.play.suggest(by, view.id, name, value)
                near = [o for o in offered if value.casefold() in o["text"]["text"].casefold()]
                value = (near or offered)[0 if near else -1]  # the last one adds what was typed
            await self.play.fill(by, view.id, name, value)
            await self.rests()

    async def submits(self, by: str = LEA) -> Submission:
        return await self.play.submit(by, self.form(by).id)

    async def opens(self, *, by: str = LEA, where: str = SUPPORT, **values: Any) -> Channel:
        """Open an escalation through the form and return its room when all is done."""
        await self.types("", by=by, where=where)
        await self.fills(by, **{"customer": "Acme", "title": "Orders stand still"} | values)
        before = {c.id for c in self.sandbox.workspace.channels.values()}
        done = await self.submits(by)
        assert not done.errors, done.errors
        assert done.error is None, done.error
        await self.settles()
        new = [c for c in self.rooms() if c.id not in before]
        assert len(new) == 1, [c.name for c in new]
        return new[0]

    def rooms(self) -> list[Channel]:
        return [c for c in self.sandbox.workspace.channels.values() if c.name.startswith("esc-")]

    async def rests(self) -> None:
        """Wait until no request is being worked on."""
        await self.sandbox.delivery.idle()
        for bot in self.bots:
            await bot.doorway.afterwards.finish()

    async def settles(self) -> None:
        """Wait until the outbox is empty but for dead letters."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.rests()
                async with self.bot.database.reading() as tx:
                    left = await outbox.backlog(tx)
                if left.waiting == 0:
                    return
                await asyncio.sleep(0.01)

    def ephemerals(self, user: str = LEA) -> list[str]:
        return [
            words_of(e.blocks) or e.text
            for e in self.sandbox.workspace.ephemerals
            if e.user == user and not e.deleted
        ]

    def dm(self, user: str = LEA) -> list[str]:
        """Return what the bot's direct messages to a person say now."""
        channel = self.sandbox.workspace.dm(user)
        return [words_of(m.blocks) for m in channel.visible()] if channel else []

    async def looks_home(self, user: str = LEA) -> str:
        """Open the App Home and return what it says then."""
        await self.play.open_home(user)
        return await self.home(user)

    async def home(self, user: str = LEA) -> str:
        """Return what somebody's App Home says once everything that was begun is done."""
        await self.rests()
        return words_of(self.sandbox.workspace.homes[user].view["blocks"])

    def called(self, method: str) -> list[Json]:
        return [call.args for call in self.sandbox.calls if call.method == method]


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds that nobody announces."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.01)


def marked(channel: Channel, kind: str) -> list[Message]:
    """Return the bot's messages of one kind: card, plan, announcement, note."""
    return [
        m
        for m in channel.visible()
        if m.user == BOT and m.blocks and str(m.blocks[0].get("block_id")).startswith(f"{kind}:")
    ]


def words_of(blocks: Any) -> str:
    """Return everything a person reads in a tree of blocks, in order."""
    return "".join(_words(blocks))


READ = ("text", "title", "label", "elements", "fields", "blocks", "element")
LINES = {"header", "rich_text_section", "section", "rich_text_quote"}


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, dict):
        kind = node.get("type")
        yield {"user": f"@{node.get('user_id')}", "channel": f"#{node.get('channel_id')}"}.get(
            str(kind), str(node["fallback"]) if kind == "date" else ""
        )
        for value in (node.get(name) for name in READ if kind not in {"user", "date"}):
            yield from [value] if isinstance(value, str) else _words(value)
        yield "\n" if kind in LINES else ""


@contextlib.asynccontextmanager
async def open_war_room(
    database_url: str,
    *,
    replicas: int = 1,
    clock: Clock | None = None,
    slack_clock: SlackClock | None = None,
    coalescing: timedelta = SOON,
    monotonic: Callable[[], float] = hurried,
    **settings: Any,
) -> AsyncIterator[WarRoom]:
    """Serve a sandbox and that many replicas of the bot over real HTTP.

    With `slack_app_token` among the settings the bots come through web sockets instead. With
    `time.monotonic` they keep Slack's rates, for which most tests would only wait.
    """
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST, clock=slack_clock)
    sandbox.delivery.socket_mode = "slack_app_token" in settings
    sandbox.delivery.retry_delays = (0.0, 0.0, 0.0)
    sandbox.delivery.limit = PATIENCE  # a busy machine is slower than Slack allows
    war_room = WarRoom(sandbox)
    async with contextlib.AsyncExitStack() as stack:
        sandbox.base_url = await stack.enter_async_context(served(create_app(sandbox)))
        stack.push_async_callback(sandbox.aclose)
        for _ in range(replicas):
            chosen = settings_for(database_url, sandbox.base_url, **settings)
            bot = Warroom(
                chosen,
                clock=clock or SharedClock(sandbox.clock),
                coalescing=coalescing,
                monotonic=monotonic,
            )
            address = await stack.enter_async_context(served(bot.app))
            sandbox.delivery.http.urls.append(f"{address}/slack/events")
            war_room.bots.append(bot)
        yield war_room


__all__ = [
    "BOT",
    "ESCALATIONS",
    "EVA",
    "LEA",
    "SUPPORT",
    "WarRoom",
    "marked",
    "open_war_room",
    "until",
]
