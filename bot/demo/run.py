"""The demo: a sandbox, the bot on a database of its own, and one escalation already open."""

import asyncio
import contextlib
import itertools
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import logs
from bot.demo import policy as demo_policy
from bot.demo import story as demo_story
from bot.domain.customers import file
from bot.main import Warroom, migrated
from bot.sandbox.app import create_app
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.demo import ESCALATIONS, demo_workspace
from bot.sandbox.slack import Sandbox
from bot.services.customers.customers import Customers
from bot.settings import Settings
from handlers.transport.http import KEEP_ALIVE

MANIFEST = Path(__file__).parents[2] / "app.yaml"


def show(port: int, speed: float) -> None:
    """Serve the demo until it is interrupted; its database is gone afterwards.

    Args:
        port: Where the page is served, on this machine only.
        speed: How many seconds of the workspace's time pass in one real second.
    """
    logs.configure("WARNING")
    with (
        tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder,
        contextlib.suppress(KeyboardInterrupt),
    ):
        asyncio.run(Demo(Path(folder), speed).serve(port))


class SharedClock:
    """The workspace's clock for the bot, so that both live at the same speed."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)


class Demo:
    """A sandbox and the bot in it; beginning anew replaces both but the page's address."""

    def __init__(self, folder: Path, speed: float) -> None:
        self._folder, self._speed = folder, speed
        self._policy = demo_policy.write(folder)
        self._database = folder / "demo.db"
        self._sandbox = Sandbox(
            workspace=demo_workspace(), manifest=MANIFEST, clock=SandboxClock(speed=speed)
        )
        self._sandbox.story = demo_story.steps()
        self._sandbox.on_reset = self._begin_anew
        self._sandbox.on_restart = self._restart
        self._numbers = itertools.count(1)
        self._served: Served | None = None

    async def serve(self, port: int) -> None:
        listening = listen(port)
        self._sandbox.base_url = address_of(listening)
        page = Served(create_app(self._sandbox), listening)
        try:
            await self._begin()
            typer.echo(_welcome(self._sandbox.base_url))
            await page.ended()
        finally:
            await self._end()
            await page.stop()
            await self._sandbox.aclose()

    async def _begin(self) -> None:
        self._database = self._folder / f"{next(self._numbers)}.db"
        bot = await self._started()
        listed = file.parse(demo_story.CUSTOMERS).customers
        await Customers(bot.database).bring_in(listed, dry_run=False)
        await demo_story.tell(self._sandbox)

    async def _started(self) -> Warroom:
        """Start the bot on the database of the present story, at an address of its own."""
        settings = _settings(self._database, self._policy, self._sandbox.base_url)
        await asyncio.to_thread(migrated, settings)
        bot = Warroom(settings, clock=SharedClock(self._sandbox.clock))
        listening = listen(0)
        self._sandbox.delivery.http.urls = [f"{address_of(listening)}/slack/events"]
        self._served = Served(bot.app, listening)
        return bot

    async def _end(self) -> None:
        if self._served is not None:
            await self._served.stop()

    async def _begin_anew(self) -> None:
        await self._end()
        self._forget()
        await self._begin()

    def _forget(self) -> None:
        self._sandbox.begin_anew(demo_workspace())
        self._sandbox.clock.run(self._speed)

    async def _restart(self) -> None:
        """Have the bot go and come back, as when it is upgraded; Slack and its record stay."""
        await self._end()
        await self._started()


class _Server(uvicorn.Server):
    """One of several in this process, which leaves Ctrl+C to the process."""

    def capture_signals(self) -> contextlib.nullcontext[None]:  # type: ignore[override]
        return contextlib.nullcontext()


class Served:
    """An application served on a socket that listens already."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            date_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def ended(self) -> None:
        await asyncio.wait({self._task})  # unlike awaiting it, this does not cancel it with us

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._task


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine; 0 takes any free port."""
    # One that says it is TCP: asyncio leaves Nagle's delay on for others.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("127.0.0.1", port))
    opened.listen(256)
    return opened


def address_of(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _welcome(address: str) -> str:
    return (
        f"\nWarroom's sandbox is open at {address}\n\n"
        "  1. Type /escalate in #support, fill in the form and watch the room open. Press\n"
        "     Acknowledge there, then try /escalate severity s1.\n"
        "  2. Go to the Rotterdam room, which nobody has acknowledged, and speed up time (Clock,\n"
        "     top, 60x; or start with --speed 60). Within a minute its clock warns, is missed and\n"
        "     notifies the next level. Press Breach record, then Acknowledge: it recovers.\n"
        "  3. Go to #leadership. Breaches show up there at once, and the digest comes three hours\n"
        "     after the start, which is three minutes at 60x.\n\n"
        "The page suggests more to try. Bad days, top, breaks Slack and restarts the bot.\n"
        "Ctrl+C ends it; nothing is kept.\n"
    )


def _settings(database: Path, policy: Path, slack: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument
        slack_bot_token=SecretStr("xoxb-sandbox"),
        slack_signing_secret=SecretStr("sandbox-secret"),
        slack_api_url=f"{slack}/api/",
        database_url=f"sqlite:///{database}",
        warroom_policy=policy,
        warroom_announce_channel=ESCALATIONS,
    )
