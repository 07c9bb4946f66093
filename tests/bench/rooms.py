"""How quick it stays across rooms and inside a busy one; alone: python -m tests.bench.rooms."""

import asyncio
import logging
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import structlog

from bot import policy_file
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.escalation.room import ChannelId, Room, RoomState
from bot.domain.people import (
    ESCALATION_MANAGER,
    Assignment,
    Person,
    PersonKind,
    SlackUserId,
    TeamId,
)
from bot.domain.plan.item import Content, Item, ItemId, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.home import ListQuery
from bot.domain.time.clock import SystemClock
from bot.sandbox.demo import EVA, LEA, TEAM
from bot.sandbox.play import Play
from bot.sandbox.slack import Call
from bot.sandbox.workspace import Channel
from bot.services.reading.home import Homes
from bot.views.reading import home as home_view
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.plan import items
from storage.rooms import rooms
from tests.bench.load import Signed, at_once, signed, submission
from tests.bench.stage import Stage, fresh, stage
from tests.fakes.postgres import postgres
from tests.war_room import marked

KINDS = ("SQLite", "Postgres")
MINE, OTHERS, ITEMS_EACH = 200, 2000, 5
CHANGES, DECISIONS, LOOKS = 50, 8, 20
SLOW = 0.1  # seconds Slack takes for a call


class Measured(NamedTuple):
    what: str
    bar: str
    measured: str
    is_met: bool


async def measured(server: str) -> AsyncIterator[Measured]:
    """Yield the rows of the table, one by one."""
    for kind in KINDS:
        yield await home(kind, server)
        async for row in burst(kind, server):
            yield row
        yield await decision(kind, server)


async def home(kind: str, server: str) -> Measured:
    """Read and draw the Home of somebody with 200 escalations, among 2,000 of others."""
    database, clock = Database(await fresh(kind, server)), SystemClock()
    async with database.transaction() as tx:
        await _crowd(tx, clock)
    homes = Homes(database, clock, policy_file.load(None))
    lea = Person(id=SlackUserId(LEA), name="lea", kind=PersonKind.MEMBER)
    took = []
    for _ in range(LOOKS + 1):
        started = time.perf_counter()
        home_view.home(await homes.home(ListQuery(), to=lea))
        took.append((time.perf_counter() - started) * 1000)
    await database.close()
    median, slowest = statistics.median(took[1:]), max(took)  # the first one builds statements
    return Measured(
        f"Home of a person with {MINE} escalations, among {OTHERS:,}, read and drawn, {kind}",
        "≤ 300 ms",
        f"{median:.0f} ms (slowest {slowest:.0f} ms)",
        median <= 300,
    )


async def burst(kind: str, server: str) -> AsyncIterator[Measured]:
    """Change the plan 50 times at once and wait until it stands as it ended."""
    async with stage(await fresh(kind, server)) as ours:
        room = await opened(ours)
        plan, drawn = marked(room, "plan")[0].ts, []

        async def on_call(call: Call) -> None:
            if call.method == "chat.update" and call.args.get("ts") == plan:
                drawn.append(time.perf_counter())

        ours.sandbox.latency, ours.sandbox.on_call = SLOW, on_call
        changes = [
            _typed(room, f"block A-{n % 5 + 1} reason {n}", number=n) for n in range(CHANGES)
        ]
        started = time.perf_counter()
        await at_once(ours.bot.url, changes, together=CHANGES)
        acked = time.perf_counter() - started
        await quiet(ours)
    shown = drawn[-1] - started
    name = f"{CHANGES} changes of a plan at once, Slack at 100 ms, {kind}"
    yield Measured(f"{name}: times it is drawn", "≤ 5", f"{len(drawn)}", len(drawn) <= 5)
    told = f"{shown:.2f} s (all acknowledged after {acked:.2f} s)"
    yield Measured(f"{name}: the last state is shown", "≤ 5 s", told, shown <= 5)


