"""Running an escalation: acknowledge it, change its severity, owner and details."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.cadence import after
from bot.domain.changes import OWNER, Change, Wish, changes_between
from bot.domain.clock import Clock
from bot.domain.errors import NotNow
from bot.domain.escalation import Escalation, EscalationId
from bot.domain.people import ESCALATION_MANAGER, Person
from bot.domain.policy import Policy
from bot.domain.timeline import EntryKind
from bot.services import escalation_record
from bot.services.access import visible
from storage import customers, escalations
from storage.database import Database, Transaction

TRIES = 5  # a change is made again on what somebody else has just changed
BUSY = "Many people change this at the same moment. Look at the card and try again."


class Escalations:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def acknowledge(self, escalation_id: EscalationId, *, by: Person) -> Escalation:
        """Record who answers for the escalation from now on, and when they said so.

        Raises:
            NotNow: Somebody acknowledged it before; the message names them.
        """
        return await self._change(
            escalation_id, lambda found: found.acknowledge(by.id, self._clock.now()), by=by
        )

    async def change(self, escalation_id: EscalationId, wish: Wish, *, by: Person) -> Escalation:
        """Make every change that the wish names, or none; what is so already is no change.

        Card, plan and topic follow, the room is told in one message, and a new escalation
        manager is brought in and asked.

        Raises:
            InvalidInput: A text is too long, or a new severity lacks its reason.
        """
        wish.check()
        return await self._change(escalation_id, wish.applied_to, by=by, reason=wish.reason)

    async def _change(
        self,
        escalation_id: EscalationId,
        change: Callable[[Escalation], Escalation],
        *,
        by: Person,
        reason: str = "",
    ) -> Escalation:
        by.must_be_member()
        for _ in range(TRIES):
            async with self._database.transaction() as tx:
                before = await visible(tx, escalation_id, to=by)
                wanted = change(before)
                if wanted == before:
                    return before
                saved = await self._saved(tx, before, wanted, by=by, reason=reason)
            if saved is not None:
                return saved
        raise NotNow(BUSY)

    async def _saved(
        self, tx: Transaction, before: Escalation, wanted: Escalation, *, by: Person, reason: str
    ) -> Escalation | None:
        """Store a change and have it told; None when somebody changed it meanwhile."""
        now = self._clock.now()
        due = await self._next_update_due(tx, before, wanted)
        if wanted.owner != before.owner:  # whoever was asked to take over is asked no more
            wanted = replace(wanted, handover_to=None, handover_note="")
        saved = await escalations.save(tx, replace(wanted, next_update_due_at=due))
        if saved is None:
            return None
        changes = changes_between(before, saved)
        if saved.acknowledged_at != before.acknowledged_at:
            changes.insert(0, Change(kind=EntryKind.ACKNOWLEDGED, what="Acknowledged"))
            await escalations.accept_roles(tx, saved.id, by.id, at=now)
        if saved.owner != before.owner:
            role = ESCALATION_MANAGER
            await escalation_record.hand_role(tx, saved.id, role, saved.owner, by=by.id, at=now)
        told = escalation_record.offered(changes, OWNER, by=by.id)
        silent = [change for change in changes if change not in told]
        await escalation_record.record(tx, saved.id, silent, by=by.id, at=now, reason=reason)
        await escalation_record.tell(tx, saved.id, told, by=by.id, at=now, reason=reason)
        return saved

    async def _next_update_due(
        self, tx: Transaction, before: Escalation, wanted: Escalation
    ) -> datetime | None:
        """A graver severity brings the next customer update forward; nothing puts it off."""
        if wanted.is_over:
            return None
        if wanted.severity is before.severity and before.next_update_due_at is not None:
            return before.next_update_due_at
        customer = await customers.get(tx, wanted.customer_id)
        cadence = self._policy.severity(wanted.severity).next_update
        due = after(self._clock.now(), cadence, customer.time_zone)
        return min(due, before.next_update_due_at or due)
