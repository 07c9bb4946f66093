"""Reminders: how late they come, and what it costs to look when nothing is due."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import policy_file
from bot.domain.clock import SystemClock
from bot.domain.effects import SendReminders
from bot.domain.room import ChannelId, MessageTs
from bot.services.reminders import Reminders
from bot.workers.delivery import Attempt, Delivery
from bot.workers.housekeeping import Housekeeping
from bot.workers.reminder_sweep import ReminderSweep
from bot.workers.scheduler import Scheduler
from storage.database import Database
from tests import seeds
from tests.bench.load import percentile

PENDING = (1_000, 10_000, 100_000)
DUE = 1_000
WITHIN = timedelta(seconds=60)
PEOPLE = [f"U0P{n:05}" for n in range(200)]
FAR = timedelta(days=30)
SWEEPS = 200
WARMING = timedelta(seconds=5)


@dataclass(slots=True)
class Measured:
    """Milliseconds of one sweep that finds nothing, for each number pending; seconds late."""

    idle: dict[int, float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.idle[PENDING[-1]] / self.idle[PENDING[0]]

    @property
    def p99(self) -> float:
        return percentile(self.late, 0.99)


async def measured(url: str) -> Measured:
    """Fill a database step by step, look at it idle, then let a thousand fall due in a minute."""
    database, clock, found = Database(url), SystemClock(), Measured()
    reminders = Reminders(database, clock, policy_file.load(None))
    await seeds.members(database, PEOPLE, at=clock.now())
    there = 0
    for pending in PENDING:
        await _pend(database, clock.now(), there, pending)
        there = pending
        found.idle[pending] = await _idle(reminders)
    found.late = await _late(database, clock, reminders)
    await database.close()
    return found


async def _pend(database: Database, now: datetime, there: int, pending: int) -> None:
    await seeds.escalations(
        database,
        pending - there,
        first=there + 1,
        owner=lambda n: PEOPLE[n % len(PEOPLE)],
        due_at=lambda n: now + FAR + timedelta(seconds=n),
        remind_at=lambda n: now + FAR + timedelta(seconds=n),
        began=now,
    )


async def _idle(reminders: Reminders) -> float:
    took = []
    for _ in range(SWEEPS):
        started = time.perf_counter()
        assert await reminders.sweep() == 0
        took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000


async def _late(database: Database, clock: SystemClock, reminders: Reminders) -> list[float]:
    """Return how many seconds after its due time each of a thousand reminders was said."""
    late: list[float] = []
    everything = asyncio.Event()

    async def say(effect: SendReminders, _attempt: Attempt) -> None:
        while batch := await reminders.take(effect.user, effect.room):
            await reminders.told(batch, ChannelId("D1"), MessageTs("1.0"))
            now = clock.now()
            late.extend((now - line.reminder.due_at).total_seconds() for line in batch.lines)
        if len(late) >= DUE:
            everything.set()

    delivery = Delivery(database, clock, {SendReminders: say}, owner="bench")
    database.listen(delivery.ring)
    sweeps = (ReminderSweep(reminders),)
    scheduler = Scheduler(delivery, Housekeeping(database, clock), sweeps)
    first = clock.now() + WARMING

    def due_at(number: int) -> datetime:
        return first + WITHIN * ((number - PENDING[-1]) / DUE)

    await seeds.escalations(
        database,
        DUE,
        first=PENDING[-1] + 1,
        owner=lambda n: PEOPLE[n % len(PEOPLE)],
        due_at=due_at,
        remind_at=due_at,
        began=clock.now(),
        given_at=due_at,  # so that it is said once, when it is due, and not before as well
    )
    scheduler.start()
    running = asyncio.create_task(delivery.run())
    async with asyncio.timeout(WITHIN.total_seconds() * 3):
        await everything.wait()
    await scheduler.stop()
    await delivery.stop(timedelta(seconds=5))
    await running
    return late
