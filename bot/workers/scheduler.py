"""The bells: APScheduler rings, state is in tables."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.services.lifecycle import Lifecycle
from bot.workers.delivery import RENEWAL, Delivery
from bot.workers.housekeeping import Housekeeping

POLL = timedelta(seconds=1)  # the safety net; a commit of this process rings at once
TIDYING = timedelta(hours=1)
ARCHIVING = timedelta(minutes=1)
SWEEPING = timedelta(milliseconds=250)  # how late a sweep may notice that something is due


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
        for one in sweeps:
            self._every(SWEEPING, one.sweep)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def _every(self, length: timedelta, job: Callable[[], Awaitable[object]]) -> None:
        trigger = IntervalTrigger(seconds=length.total_seconds())
        # A late ring is still a ring: without this, one missed by a second would be dropped.
        self._scheduler.add_job(job, trigger, misfire_grace_time=None, coalesce=True)
