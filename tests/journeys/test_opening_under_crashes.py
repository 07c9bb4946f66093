"""An opening whose process is killed: after each call of Slack's, and while replicas compete."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.app import create_app
from bot.sandbox.demo import demo_workspace
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.slack import Call, Sandbox
from tests.fakes.serving import free_port, served
from tests.process import BotProcess
from tests.war_room import MANIFEST, WarRoom, open_war_room
from tests.whole import assert_whole, fill

CALLS = 15  # as in test_opening_under_faults
PATIENCE = 60.0  # seconds; a lease of a killed replica runs for ten


@contextlib.asynccontextmanager
async def one_process(database_url: str) -> AsyncIterator[tuple[Sandbox, BotProcess]]:
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(sandbox)) as slack_url:
        sandbox.base_url = slack_url
        bot = BotProcess(database_url, slack_url, free_port())
        sandbox.delivery.http.urls = [f"{bot.url}/slack/events"]
        sandbox.delivery.retry_delays = (0.0, 0.0, 0.0)
        try:
            await bot.start()
            yield sandbox, bot
        finally:
            await bot.kill()
            await sandbox.aclose()


async def until_whole(sandbox: Sandbox) -> None:
    """Wait for the workspace to change until everything is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            seen = sandbox.version
            with contextlib.suppress(AssertionError):
                assert_whole(sandbox)
                return
            await sandbox.changed(seen)


async def dies_at(sandbox: Sandbox, bot: BotProcess, nth: int) -> None:
    """Kill the process when its nth call has been performed and before it is answered.

    Who somebody is Slack is asked before the submission is accepted; those calls do not count.
    """
    counted, killed = itertools.count(1), asyncio.Event()

    async def on_call(call: Call) -> None:
        if call.method != "users.info" and next(counted) == nth:
            await bot.kill()
            killed.set()

    sandbox.on_call = on_call
    await WarRoom(sandbox).submits()
    async with asyncio.timeout(PATIENCE):
        await killed.wait()
    sandbox.on_call = None


@pytest.mark.parametrize("nth", range(1, CALLS + 1))
async def test_a_process_killed_after_any_call_leaves_one_whole_room(
    database_url: str, nth: int
) -> None:
    async with one_process(database_url) as (sandbox, bot):
        await fill(WarRoom(sandbox))

        await dies_at(sandbox, bot, nth)
        await bot.start()

        await until_whole(sandbox)
        await still_whole(sandbox, bot)


@pytest.mark.parametrize("method", ["chat.update", "pins.add", "bookmarks.add"])
async def test_a_process_killed_while_it_arranges_overview_and_plan_leaves_them_in_order(
    database_url: str, method: str
) -> None:
    async with one_process(database_url) as (sandbox, bot):
        await fill(WarRoom(sandbox))
        late = Fault(kind=FaultKind.DELAY, method="chat.postMessage", nth=2, delay=0.5)
        sandbox.faults.add(late)
        killed = asyncio.Event()

        async def on_call(call: Call) -> None:
            if call.method == method and not killed.is_set():
                await bot.kill()
                killed.set()

        sandbox.on_call = on_call
        await WarRoom(sandbox).submits()
        async with asyncio.timeout(PATIENCE):
            await killed.wait()
        await bot.start()

        await until_whole(sandbox)
        await still_whole(sandbox, bot)


async def still_whole(sandbox: Sandbox, bot: BotProcess) -> None:
    """Let the process finish what is in hand; nothing may have come twice."""
    assert await bot.terminate() == 0
    assert_whole(sandbox)


async def test_a_process_killed_before_any_call_leaves_one_whole_room(database_url: str) -> None:
    async with one_process(database_url) as (sandbox, bot):
        await fill(WarRoom(sandbox))
        sandbox.latency = 5.0

        await WarRoom(sandbox).submits()
        await bot.kill()
        sandbox.latency = 0.0
        await bot.start()

        await until_whole(sandbox)


async def test_a_submission_delivered_twice_opens_one_room(war_room: WarRoom) -> None:
    await fill(war_room)
    war_room.sandbox.faults.deliver_twice = True

    await war_room.submits()
    await war_room.settles()

    assert_whole(war_room.sandbox)


async def test_a_submission_delivered_to_two_replicas_opens_one_room(postgres_url: str) -> None:
    async with open_war_room(postgres_url, replicas=2) as war_room:
        await fill(war_room)
        war_room.sandbox.faults.deliver_twice = True

        await war_room.submits()
        await war_room.settles()

        assert_whole(war_room.sandbox)


async def test_a_second_process_on_the_same_sqlite_file_is_refused(sqlite_url: str) -> None:
    async with one_process(sqlite_url) as (sandbox, bot):
        second = BotProcess(sqlite_url, sandbox.base_url, free_port())

        with pytest.raises(AssertionError, match="ended while starting"):
            await second.start()

        await WarRoom(sandbox).types("help")
        assert WarRoom(sandbox).ephemerals(), "the first process is gone"
        assert bot.pid != second.pid
