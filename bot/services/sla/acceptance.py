"""The customer's word on what met a clock: accepted, or rejected and the clock runs on."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import WORKAROUND, ClockState, SlaClock
from bot.domain.sla.following import BY_RESOLUTION
from bot.domain.sla.payloads import ClockFacts, ClockMet, ClockRejected, ClocksChanged
from bot.domain.sla.record import ClockRecord
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.sla import entries as sla_entries
from bot.services.sla import record as sla_record
from storage.database.database import Database, Transaction
from storage.sla import clocks

NOTHING_WAITS = (
    "No workaround is waiting for the customer's answer. Offer one: /escalate met workaround …"
)


class SlaAcceptance:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def accepted(self, escalation_id: EscalationId, how: str, *, by: Person) -> str:
        """Count a workaround as met, because the customer accepts it; return the clock's title.

        Raises:
            InvalidInput: Nobody said who accepted it, and how.
            NotNow: No workaround waits for the customer.
        """
        if not how.strip():
            raise InvalidInput(
                {"how": "Add who accepted it and how: /escalate accepted Ana Silva, by phone"}
            )
        now = self._clock.now()
        return await self._change(
            escalation_id,
            lambda clock: clock.confirmed(how=f"{clock.how}; accepted: {how.strip()}"),
            EntryKind.CLOCK_MET,
            lambda clocks, after: ClockMet(
                clocks=clocks, state=after.state(now), how=how.strip(), is_accepted=True
            ),
            by=by,
            at=now,
        )

    async def rejected(self, escalation_id: EscalationId, why: str, *, by: Person) -> str:
        """Let a workaround's clock run on, as if it had never stopped; return its title.

        Raises:
            InvalidInput: Nobody said why.
            NotNow: No workaround waits for the customer.
        """
        if not why.strip():
            raise InvalidInput({"why": "Add what the customer said: /escalate rejected too slow"})
        now = self._clock.now()
        return await self._change(
            escalation_id,
            lambda clock: clock.rejected(at=now),
            EntryKind.CLOCK_REJECTED,
            lambda clocks, _after: ClockRejected(clocks=clocks, why=why.strip()),
            by=by,
            at=now,
        )

    async def _change(
        self,
        escalation_id: EscalationId,
        work: sla_record.Change,
        entry: EntryKind,
        told: Callable[[tuple[ClockFacts, ...], SlaClock], ClocksChanged],
        *,
        by: Person,
        at: datetime,
    ) -> str:
        def only_waiting(clock: SlaClock) -> SlaClock:
            return work(clock) if _waits(clock, at) else clock

        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            before = await self._waiting(tx, escalation_id, at)
            after = await sla_record.change(tx, self._policy, before, only_waiting, now=at)
            if after.version == before.version:
                raise NotNow(NOTHING_WAITS)
            entries = sla_entries.Entries(
                tx=tx, policy=self._policy, escalation=escalation, at=at, by=by.id
            )
            clock = sla_record.clock_facts(self._policy, before, after)
            await entries.tell([(before, after)], entry, told((clock,), after.clock))
        return self._policy.clock_title(WORKAROUND)

    async def _own(self, tx: Transaction, escalation_id: EscalationId, by: Person) -> Escalation:
        by.must_be_member()
        return await visible(tx, escalation_id, to=by)

    async def _waiting(
        self, tx: Transaction, escalation_id: EscalationId, at: datetime
    ) -> ClockRecord:
        for record in await clocks.of(tx, escalation_id):
            if record.clock.kind == WORKAROUND and _waits(record.clock, at):
                return record
        raise NotNow(NOTHING_WAITS)


def _waits(clock: SlaClock, at: datetime) -> bool:
    """Whether a workaround was offered and the customer has not said what they think of it.

    One that a resolution made needless waits for the confirmation of that.
    """
    is_offered = clock.state(at) in {ClockState.PROVISIONAL, ClockState.MET_LATE}
    return is_offered and not clock.is_confirmed and clock.how != BY_RESOLUTION
