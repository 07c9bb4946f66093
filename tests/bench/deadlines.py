"""How every kind of deadline is measured: an idle look, and a thousand that come in a minute."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.time.clock import Clock
from bot.workers.delivery import Delivery, Performer
from bot.workers.housekeeping import Housekeeping
from bot.workers.scheduler import Scheduler, Sweep
from storage.database.database import Database
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


async def idle(look: Callable[[], Awaitable[int]]) -> float:
    """Return the milliseconds of a look that finds nothing."""
    took = []
    for _ in range(SWEEPS):
        started = time.perf_counter()
        assert await look() == 0
        took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000


async def until_told(
    database: Database,
    clock: Clock,
    sweep: Sweep,
    performers: Mapping[type[Any], Performer],
    everything: asyncio.Event,
) -> None:
    """Ring and deliver as the bot does until `everything` is set by whoever performs."""
    delivery = Delivery(database, clock, performers, owner="bench")
    database.listen(delivery.ring)
    scheduler = Scheduler(database, clock, delivery, Housekeeping(database, clock), (sweep,))
    scheduler.start()
    running = asyncio.create_task(delivery.run())
    async with asyncio.timeout(WITHIN.total_seconds() * 3):
        await everything.wait()
    await scheduler.stop()
    await delivery.stop(timedelta(seconds=5))
    await running
