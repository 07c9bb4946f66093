"""Replicas as processes of their own: `python -m tests.soak.replica` forks one for every line read.

A replica has the real services, sweeps and delivery. Only three things are not as in `bot.main`:
the clock is virtual, Slack's rates run as fast as it does, and a look at everything is taken
whenever the clock moves instead of twice a second. Nobody listens to Slack.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bot import logs, policy_file
from bot.container import Container, Services, SlackClients
from bot.domain.policy.policy import Policy
from bot.domain.time.time_zones import use_locked_data
from bot.metrics import Metrics
from bot.slack.caller import Caller
from bot.slack.throttle import Throttle
from bot.wiring.performers import performers, sweeps
from bot.workers.delivery import Delivery
from bot.workers.meetings import sweep as rhythm_sweep
from bot.workers.scheduler import Sweep
from storage.database.database import Database
from storage.escalation.ownership import sole_owner
from tests.soak.virtual_clock import VirtualClock

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=20)  # with one call of Slack's, on a machine that does other things
GLANCE = 0.002  # seconds between two looks at the clock
HEARTBEAT = 0.05  # seconds until sweeps look again although nothing rang
QUICKER = 1_000_000  # times: a minute of Slack's rates passes in so much less
# Looking hourly at everything unfinished would be most of what a fortnight in two minutes does.
rhythm_sweep.LOOK_AGAIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a replica works; passed to the nursery as JSON."""

    database_url: str
    slack_url: str
    policy: str
    clock: str


async def work(place: Place, policy: Policy, name: str) -> None:
    """Work until killed; `name` stands in the leases."""
    clock, database = VirtualClock(Path(place.clock)), Database(place.database_url)
    caller = Caller("xoxb-sandbox", f"{place.slack_url}/api/", PATIENCE)
    caller._throttle = Throttle(lambda: time.monotonic() * QUICKER)
    parts = Container(
        slack=SlackClients.through(caller),
        services=Services.on(database, clock, policy),
        policy=policy,
        clock=clock,
        metrics=Metrics(),
    )
    delivery = Delivery(database, clock, performers(parts), owner=name)
    database.listen(delivery.ring)
    with sole_owner(place.database_url):
        await delivery.start()
        delivering = asyncio.create_task(delivery.run())
        await _look(clock, delivery, tuple(sweeps(parts)))
        delivering.cancel()


async def _look(clock: VirtualClock, delivery: Delivery, found: Sequence[Sweep]) -> None:
    """Look at everything whenever the clock rings, for as long as the nursery lives."""
    nursery = os.getppid()
    while os.getppid() == nursery:
        rings, until = clock.rings(), time.monotonic() + HEARTBEAT
        delivery.ring()
        try:
            await delivery.keep_leases()
            for sweep in found:
                await sweep.sweep()
        except Exception:  # as APScheduler does with a job that fails
            log.exception("sweep_failed")
        while clock.rings() == rings and time.monotonic() < until:  # noqa: ASYNC110  # others ring
            await asyncio.sleep(GLANCE)


def nurse(place: Place) -> None:
    """Fork a replica for every name on standard input and answer with its process id."""
    logs.configure("WARNING")
    use_locked_data()
    policy = policy_file.load(Path(place.policy))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(work(place, policy, line.strip()))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    nurse(Place(**json.loads(sys.argv[1])))
