"""A reminder whose process is killed: nothing is lost, nothing is said twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.time.clock import SystemClock
from bot.sandbox.app import create_app
from bot.sandbox.demo import MAX, demo_workspace
from bot.sandbox.slack import Call, Sandbox
from storage.database.database import Database
from storage.queue import outbox
from tests import seeds
from tests.fakes.serving import free_port, served
from tests.journeys.reminders import messages
from tests.process import BotProcess
from tests.war_room import MANIFEST, until, words_of

PATIENCE = 60.0  # seconds; a lease of a killed replica runs for ten
DUE = 4


@contextlib.asynccontextmanager
async def waiting(database_url: str) -> AsyncIterator[tuple[Sandbox, BotProcess]]:
    """A sandbox, and a bot that is down while reminders have fallen due."""
    database, now = Database(database_url), SystemClock().now()
    await seeds.escalations(
        database,
        DUE,
        owner=lambda _n: MAX,
        due_at=lambda _n: now - timedelta(hours=2),
        remind_at=lambda _n: now - timedelta(hours=3),
        began=now - timedelta(days=1),
    )
    await database.close()
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(sandbox)) as slack_url:
        sandbox.base_url = slack_url
        bot = BotProcess(database_url, slack_url, free_port())
        try:
            yield sandbox, bot
        finally:
            await bot.kill()
            await sandbox.aclose()


async def said(sandbox: Sandbox) -> list[str]:
    """Wait until somebody was reminded, and return what was said."""
    async with asyncio.timeout(PATIENCE):
        while True:
            seen = sandbox.version
            if found := messages(sandbox.workspace.dm(MAX)):
                return [words_of(message.blocks) for message in found]
            await sandbox.changed(seen)


@pytest.mark.parametrize("method", ["users.info", "chat.postMessage"])
async def test_a_process_killed_while_it_reminds_has_it_said_once_after_the_restart(
    database_url: str, method: str
) -> None:
    async with waiting(database_url) as (sandbox, bot):
        killed = asyncio.Event()

        async def on_call(call: Call) -> None:
            if call.method == method and not killed.is_set():
                await bot.kill()
                killed.set()

        sandbox.on_call = on_call
        with contextlib.suppress(AssertionError):  # it may die before it says that it is ready
            await bot.start()
        async with asyncio.timeout(PATIENCE):
            await killed.wait()
        await bot.start()
        found = await said(sandbox)
        assert len(found) == 1
        assert found[0].startswith(f"{DUE} reminders · late: Warroom was offline")

        await settled(bot)
        assert len(await said(sandbox)) == 1


async def settled(bot: BotProcess) -> None:
    """Wait until nothing is left to be done, then start once more."""
    database = Database(bot.database_url)

    async def is_empty() -> bool:
        async with database.reading() as tx:
            return (await outbox.backlog(tx)).waiting == 0

    await until(is_empty)
    await database.close()
    assert await bot.terminate() == 0
    await bot.start()