async def decision(kind: str, server: str) -> Measured:
    """Mark messages as decisions, one after another, until our message stands in the thread."""
    async with stage(await fresh(kind, server)) as ours:
        room, play, took = await opened(ours), Play(ours.sandbox), []
        ours.sandbox.latency = SLOW
        for number in range(DECISIONS + 1):
            said = play.say(LEA, room.id, f"We do it like this {number}")
            posted = asyncio.get_running_loop().create_future()

            async def on_call(
                call: Call, said: str = said, posted: "asyncio.Future[float]" = posted
            ) -> None:
                is_ours = call.method == "chat.postMessage" and call.args.get("thread_ts") == said
                if is_ours and not posted.done():
                    posted.set_result(time.perf_counter())

            ours.sandbox.on_call = on_call
            started = time.perf_counter()
            play.react(LEA, room.id, said, "scales")
            async with asyncio.timeout(20):
                took.append((await posted - started) * 1000)
            await asyncio.sleep(1.2)  # Slack takes one message a second of a channel
    median, slowest = statistics.median(took[1:]), max(took[1:])
    return Measured(
        f"a decision is acknowledged in its thread, Slack at 100 ms, {kind}",
        "≤ 600 ms",
        f"{median:.0f} ms (slowest {slowest:.0f} ms)",
        median <= 600,
    )


async def opened(ours: Stage) -> Channel:
    """Open a room and return it when everything in it is done."""
    await at_once(ours.bot.url, [submission(1)], together=1)
    await quiet(ours)
    found = ours.sandbox.workspace.channels.values()
    return next(channel for channel in found if channel.name.startswith("esc-"))


async def quiet(ours: Stage) -> None:
    """Wait until Slack has not been called for a while."""
    seen = -1
    while seen != len(ours.sandbox.calls):
        seen = len(ours.sandbox.calls)
        await asyncio.sleep(2.0)


def _typed(room: Channel, text: str, *, number: int) -> Signed:
    fields = {
        "command": "/escalate",
        "text": text,
        "user_id": LEA,
        "team_id": TEAM,
        "channel_id": room.id,
        "trigger_id": f"2.{number}",
    }
    return signed(urlencode(fields))


async def _crowd(tx: Transaction, clock: SystemClock) -> None:
    """Store Lea's escalations with rooms, roles and items due, and as many more of others."""
    customer = await customers.find_or_add(tx, Customer(id=CustomerId(0), name="Acme"))
    now, severities = clock.now(), list(Severity)
    for number in range(MINE + OTHERS):
        is_mine = number % ((MINE + OTHERS) // MINE) == 0
        user = SlackUserId(LEA if is_mine else EVA)
        draft = Escalation(
            id=EscalationId(0),
            team_id=TeamId(TEAM),
            customer_id=customer.id,
            title=f"Orders stand still {number}",
            problem="x" * 500,
            business_impact="x" * 500,
            customer_ask="x" * 500,
            severity=severities[number % 4],
            status=Status.ACTIVE,
            visibility=Visibility.PRIVATE if number % 3 == 0 else Visibility.PUBLIC,
            owner=user,
            raised_by=SlackUserId(EVA),
            raised_at=now - timedelta(hours=number),
            submission_key=f"bench:{number}",
            next_update_due_at=now + timedelta(minutes=number),
        )
        added = await escalations.add(tx, draft)
        assert added is not None
        await _with_work(tx, added, user)


async def _with_work(tx: Transaction, escalation: Escalation, user: SlackUserId) -> None:
    at = escalation.raised_at
    held = Assignment(
        role=ESCALATION_MANAGER, user_id=user, assigned_by=escalation.raised_by, assigned_at=at
    )
    await escalations.assign(tx, escalation.id, [held])
    channel = ChannelId(f"C{escalation.id:09d}")
    room = Room(escalation_id=escalation.id, state=RoomState.OPEN, channel_id=channel)
    await rooms.add(tx, room)
    due = replace(Content(text="Replay the export"), owner=user, due_at=at + timedelta(hours=1))
    item = Item(
        id=ItemId(0),
        escalation_id=escalation.id,
        kind=ItemKind.ACTION,
        number=0,
        state=ItemState.OPEN,
        content=due,
        recorded_by=user,
        recorded_at=at,
        said_at=at,
    )
    found = [replace(item, key=f"bench:{n}") for n in range(ITEMS_EACH)]
    await items.add_once(tx, escalation.id, found)


async def _alone(server: str) -> None:
    async for row in measured(server):
        met = "yes" if row.is_met else "NO"
        print(f"| {row.what} | {row.bar} | {row.measured} | {met} |", flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    logging.disable(logging.CRITICAL)
    with postgres() as address:
        asyncio.run(_alone(address))
