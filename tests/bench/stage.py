"""What the measurements run on: databases, the bot and the bare Bolt as processes."""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import psutil

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.sandbox.app import create_app
from bot.sandbox.demo import LEA, demo_workspace
from bot.sandbox.slack import Sandbox
from storage.customers import customers
from storage.database import migrate
from storage.database.database import Database
from storage.people import people
from tests.conftest import create_database
from tests.fakes.serving import free_port, served
from tests.process import BotProcess
from tests.war_room import MANIFEST


@dataclass
class Stage:
    sandbox: Sandbox
    bot: BotProcess

    def memory(self) -> float:
        """Return the bot's resident memory in MiB."""
        assert self.bot.pid is not None
        return float(psutil.Process(self.bot.pid).memory_info().rss) / 2**20


async def fresh(kind: str, server: str) -> str:
    """Return the address of a migrated database that knows one person and one customer."""
    if kind == "SQLite":
        url = f"sqlite:///{Path(tempfile.mkdtemp(prefix='warroom-bench-')) / 'bench.db'}"
    else:
        url = create_database(server, f"bench_{time.monotonic_ns()}")
    await asyncio.to_thread(migrate.upgrade, url)
    database = Database(url)
    async with database.transaction() as tx:
        lea = Person(id=SlackUserId(LEA), name="lea", kind=PersonKind.MEMBER)
        await people.upsert(tx, lea, at=datetime.now(UTC))
        await customers.find_or_add(tx, Customer(id=CustomerId(0), name="Acme"))
    await database.close()
    return url


@contextlib.asynccontextmanager
async def stage(url: str) -> AsyncIterator[Stage]:
    """Serve the sandbox here and the bot in a process of its own."""
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(sandbox)) as slack_url:
        sandbox.base_url = slack_url
        more = {"SLACK_TIMEOUT_SECONDS": "120", "WARROOM_POLICY": str(without_limit())}
        bot = BotProcess(url, slack_url, free_port(), more)
        sandbox.delivery.http.urls = [f"{bot.url}/slack/events"]
        try:
            await bot.start()
            yield Stage(sandbox, bot)
        finally:
            await bot.kill()
            await sandbox.aclose()


def without_limit() -> Path:
    """Return the shipped policy without its limit of openings: one person opens thousands here."""
    shipped = (MANIFEST.parent / "bot" / "policy.yaml").read_text(encoding="utf-8")
    path = Path(tempfile.mkdtemp()) / "policy.yaml"
    path.write_text(shipped.replace("most_openings: 20", "most_openings: 9999"), encoding="utf-8")
    return path


@contextlib.asynccontextmanager
async def bare(url: str | None = None) -> AsyncIterator[str]:
    """Serve bare Bolt in a process of its own and yield its address."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.bare",
        env=environment | ({"DATABASE_URL": url} if url else {}),
        stderr=asyncio.subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(address):
                    break
            await asyncio.sleep(0.05)
    yield address
    process.kill()
    await process.wait()
