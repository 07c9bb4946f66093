"""The demo: a sandbox, the bot on a database of its own, and one escalation already open."""

import asyncio
import contextlib
import socket
import tempfile
from pathlib import Path

import typer
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import logs
from bot.main import Warroom, add_customers, migrated
from bot.sandbox.app import create_app
from bot.sandbox.demo import ESCALATIONS, EVA, LEA, MAX, SUPPORT, demo_workspace
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.settings import Settings

MANIFEST = Path(__file__).parent.parent / "app.yaml"
CUSTOMERS = (
    ("Acme Logistics", "strategic", "Europe/Berlin"),
    ("Globex", "enterprise", "America/New_York"),
    ("Initech", "growth", "America/Chicago"),
    ("Umbrella Health", "strategic", "Europe/London"),
    ("Hooli", "standard", "America/Los_Angeles"),
)


def show(port: int) -> None:
    """Serve the demo until it is interrupted; its database is gone afterwards."""
    logs.configure("WARNING")
    with (
        tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder,
        contextlib.suppress(KeyboardInterrupt),
    ):
        asyncio.run(_show(port, Path(folder)))


async def _show(port: int, folder: Path) -> None:
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    page, at_page = _listening(port)
    hook, at_hook = _listening(0)
    sandbox.base_url = at_page
    settings = _settings(folder, at_page)
    migrated(settings)
    bot = Warroom(settings)
    await add_customers(bot, CUSTOMERS)
    sandbox.delivery.http.urls = [f"{at_hook}/slack/events"]
    async with asyncio.TaskGroup() as group:
        serving = [
            group.create_task(_serve(create_app(sandbox), page)),
            group.create_task(_serve(bot.app, hook)),
        ]
        await _tell_story(sandbox, bot)
        typer.echo(_welcome(at_page))
        done, _others = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
        for task in serving:
            if task not in done:
                task.cancel()
    await sandbox.aclose()


async def _tell_story(sandbox: Sandbox, bot: Warroom) -> None:
    """Have a person open an escalation, so that there is something to look at."""
    play, workspace = Play(sandbox), sandbox.workspace
    play.say(LEA, SUPPORT, "Acme called: order release has been stuck since 08:40 in Rotterdam.")
    await play.command(LEA, SUPPORT, "/escalate", "Orders cannot be released in Rotterdam")
    await bot.doorway.afterwards.finish()
    view = workspace.open_view(LEA)
    if view is None:
        return
    offered = await play.suggest(LEA, view.id, "customer", "Acme")
    for name, value in {
        "customer": offered[0],
        "severity": "s2",
        "owner": EVA,
        "invited": [MAX],
        "customer_ask": "Release today's orders before the 16:00 dispatch.",
        "business_impact": "Two sites cannot ship; 1,900 orders wait.",
        "ticket_url": "https://tickets.example.com/PLAT-4412",
    }.items():
        await play.fill(LEA, view.id, name, value)
    await play.submit(LEA, view.id)
    await play.close(LEA, view.id)
    announced = workspace.channels[ESCALATIONS]
    while not announced.messages:
        await sandbox.changed(sandbox.version)


def _welcome(address: str) -> str:
    return (
        f"\nWarroom's sandbox is open at {address}\n\n"
        "  1. Write /escalate in #support, fill the form, and watch the room open.\n"
        "  2. In the new room press Acknowledge, then Menu; or write /escalate severity s1.\n"
        "  3. Order a bad day on the left (429, slow, down) and open another one.\n\n"
        "Ctrl+C ends it; nothing is kept.\n"
    )


def _settings(folder: Path, slack: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument
        slack_bot_token=SecretStr("xoxb-sandbox"),
        slack_signing_secret=SecretStr("sandbox-secret"),
        slack_api_url=f"{slack}/api/",
        database_url=f"sqlite:///{folder / 'demo.db'}",
        warroom_announce_channel=ESCALATIONS,
    )


def _listening(port: int) -> tuple[socket.socket, str]:
    # One that says it is TCP: asyncio leaves Nagle's delay on for others.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("127.0.0.1", port))
    opened.listen(256)
    return opened, f"http://127.0.0.1:{opened.getsockname()[1]}"


async def _serve(app: Starlette, listening: socket.socket) -> None:
    config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve(sockets=[listening])
