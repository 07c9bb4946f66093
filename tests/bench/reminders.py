"""Reminders: how late they come, and what it costs to look when nothing is due."""

import asyncio
from datetime import datetime, timedelta

from bot import policy_file
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.reminders.effects import SendReminders
from bot.domain.time.clock import SystemClock
from bot.services.reminders.reminders import Reminders
from bot.workers.delivery import Attempt
from bot.workers.reminders.sweep import ReminderSweep
from storage.database.database import Database
from tests import seeds
from tests.bench.deadlines import (
    DUE,
    FAR,
    PENDING,
    PEOPLE,
    WARMING,
    WITHIN,
    Measured,
    idle,
    until_told,
)


async def measured(url: str) -> Measured:
    """Fill a database step by step, look at it idle, then let a thousand fall due in a minute."""
    database, clock, found = Database(url), SystemClock(), Measured()
    reminders = Reminders(database, clock, policy_file.load(None))
    await seeds.members(database, PEOPLE, at=clock.now())
    there = 0
    for pending in PENDING:
        await _pend(database, clock.now(), there, pending)
        there = pending
        found.idle[pending] = await idle(reminders.sweep)
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
    sweep = ReminderSweep(reminders)
    await until_told(database, clock, sweep, {SendReminders: say}, everything)
    return late
