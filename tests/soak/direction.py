"""Moves the clock from one thing due to the next, has people act, kills replicas in between."""

import asyncio
import random
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.sql.base import Executable
from sqlmodel import col

from bot.domain.policy.policy import Policy
from bot.sandbox.slack import Call, Sandbox
from storage.database.database import Database
from storage.queue.outbox import LEASED, PENDING
from storage.tables.clocks import SlaClockRow
from storage.tables.escalations import (
    DigestSubscriptionRow,
    EscalationRow,
    OutboxRow,
    TimelineHeadRow,
)
from storage.tables.meetings import CadenceRow
from tests.soak.herd import Herd
from tests.soak.past import Past
from tests.soak.scene import ENDS
from tests.soak.story import Deed, People
from tests.soak.virtual_clock import VirtualClock

STEP = timedelta(hours=2)  # of virtual time at least; so late everything may be
GLANCE = 0.003  # seconds between two looks at the database
LONG = 0.2  # seconds after which replicas are rung again
STUCK = 60.0  # seconds after which nothing will come of it any more
KILLS = 0.4  # how many steps have one
LATEST_CALL = 6  # of Slack's in a step, after which a replica is killed
LATEST_MOMENT = 0.04  # seconds after a step began, the same
# What sweeps look at; another kind of deadline is another line.
DEADLINES = (
    col(SlaClockRow.next_rung_at),
    col(DigestSubscriptionRow.next_send_at),
    col(CadenceRow.next_at),
    col(EscalationRow.archive_due_at),
    col(TimelineHeadRow.remind_at),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is still to be done.

    Attributes:
        in_hand: Effects that are due, or being performed by one that lives.
        resumes_at: When the next effect falls due that waits for a time, or for the lease of one
            that is dead; None when there is none.
        next_at: The next deadline of any kind; None when there is none.
    """

    in_hand: int
    resumes_at: datetime | None
    next_at: datetime | None


@dataclass
class Direction:
    """Directs one run; `kills` and `steps` are counted."""

    database: Database
    clock: VirtualClock
    sandbox: Sandbox
    herd: Herd
    people: People
    policy: Policy
    past: Past
    dice: random.Random
    kills: int = 0
    steps: int = 0
    _killing: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, deeds: Iterable[Deed]) -> None:
        """Let the two weeks pass."""
        waiting = deque(deeds)
        await self.settle()
        while self.clock.now() < ENDS:
            left = await self.left()
            soonest = [at for at in (left.next_at, waiting[0].at if waiting else None) if at]
            self.move(min(max(min(soonest, default=ENDS), self.clock.now() + STEP), ENDS))
            self.steps += 1
            if self.dice.random() < KILLS:
                self._kill_soon()
            await self.settle()
            if await self._act(waiting):
                self.clock.ring()
                await self.settle()

    def move(self, to: datetime) -> None:
        self.past.instants.append(to)
        self.clock.moves_to(to)

    async def settle(self) -> None:
        """Wait until nothing is left to do at this instant; then nobody is being killed either.

        What waits for a lease of the dead, or a moment of Slack's, is waited for by moving on.
        """
        loop = asyncio.get_running_loop()
        rung_at = loop.time()
        async with asyncio.timeout(STUCK):
            while True:
                left, now = await self.left(), self.clock.now()
                is_idle = not left.in_hand and (left.next_at is None or left.next_at > now)
                if is_idle and self._killing:
                    await asyncio.gather(*self._killing)
                    self._killing.clear()
                elif is_idle and left.resumes_at is None:
                    return
                elif is_idle and left.resumes_at is not None:
                    self.move(max(left.resumes_at, now))
                elif loop.time() - rung_at > LONG:
                    self.clock.ring()
                    rung_at = loop.time()
                await asyncio.sleep(GLANCE)

    async def left(self) -> Left:
        """Ask the database, in one statement: what moves on meanwhile is seen before or after."""
        async with self.database.reading() as tx:
            row = await tx.one(_left(self.clock.now(), self.herd.dead))
        assert row is not None
        found = [row[_deadline(at)] for at in DEADLINES if row[_deadline(at)] is not None]
        resumes = [at for at in (row["later"], row["lost"]) if at is not None]
        return Left(
            in_hand=row["in_hand"],
            resumes_at=min(resumes, default=None),
            next_at=min(found, default=None),
        )

    async def _act(self, waiting: deque[Deed]) -> bool:
        """Do what is due, of each escalation one deed; return whether anything was."""
        acted: set[int] = set()
        later: list[Deed] = []
        now = self.clock.now()
        while waiting and waiting[0].at <= now:
            deed = waiting.popleft()
            if deed.number in acted or any(deed.number == other.number for other in later):
                later.append(deed)
                continue
            acted.add(deed.number)
            done = await self.people.does(deed, now)
            if done is not None:
                of = self.people.opened[deed.number]
                await self.past.keep(self.database, self.policy, of, done)
        waiting.extendleft(reversed(later))
        return bool(acted)

    def _kill_soon(self) -> None:
        """Have a replica die in this step: after some call of Slack's, or at some moment."""
        after_calls = self.dice.random() < 0.5
        work = self._kill_at_call() if after_calls else self._kill_at_moment()
        self._killing.add(asyncio.create_task(work))

    async def _kill_at_moment(self) -> None:
        await asyncio.sleep(self.dice.random() * LATEST_MOMENT)
        await self._kill()

    async def _kill_at_call(self) -> None:
        """Kill when a call was performed and is not answered; where none comes, a moment later."""
        nth, come = self.dice.randint(1, LATEST_CALL), asyncio.Event()
        first = len(self.sandbox.calls)

        async def on_call(call: Call) -> None:
            if call.seq >= first + nth and not come.is_set():
                come.set()
                self.sandbox.on_call = None
                await self._kill()

        self.sandbox.on_call = on_call
        try:
            async with asyncio.timeout(LATEST_MOMENT * 2):
                await come.wait()
        except TimeoutError:
            if not come.is_set():
                self.sandbox.on_call = None
                await self._kill()

    async def _kill(self) -> None:
        self.kills += 1
        await self.herd.lose_one()


def _left(now: datetime, dead: Collection[str]) -> Executable:
    state, owner = col(OutboxRow.state), col(OutboxRow.lease_owner)
    due, lease = col(OutboxRow.due_at), col(OutboxRow.lease_until)
    waits, is_lost = state == PENDING, (state == LEASED) & owner.in_(dead)
    is_held = (state == LEASED) & owner.not_in(dead)
    return select(
        func.count().filter(or_(waits & (due <= now), is_held)).label("in_hand"),
        func.min(due).filter(waits & (due > now)).label("later"),
        func.min(lease).filter(is_lost).label("lost"),
        *(select(func.min(at)).scalar_subquery().label(_deadline(at)) for at in DEADLINES),
    ).select_from(OutboxRow)


def _deadline(at: Any) -> str:  # a column
    return f"next_{at.class_.__tablename__}"
