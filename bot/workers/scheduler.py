"""The bells: APScheduler rings, state is in tables."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.services.lifecycle import Lifecycle
from bot.workers.delivery import RENEWAL, Delivery
from bot.workers.housekeeping import Housekeeping
from storage.database import background

POLL = timedelta(seconds=1)  # the safety net; a commit of this process rings at once
TIDYING = timedelta(hours=1)
ARCHIVING = timedelta(minutes=1)
SWEEPING = timedelta(milliseconds=250)  # how late a sweep may notice that something is due

AFTER_FAILURE = timedelta(seconds=5)


class Sweep(Protocol):
    """Looks for deadlines that have come; finding none costs one indexed read."""

    async def sweep(self) -> None: ...


class Scheduler:
    def __init__(
        self,
        delivery: Delivery,
        housekeeping: Housekeeping,
        lifecycle: Lifecycle,
        sweeps: Iterable[Sweep] = (),
    ) -> None:
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)

        async def ring() -> None:
            delivery.ring()

        self._every(POLL, ring)
        self._every(RENEWAL, delivery.keep_leases)
        self._every(TIDYING, housekeeping.forget)
        self._every(ARCHIVING, lifecycle.archive_due)
        self._sweeps = [Alone(one) for one in sweeps]
        for sweep in self._sweeps:
            # Two at once, so that a ring during a long sweep ends at once and is no warning.
            self._every(SWEEPING, sweep.ring, at_once=2)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Ring no more, and let a sweep that is at work come to its end."""
        self._scheduler.pause()
        for sweep in self._sweeps:
            await sweep.ended()
        self._scheduler.shutdown(wait=False)

    def _every(
        self, length: timedelta, job: Callable[[], Awaitable[object]], *, at_once: int = 1
    ) -> None:
        trigger = IntervalTrigger(seconds=length.total_seconds())
        # A late ring is still a ring: without this, one missed by a second would be dropped.
        self._scheduler.add_job(
            job, trigger, misfire_grace_time=None, coalesce=True, max_instances=at_once
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

    async def ended(self) -> None:
        """Wait until no sweep is at work."""
        async with self._at_work:
            return
