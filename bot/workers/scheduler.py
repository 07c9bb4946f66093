"""The bells: APScheduler rings, state is in tables."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.workers.delivery import RENEWAL, Delivery
from bot.workers.housekeeping import Housekeeping
from storage.database import background

POLL = timedelta(seconds=1)  # the safety net; a commit of this process rings at once
TIDYING = timedelta(hours=1)
SWEEPING = timedelta(milliseconds=500)  # how late a sweep may notice that something is due

AFTER_FAILURE = timedelta(seconds=5)


class Sweep(Protocol):
    """Looks for deadlines that have come; finding none costs one indexed read."""

    async def sweep(self) -> None: ...


class Scheduler:
    def __init__(
        self, delivery: Delivery, housekeeping: Housekeeping, sweeps: Iterable[Sweep] = ()
    ) -> None:
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        self._at_work: set[asyncio.Task[Any]] = set()
        self._leaving = False

        async def ring() -> None:
            delivery.ring()

        self._every(POLL, ring)
        self._every(RENEWAL, delivery.keep_leases)
        self._every(TIDYING, housekeeping.forget)
        for one in sweeps:
            # Two at once, so that a ring during a long sweep ends at once and is no warning.
            self._every(SWEEPING, Alone(one).ring, at_once=2)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Ring no more, and let what is at work come to its end.

        APScheduler would cancel it, which leaves connections of the database behind.
        """
        self._leaving = True
        self._scheduler.pause()
        if self._at_work:
            await asyncio.wait(set(self._at_work))
        self._scheduler.shutdown(wait=False)

    def _every(
        self, length: timedelta, job: Callable[[], Awaitable[object]], *, at_once: int = 1
    ) -> None:
        async def work() -> None:
            task = asyncio.current_task()
            if self._leaving or task is None:
                return
            self._at_work.add(task)
            try:
                await job()
            finally:
                self._at_work.discard(task)

        trigger = IntervalTrigger(seconds=length.total_seconds())
        # A late ring is still a ring: without this, one missed by a second would be dropped.
        self._scheduler.add_job(
            work, trigger, misfire_grace_time=None, coalesce=True, max_instances=at_once
        )


class Alone:
    """A sweep that is rung often: one at a time, and after a failure not again at once."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._at_work = asyncio.Lock()
        self._not_before = 0.0

    async def ring(self) -> None:
        clock = asyncio.get_running_loop().time
        if self._at_work.locked() or clock() < self._not_before:
            return
        async with self._at_work:
            self._not_before = clock() + AFTER_FAILURE.total_seconds()
            with background():
                await self._sweep.sweep()
            self._not_before = 0.0
