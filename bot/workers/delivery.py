"""Delivery: claim due effects, perform them, settle: done, later, or dead letter.

Performing happens outside any transaction. A worker that dies loses its leases, and whoever
takes over is told that the effect is in doubt.
"""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.effect import Effect
from bot.domain.errors import Conflict, Unavailable, WarRoomError
from bot.domain.publishing.audience import Withheld
from bot.domain.time.clock import Clock
from bot.slack.failures import OutcomeUnknown, PermanentError, TransientError
from bot.slack.throttle import urgency
from bot.workers.recurring_failure import RecurringFailure
from storage.database.database import Database, background
from storage.queue import outbox
from storage.queue.outbox import Claim

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=10)  # how long a silent worker keeps an effect
RENEWAL = timedelta(seconds=3)
IN_HAND = 32  # effects performed at the same time by one process
REFILL = IN_HAND // 2  # more are claimed when only so many are left
FIRST_BACK_OFF = timedelta(seconds=1)
QUICK_ATTEMPTS = 2  # come back as soon as they were told
LONGEST_PATIENCE = timedelta(seconds=30)
COALESCING = timedelta(seconds=2)  # changes within this time are drawn together
LONGEST_BACK_OFF = timedelta(minutes=5)
AWAY = 1.0  # seconds between two looks at an outbox that cannot be read
MOST_FAILURES = 20  # unexpected ones of one effect, over about an hour
NO_PERFORMER = "This version of Warroom can't process this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a performer needs to know beside the effect itself.

    Attributes:
        effect_id: The same for all attempts, and never again for another effect; makes markers.
        in_doubt: Look before repeating: an earlier attempt may have gone through.
        number: 1 for the first.
        asked_at: When the effect was put, so that a search need not go back further.
    """

    effect_id: int
    in_doubt: bool
    number: int
    asked_at: datetime


class WithheldText(Exception):
    """A text that did not leave, because whoever would read it must not; all is well like that."""

    def __init__(self, reason: Withheld) -> None:
        super().__init__(reason.value)
        self.reason = reason


Performer = Callable[[Any, Attempt], Awaitable[None]]
Performers = Mapping[type[Effect], Performer]


class Delivery:
    """Performs effects of one process; any number of processes share the outbox."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        performers: Performers,
        *,
        owner: str,
        coalescing: timedelta = COALESCING,
    ) -> None:
        self._database = database
        self._clock = clock
        self._performers = performers
        self._owner = owner
        self._coalescing = coalescing
        self._bell = asyncio.Event()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._leaving = False
        self._more = False  # the last claim was as large as it might be
        self._claiming = asyncio.Lock()
        self._settling = asyncio.Lock()
        self._done: list[tuple[Claim, asyncio.Future[bool]]] = []
        self._unreachable = RecurringFailure("outbox_unreachable")
        self.beat_at = clock.now()

    def ring(self) -> None:
        """Have a look at the outbox now; called after every commit that put an effect."""
        self._bell.set()

    async def start(self) -> None:
        """Take back what a previous process left behind, where it can be known to be gone."""
        if self._database.is_sqlite:
            async with self._database.transaction() as tx:
                await outbox.reclaim_leases(tx, expired_at=None)

    async def run(self) -> None:
        """Work until `stop`; survives a database that is away for a while."""
        while not self._leaving:
            self._bell.clear()
            try:
                full = await self._take_some()
            except Exception as error:
                self._unreachable.failed(error)
                await asyncio.sleep(AWAY)
                continue
            self._unreachable.worked()
            self.beat_at = self._clock.now()
            if not full:
                await self._bell.wait()

    async def drain(self) -> None:
        """Perform everything that is due, and what that makes due, then return."""
        while True:
            await self._take_some()
            if not self._in_hand:
                return
            await asyncio.wait(set(self._in_hand.values()))

    @property
    def is_at_work(self) -> bool:
        """Whether it performs anything, for which its leases have to be renewed."""
        return bool(self._in_hand)

    async def keep_leases(self) -> None:
        """Renew what is in hand, and take over what others left behind."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            ids = list(self._in_hand)
            await outbox.renew(tx, ids, owner=self._owner, now=now, lease=LEASE)
            if await outbox.reclaim_leases(tx, expired_at=now):
                tx.after_commit(self.ring)

    async def stop(self, patience: timedelta) -> None:
        """Take nothing new, and wait for what is in hand; the rest is taken over by others."""
        self._leaving = True
        self.ring()
        async with self._claiming:  # what is being claimed at this moment is in hand as well
            pass
        if self._in_hand:
            await asyncio.wait(set(self._in_hand.values()), timeout=patience.total_seconds())
        for task in list(self._in_hand.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _take_some(self) -> bool:
        """Start what is due and return whether there may be more at once."""
        async with self._claiming:
            return False if self._leaving else await self._claim_some()

    async def _claim_some(self) -> bool:
        room = IN_HAND - len(self._in_hand)
        if room <= 0:
            return False
        async with self._database.single() as tx:
            claims = await outbox.claim(
                tx, owner=self._owner, most=room, now=self._clock.now(), lease=LEASE
            )
        for claim in claims:
            task = asyncio.create_task(self._perform(claim))
            self._in_hand[claim.id] = task
            task.add_done_callback(functools.partial(self._let_go, claim.id))
        self._more = len(claims) == room
        return False if len(self._in_hand) > REFILL else self._more

    def _let_go(self, effect_id: int, _task: asyncio.Task[None]) -> None:
        self._in_hand.pop(effect_id, None)
        if self._leaving or (self._more and len(self._in_hand) <= REFILL):
            self.ring()

    async def _perform(self, claim: Claim) -> None:
        """One of the two rims where any failure is caught."""
        name = type(claim.effect).__name__
        with structlog.contextvars.bound_contextvars(
            effect=name, escalation=claim.effect.about, attempt=claim.attempt
        ):
            try:
                if not await self._settled(claim):
                    log.warning("effect_taken_over")
            except Unavailable as failure:  # the lease runs out, and somebody looks then
                log.warning("effect_unsettled", reason=failure.message)

    async def _settled(self, claim: Claim) -> bool:
        """Perform an effect and settle how it went; False when another worker has it now."""
        performer = self._performers.get(type(claim.effect))
        if performer is None:
            return await self._dead(claim, NO_PERFORMER)
        try:
            with urgency(claim.effect.urgency), background():
                await performer(claim.effect, _attempt(claim))
            return await self._settle_done(claim)
        except Exception as error:
            return await self._settle_failed(claim, error)

    async def _settle_failed(  # noqa: PLR0911  # one answer for each kind of failure
        self, claim: Claim, error: Exception
    ) -> bool:
        match error:
            case WithheldText():
                log.info("withheld", reason=error.reason.value)
                return await self._settle_done(claim)
            case TransientError():
                return await self._later(claim, error.reason, after=error.after)
            case OutcomeUnknown() | Unavailable():
                return await self._later(claim, str(error), in_doubt=True)
            case Conflict():  # somebody was faster; whoever loses again and again gives up
                return await self._failed(claim, str(error))
            case PermanentError() | WarRoomError():  # what is refused now is refused later, too
                return await self._dead(claim, str(error))
        log.error("effect_failed", exc_info=error)
        return await self._failed(claim, type(error).__name__)

    async def _settle_done(self, claim: Claim) -> bool:
        """Settle what was performed; effects that end at the same moment share one commit."""
        settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._done.append((claim, settled))
        async with self._settling:
            together, self._done = self._done, []
            if together:
                await self._forget(together)
        return await settled

    async def _forget(self, together: list[tuple[Claim, asyncio.Future[bool]]]) -> None:
        """Settle these, and tell each of them how it went."""
        again_at = self._clock.now() + self._coalescing
        try:
            async with self._database.single() as tx:
                claims = [claim for claim, _settled in together]
                ours = await outbox.settle_done(tx, claims, again_at=again_at)
        except Exception as error:
            for _claim, settled in together:
                settled.set_exception(error)
            return
        for claim, settled in together:
            settled.set_result(claim.id in ours)

    async def _later(
        self,
        claim: Claim,
        problem: str,
        *,
        after: timedelta | None = None,
        in_doubt: bool = False,
        is_failure: bool = False,
    ) -> bool:
        wait = back_off(claim.attempt) if after is None else max(after, patience(claim.attempt))
        log.info("effect_later", seconds=wait.total_seconds())
        due_at = self._clock.now() + wait
        async with self._database.single() as tx:
            settled = await outbox.settle_later(
                tx,
                claim,
                due_at=due_at,
                in_doubt=in_doubt,
                problem=problem,
                is_failure=is_failure,
            )
        asyncio.get_running_loop().call_later(wait.total_seconds(), self.ring)
        return settled

    async def _failed(self, claim: Claim, problem: str) -> bool:
        """Try again what failed for no known reason, and give it up after MOST_FAILURES."""
        if claim.failures + 1 >= MOST_FAILURES:
            return await self._dead(claim, f"It failed {MOST_FAILURES} times: {problem}")
        return await self._later(claim, problem, in_doubt=True, is_failure=True)

    async def _dead(self, claim: Claim, problem: str) -> bool:
        log.error("effect_given_up", problem=problem)
        async with self._database.single() as tx:
            return await outbox.settle_dead(tx, claim, problem=problem)


def back_off(attempt: int) -> timedelta:
    """Return the pause after that many attempts: doubling, from one second to five minutes."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_BACK_OFF * (1 << doublings), LONGEST_BACK_OFF)


def patience(attempt: int) -> timedelta:
    """Return the least pause of an effect that was told to come back.

    Hundreds of them would otherwise ask for the same few places every second.
    """
    if attempt <= QUICK_ATTEMPTS:
        return timedelta(0)
    return min(back_off(attempt - QUICK_ATTEMPTS), LONGEST_PATIENCE)


def _attempt(claim: Claim) -> Attempt:
    return Attempt(
        effect_id=claim.id,
        in_doubt=claim.in_doubt,
        number=claim.attempt,
        asked_at=claim.put_at,
    )
