"""The sweep: many due at once, several replicas at once, and what happens between its steps."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot import policy_file
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.reminders.effects import SendReminders
from bot.domain.reminders.message import Batch
from bot.services.reminders.reminders import AT_A_TIME, Reminders
from bot.workers.delivery import Attempt, Delivery
from storage.database.database import Database
from tests import seeds
from tests.seeds import BEGAN, SetClock

COUNT = 2 * AT_A_TIME + 50
DUE = BEGAN + timedelta(hours=5)
PEOPLE = [f"U0P{n:05}" for n in range(7)]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(BEGAN)


@pytest.fixture
async def seeded(database_url: str) -> str:
    """A database with many escalations whose actions are all due at the same instant."""
    opened = Database(database_url)
    await seeds.members(opened, PEOPLE, at=BEGAN)
    await seeds.escalations(
        opened,
        COUNT,
        owner=lambda n: PEOPLE[n % len(PEOPLE)],
        due_at=lambda _n: DUE,
        remind_at=lambda _n: DUE,
    )
    await opened.close()
    return database_url


class Said:
    """Performs SendReminders without Slack, and keeps what was said."""

    def __init__(self, reminders: Reminders) -> None:
        self._reminders = reminders
        self.batches: list[Batch] = []

    async def send(self, effect: SendReminders, _attempt: Attempt) -> None:
        while batch := await self._reminders.take(effect.user, effect.room):
            self.batches.append(batch)
            await self._reminders.told(batch, ChannelId("D1"), MessageTs(batch.name))


def on(database: Database, clock: SetClock) -> Reminders:
    return Reminders(database, clock, policy_file.load(None))


async def test_replicas_that_sweep_at_once_ring_each_once(seeded: str, clock: SetClock) -> None:
    databases = [Database(seeded) for _ in range(1 if "sqlite" in seeded else 3)]
    replicas = [on(database, clock) for database in databases for _ in range(2)]
    clock.at = DUE
    rung = await asyncio.gather(*(replica.sweep() for replica in replicas))

    assert sum(rung) == COUNT
    async with databases[0].reading() as tx:
        counts = await tx.all(text("SELECT count, count(*) AS times FROM reminders GROUP BY count"))
        wishes = await tx.all(text("SELECT key FROM outbox"))
    assert counts == [{"count": 1, "times": COUNT}]
    assert len(wishes) == len(PEOPLE)
    assert await replicas[0].sweep() == 0
    for database in databases:
        await database.close()


async def test_everything_of_one_sweep_is_one_message_for_each_person(
    seeded: str, clock: SetClock
) -> None:
    database = Database(seeded)
    reminders = on(database, clock)
    said = Said(reminders)
    clock.at = DUE
    await reminders.sweep()
    clock.passes(seconds=1)
    await Delivery(database, clock, {SendReminders: said.send}, owner="one").drain()

    assert Counter(batch.person for batch in said.batches) == dict.fromkeys(PEOPLE, 1)
    assert sum(len(batch.lines) for batch in said.batches) == COUNT
    await database.close()


async def test_two_deliveries_say_each_thing_once(seeded: str, clock: SetClock) -> None:
    databases = [Database(seeded) for _ in range(1 if "sqlite" in seeded else 2)]
    replicas = [on(database, clock) for database in databases]
    said = [Said(replica) for replica in replicas]
    clock.at = DUE
    await asyncio.gather(*(replica.sweep() for replica in replicas))
    clock.passes(seconds=1)
    deliveries = [
        Delivery(database, clock, {SendReminders: one.send}, owner=f"{n}")
        for n, (database, one) in enumerate(zip(databases, said, strict=True))
    ]
    await asyncio.gather(*(delivery.drain() for delivery in deliveries))

    lines = Counter(
        line.reminder.id for one in said for batch in one.batches for line in batch.lines
    )
    assert len(lines) == COUNT
    assert set(lines.values()) == {1}
    for database in databases:
        await database.close()


async def test_what_was_taken_and_not_told_is_taken_again_under_its_name(
    seeded: str, clock: SetClock
) -> None:
    database = Database(seeded)
    reminders = on(database, clock)
    clock.at = DUE
    await reminders.sweep()
    first = await reminders.take(SlackUserId(PEOPLE[0]), None)
    again = await reminders.take(SlackUserId(PEOPLE[0]), None)

    assert first is not None
    assert again is not None
    assert (first.in_doubt, again.in_doubt) == (False, True)
    assert first.name == again.name
    await reminders.told(again, ChannelId("D1"), MessageTs("1.0"))
    assert await reminders.take(SlackUserId(PEOPLE[0]), None) is None
    await database.close()


async def test_what_was_done_since_it_fell_due_is_left_out(seeded: str, clock: SetClock) -> None:
    database = Database(seeded)
    reminders = on(database, clock)
    clock.at = DUE
    await reminders.sweep()
    async with database.transaction() as tx:
        await tx.execute(text("UPDATE items SET state = 'done', ended_at = recorded_at"))

    assert await reminders.take(SlackUserId(PEOPLE[0]), None) is None
    await database.close()


async def test_nothing_due_asks_one_index(seeded: str) -> None:
    database = Database(seeded)
    query = "SELECT escalation_id FROM timeline_heads WHERE remind_at <= '2026-01-01' LIMIT 1"
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    async with database.transaction() as tx:
        if not database.is_sqlite:
            await tx.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str(await tx.all(text(f"{explain} {query}")))
    assert "ix_timeline_heads_remind" in plan
    await database.close()
