"""When to look: twice a second at all deadlines; APScheduler rings what happens by the hour.

State is in tables. The looks run on monotonic time: a wall clock that jumps an hour ahead owes
nothing for the hour, and one that jumps back silences nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.time.clock import Clock
from bot.workers.delivery import RENEWAL, Delivery
from bot.workers.housekeeping import Housekeeping
from bot.workers.recurring_failure import RecurringFailure
from storage.database.database import Database, background
from storage.queue import deadlines
from storage.queue.deadlines import Deadline

LOOKING = timedelta(milliseconds=500)  # how late it may be noticed that something is due
ANYWAY = timedelta(seconds=5)  # the safety net: everything is rung, whatever is known to be due
TIDYING = timedelta(hours=1)
AFTER_FAILURE = timedelta(seconds=5)


class Sweep(Protocol):
    """Does what has fallen due; finding nothing costs one indexed read.

    Attributes:
        deadline: What it is rung for as soon as that is due.
    """

    @property
    def deadline(self) -> Deadline: ...

    async def sweep(self) -> None: ...


class Scheduler:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        delivery: Delivery,
        housekeeping: Housekeeping,
        sweeps: Iterable[Sweep] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._delivery = delivery
        self._sweeps = [NonOverlappingJob(sweep) for sweep in sweeps]
        self._anyway = Every(ANYWAY)
        self._renewal = Every(RENEWAL)
        self._failure = RecurringFailure("deadlines_unreadable")
        self._work_failure = RecurringFailure("work_failed")
        self._at_work: set[asyncio.Task[Any]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._leaving = False
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        trigger = IntervalTrigger(seconds=TIDYING.total_seconds())
        # A late ring is still a ring: without this, one missed by a second would be dropped.
        self._scheduler.add_job(
            self._tidy, trigger, [housekeeping], misfire_grace_time=None, coalesce=True
        )

    def start(self) -> None:
        self._scheduler.start()
        self._looking = asyncio.create_task(self._look_on())

    async def stop(self) -> None:
        """Ring no more, and let what is at work come to its end.

        Cancelling it would leave connections of the database behind.
        """
        self._leaving = True
        if self._looking is not None:
            await self._looking
        self._scheduler.pause()
        while self._at_work:
            await asyncio.wait(set(self._at_work))
        self._scheduler.shutdown(wait=False)

    async def _look_on(self) -> None:
        while not self._leaving:
            with self._failure.noted():
                await self.look()
            await asyncio.sleep(LOOKING.total_seconds())

    async def look(self) -> None:
        """Ring what is due, and now and then everything; finding nothing costs one statement."""
        async with self._database.reading() as tx:
            due = await deadlines.due(tx, now=self._clock.now())
        is_all = self._anyway.has_come()
        if is_all or Deadline.EFFECT in due:
            self._delivery.ring()
        if Deadline.LEASE in due or (self._delivery.is_at_work and self._renewal.has_come()):
            self._begin(self._delivery.keep_leases)
        for one in self._sweeps:
            if is_all or one.deadline in due:
                self._begin(one.ring)

    async def _tidy(self, housekeeping: Housekeeping) -> None:
        self._begin(housekeeping.forget)

    def _begin(self, job: Callable[[], Awaitable[object]]) -> None:
        """Have something done beside everything else."""
        if not self._leaving:
            task = asyncio.create_task(_noted(job, self._work_failure))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)


class Every:
    """A time that comes again and again, and at once at first; what was missed is left out."""

    def __init__(self, length: timedelta) -> None:
        self._length = length.total_seconds()
        self._next = 0.0

    def has_come(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._next:
            return False
        self._next = now + self._length
        return True


class NonOverlappingJob:
    """A sweep that is rung often: one at a time, and after a failure not again at once."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._at_work = asyncio.Lock()
        self._not_before = 0.0
        self._failure = RecurringFailure(f"{type(sweep).__name__}_failed")

    @property
    def deadline(self) -> Deadline:
        return self._sweep.deadline

    async def ring(self) -> None:
        clock = asyncio.get_running_loop().time
        if self._at_work.locked() or clock() < self._not_before:
            return
        async with self._at_work:
            self._not_before = clock() + AFTER_FAILURE.total_seconds()
            with self._failure.noted(), background():
                await self._sweep.sweep()
                self._not_before = 0.0


async def _noted(job: Callable[[], Awaitable[object]], failure: RecurringFailure) -> None:
    with failure.noted():
        await job()
