"""SLA clocks: how late a rung comes, what an idle look costs, how fast due times are worked out."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot import policy_file
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity
from bot.domain.policy.policy import Policy
from bot.domain.policy.terms import terms_for
from bot.domain.sla.clock import RESOLUTION, WORKAROUND, SlaClock
from bot.domain.sla.effects import RefreshClocks
from bot.domain.sla.record import next_look_at
from bot.domain.time.clock import SystemClock
from bot.domain.time.segments import Segment
from bot.services.sla.sweep import SlaSweep
from bot.workers.delivery import Attempt
from bot.workers.sla.notices import MOST_AT_ONCE, SlaClockSweep
from storage.database.database import Database, Transaction
from storage.sla import clocks as sla_clocks
from storage.tables.clocks import ClockSegmentRow, SlaClockRow
from storage.tables.escalations import EscalationRow, TimelineHeadRow
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

KEY = "escalation_id"
WORKED_OUT = 5_000  # due times
YEAR = timedelta(days=365)
ACME = Customer(id=CustomerId(1), name="Acme", time_zone="Europe/Lisbon")


async def measured(url: str) -> Measured:
    """Fill a database step by step, look at it idle, then let a thousand rungs come in a minute."""
    database, clock, found = Database(url), SystemClock(), Measured()
    policy = policy_file.load(None)
    sweep = SlaSweep(database, clock, policy)
    there = 0
    for pending in PENDING:
        await _pend(database, policy, there, pending)
        there = pending
        found.idle[pending] = await idle(partial(sweep.mark_due, most=MOST_AT_ONCE))
    found.late = await _late(database, clock, policy)
    await database.close()
    return found


def worked_out() -> float:
    """Return how many due times a second are worked out: business hours, holidays, two pauses."""
    policy, chance = policy_file.load(None), random.Random(5)
    clocks = list(islice(_paused(policy, chance), WORKED_OUT))
    started = time.perf_counter()
    for one in clocks:
        assert one.due_at is not None
    return WORKED_OUT / (time.perf_counter() - started)


def _paused(policy: Policy, chance: random.Random) -> Iterator[SlaClock]:
    """Yield clocks that nobody has asked yet when they are due."""
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        at = begins + YEAR * chance.random()
        clock = SlaClock.started(
            WORKAROUND, terms_for(policy, WORKAROUND, ACME, at=at), Severity.S3, at=at
        )
        ends = [at + timedelta(hours=hours) for hours in sorted(chance.sample(range(1, 90), 4))]
        (first, *_), reason = clock.segments, next(iter(clock.terms.pauses))
        rest = [
            Segment(from_at=ends[0], to_at=ends[1], reason=reason),
            Segment(from_at=ends[1], to_at=ends[2]),
            Segment(from_at=ends[2], to_at=ends[3], reason=reason),
            Segment(from_at=ends[3]),
        ]
        yield replace(clock, segments=(replace(first, to_at=ends[0]), *rest))


async def _pend(database: Database, policy: Policy, there: int, pending: int) -> None:
    """Have so many escalations, each with a clock at which nobody has to look for long."""
    now = SystemClock().now()
    await seeds.escalations(
        database,
        pending - there,
        first=there + 1,
        owner=lambda n: PEOPLE[n % len(PEOPLE)],
        due_at=lambda _n: now + FAR,
        remind_at=lambda _n: now + FAR,
        began=now,
    )
    async with database.transaction() as tx:
        if not there:
            await _start(tx, policy, EscalationId(1), rung_at=now + FAR)
        copied = [column for column in SlaClockRow.model_fields if column not in {"id", KEY}]
        first, new = aliased(SlaClockRow), col(EscalationRow.id)
        await tx.execute(
            insert(SlaClockRow).from_select(
                [KEY, *copied],
                select(new, *(getattr(first, name) for name in copied))
                .join(first, col(first.id) == 1)
                .where(new > max(there, 1)),
            )
        )
        names = ["clock_id", "number", "from_at", "evidence", "ended_because"]
        empty, clock_id = literal(""), col(SlaClockRow.id)
        known = select(col(ClockSegmentRow.clock_id))
        started = select(clock_id, literal(1), col(SlaClockRow.started_at), empty, empty)
        missing = started.where(clock_id.not_in(known))
        await tx.execute(insert(ClockSegmentRow).from_select(names, missing))


async def _start(
    tx: Transaction, policy: Policy, escalation_id: EscalationId, *, rung_at: datetime
) -> None:
    """Start a resolution clock, of which the first rung is told at `rung_at`."""
    terms = terms_for(policy, RESOLUTION, ACME, at=rung_at)
    clock = SlaClock.started(RESOLUTION, terms, Severity.S1, at=rung_at)
    look = next_look_at(policy.ladder, clock, ())
    assert look is not None
    begun = SlaClock.started(RESOLUTION, terms, Severity.S1, at=rung_at - (look - rung_at))
    now = SystemClock().now()
    await sla_clocks.add_once(tx, escalation_id, begun, now=now, next_rung_at=rung_at)


async def _late(database: Database, clock: SystemClock, policy: Policy) -> list[float]:
    """Return how many seconds after its time each of a thousand rungs was told."""
    rung_at: dict[int, datetime] = {}
    late: dict[int, float] = {}
    everything = asyncio.Event()

    async def tell(effect: RefreshClocks, _attempt: Attempt) -> None:
        late[effect.escalation_id] = (clock.now() - rung_at[effect.escalation_id]).total_seconds()
        if len(late) == DUE:
            everything.set()

    await _fall_due(database, policy, rung_at, clock.now() + WARMING)
    bell = SlaClockSweep(SlaSweep(database, clock, policy))
    await until_told(database, clock, bell, {RefreshClocks: tell}, everything)
    return list(late.values())


async def _fall_due(
    database: Database, policy: Policy, rung_at: dict[int, datetime], first: datetime
) -> None:
    """Let a rung of each of so many more escalations come within a minute from `first` on."""
    begin = PENDING[-1] + 1
    rung_at |= {begin + n: first + WITHIN * (n / DUE) for n in range(DUE)}
    await seeds.escalations(
        database,
        DUE,
        first=begin,
        owner=lambda n: PEOPLE[n % len(PEOPLE)],
        due_at=lambda _n: first + FAR,
        remind_at=lambda _n: first + FAR,
        began=first,
    )
    async with database.transaction() as tx:
        # What was seeded has no entries yet, and its head would stand in the way of the first.
        await tx.execute(delete(TimelineHeadRow).where(col(TimelineHeadRow.escalation_id) >= begin))
        for number, at in rung_at.items():
            await _start(tx, policy, EscalationId(number), rung_at=at)
