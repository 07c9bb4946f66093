"""Sweeps that are rung often: one at a time, and not at once again after a failure."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.workers.delivery import Delivery
from bot.workers.housekeeping import Housekeeping
from bot.workers.scheduler import NonOverlappingJob, Scheduler
from storage.database.database import Database
from storage.queue import deadlines, outbox
from storage.queue.deadlines import Deadline
from tests.seeds import SetClock
from tests.statements import statements


class Counted:
    """A sweep that takes as long as it is told, or fails."""

    deadline = Deadline.REMINDER

    def __init__(self) -> None:
        self.times = 0
        self.may_end = asyncio.Event()
        self.fails = False

    async def sweep(self) -> None:
        self.times += 1
        if self.fails:
            raise ConnectionError
        await self.may_end.wait()


async def test_a_ring_during_a_sweep_starts_no_second_one() -> None:
    sweep = Counted()
    alone = NonOverlappingJob(sweep)
    first = asyncio.create_task(alone.ring())
    await asyncio.sleep(0)
    await alone.ring()
    assert sweep.times == 1

    sweep.may_end.set()
    await first
    await alone.ring()
    assert sweep.times == 2


async def test_a_sweep_that_failed_is_left_alone_for_a_while() -> None:
    sweep = Counted()
    sweep.fails = True
    alone = NonOverlappingJob(sweep)
    await alone.ring()
    await alone.ring()

    assert sweep.times == 1


NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def scheduler(database: Database, clock: SetClock, sweep: Counted) -> Scheduler:
    delivery = Delivery(database, clock, {}, owner="test")
    return Scheduler(database, clock, delivery, Housekeeping(database, clock), [sweep])


async def test_a_look_that_finds_nothing_costs_one_statement(database: Database) -> None:
    sweep = Counted()
    looking = scheduler(database, SetClock(NOW), sweep)
    await looking.look()  # at first everything is rung
    sweep.may_end.set()
    await asyncio.sleep(0)

    with statements() as sent:
        for _ in range(5):
            await looking.look()

    assert len([one for one in sent if one.lstrip().startswith("SELECT")]) == 5
    assert sweep.times == 1


async def test_an_hour_that_the_clock_jumps_over_is_not_made_up(database: Database) -> None:
    sweep, clock = Counted(), SetClock(NOW)
    sweep.may_end.set()
    looking = scheduler(database, clock, sweep)
    await looking.look()
    await asyncio.sleep(0)

    clock.passes(hours=1)
    await looking.look()
    clock.passes(hours=-2)
    await looking.look()
    await asyncio.sleep(0)

    assert sweep.times == 1


async def test_what_is_due_is_named(database: Database) -> None:
    effect = PostChange(escalation_id=EscalationId(1), by=SlackUserId("U1"), entries=())
    async with database.transaction() as tx:
        await outbox.enqueue(tx, effect, at=NOW)

    async with database.reading() as tx:
        before = await deadlines.due(tx, now=NOW - timedelta(seconds=1))
        after = await deadlines.due(tx, now=NOW)

    assert (set(before), set(after)) == (set(), {Deadline.EFFECT})
