"""What grows with the past or with the number of rooms; alone: python -m tests.bench.growth.

Every figure is a ratio of one run: the same flow over a longer past to the flow without one.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import structlog

from bot import policy_file
from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity
from bot.domain.escalation.opening import OpeningRequest
from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.domain.reading.home import ListQuery, ListScope
from bot.domain.time.clock import SystemClock
from bot.sandbox.demo import LEA, TEAM
from bot.services.opening.opening import Opening
from bot.services.people.colleagues import Colleagues
from bot.services.people.people import People
from bot.services.reading.home import Homes
from bot.services.reminders.reminders import Reminders
from storage.database.database import Database
from tests.bench.stage import fresh, stage
from tests.copies import copy, end
from tests.fakes.postgres import postgres
from tests.war_room import open_war_room

KINDS = ("SQLite", "Postgres")
CLOSED = (0, 10_000, 50_000)
OPEN = 30  # escalations that are not over, beside the past
TIMES = 15
MOST = 1.5  # times what it takes without a past
ALSO = 3.0  # milliseconds that no ratio tells from noise


class Measured(NamedTuple):
    what: str
    bar: str
    measured: str
    is_met: bool


Flow = Callable[[], Awaitable[object]]


async def measured(server: str) -> AsyncIterator[Measured]:
    """Yield the rows of the table, one by one."""
    for kind in KINDS:
        async for row in _with_the_past(kind, server):
            yield row


async def template(url: str) -> EscalationId:
    """Open an escalation through the product, work in it, and return it."""
    async with open_war_room(url) as war_room:
        room = await war_room.opens()
        for number in range(5):
            await war_room.types(f"action <@{LEA}> by 2027-06-01 17:00 {number}", where=room.id)
        await war_room.types("decide we replay in batches", where=room.id)
        await war_room.settles()
    return EscalationId(1)


async def _with_the_past(kind: str, server: str) -> AsyncIterator[Measured]:
    url = await fresh(kind, server)
    ended = await template(url)
    took: dict[str, dict[int, float]] = {}
    database = Database(url)
    await copy(database, ended, OPEN)
    await end(database, ended, at=SystemClock().now())
    there = 0
    for closed in CLOSED:
        if closed > there:
            await copy(database, ended, closed - there)
        there = closed
        for name, flow in flows(database, closed).items():
            took.setdefault(name, {})[closed] = await milliseconds(flow)
        started = time.perf_counter()
        async with stage(url):
            took.setdefault("start to ready", {})[closed] = (time.perf_counter() - started) * 1000
    await database.close()
    for name, found in took.items():
        yield _row(f"{name}, {kind}", found)


def _row(what: str, found: Mapping[int, float]) -> Measured:
    least, most = found[CLOSED[0]], found[CLOSED[-1]]
    each = " / ".join(f"{found[closed]:.1f}" for closed in CLOSED)
    counted = " / ".join(f"{closed:,}" for closed in CLOSED)
    is_flat = most <= MOST * least + ALSO
    return Measured(
        f"{what}, with {counted} closed",
        f"≤ {MOST} ×",
        f"{most / least:.2f} × ({each} ms)",
        is_flat,
    )


def flows(database: Database, nonce: int) -> dict[str, Flow]:
    """Return what a person waits for, by name."""
    clock, policy = SystemClock(), policy_file.load(None)
    homes, reminders = Homes(database, clock, policy), Reminders(database, clock, policy)
    opening = Opening(database, clock, policy, Colleagues(People(database, clock)))
    lea = Person(id=SlackUserId(LEA), name="lea", kind=PersonKind.MEMBER)
    wanted = OpeningRequest(
        customer_id=CustomerId(1),
        title="Orders stand still",
        severity=Severity.S2,
        owner=lea.id,
        submission_key="",
    )
    numbers = iter(range(1_000_000))

    async def opens() -> None:
        key = f"growth:{nonce}:{next(numbers)}"
        await opening.open(replace(wanted, submission_key=key), by=lea, team=TeamId(TEAM))

    return {
        "Home": lambda: homes.home(ListQuery(), to=lea),
        "list": lambda: homes.listed(None, to=lea),
        "list open": lambda: homes.listed(ListQuery(scope=ListScope.OPEN), to=lea),
        "list all": lambda: homes.listed(ListQuery(scope=ListScope.ALL), to=lea),
        "remind": lambda: reminders.upcoming(lea),
        "open elsewhere": lambda: opening.open_elsewhere(CustomerId(1), seen_by=lea),
        "an opening acknowledged": opens,
    }


async def milliseconds(flow: Flow) -> float:
    """Return the quickest time of a flow: the others waited for somebody else's work."""
    took = []
    for _ in range(TIMES + 2):
        started = time.perf_counter()
        await flow()
        took.append((time.perf_counter() - started) * 1000)
    return min(took)


async def _alone(server: str) -> None:
    async for row in measured(server):
        met = "yes" if row.is_met else "NO"
        print(f"| {row.what} | {row.bar} | {row.measured} | {met} |", flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    logging.disable(logging.CRITICAL)
    with postgres() as address:
        asyncio.run(_alone(address))
