"""Running an escalation: acknowledge it, change its severity, owner and details."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from bot.domain.errors import Conflict, NotNow
from bot.domain.escalation.changes import Change, EscalationPatch, changes_between
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.payloads import Acknowledged
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import ESCALATION_MANAGER, Person
from bot.domain.policy.policy import Policy
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.escalation import cadence_record
from bot.services.escalation import record as escalation_record
from bot.services.people.colleagues import Colleagues
from bot.services.sla import record as sla_record
from storage.database.database import Database, Transaction
from storage.escalation import escalations

TRIES = 5  # a change is made again on what somebody else has just changed
BUSY = "Several people are changing this right now. Check the card and try again."


class Escalations:
    def __init__(
        self, database: Database, clock: Clock, policy: Policy, colleagues: Colleagues
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._colleagues = colleagues

    async def acknowledge(self, escalation_id: EscalationId, *, by: Person) -> Escalation:
        """Record who answers for the escalation from now on, and when they said so.

        Raises:
            NotNow: Somebody acknowledged it before; the message names them.
        """
        return await self._change(
            escalation_id, lambda found: found.acknowledge(by.id, self._clock.now()), by=by
        )

    async def change(
        self, escalation_id: EscalationId, wish: EscalationPatch, *, by: Person
    ) -> Escalation:
        """Make every change that the wish names, or none; what is so already is no change.

        Card, plan and topic follow, the room is told in one message, and a new escalation
        manager is brought in and asked.

        Raises:
            InvalidInput: A text is too long, a new severity lacks its reason, or the new escalation
                manager is no full member of the workspace.
        """
        wish.check(now=self._clock.now())
        await self._colleagues.check({"owner": [wish.owner]}, by=by)
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
            # Left by an exception, so that nothing of a change that came too late is kept.
            with contextlib.suppress(Conflict):
                async with self._database.transaction() as tx:
                    before = await visible(tx, escalation_id, to=by)
                    wanted = change(before)
                    if wanted == before:
                        return before
                    return await self._saved(tx, before, wanted, by=by, reason=reason)
        raise NotNow(BUSY)

    async def _saved(
        self, tx: Transaction, before: Escalation, wanted: Escalation, *, by: Person, reason: str
    ) -> Escalation:
        """Store a change and have it told.

        Raises:
            Conflict: Somebody changed it meanwhile.
        """
        now = self._clock.now()
        followed = await sla_record.follow(tx, self._policy, before, wanted, at=now)
        if wanted.owner != before.owner:  # whoever was asked to take over is asked no more
            wanted = replace(wanted, handover_to=None, handover_note="")
        saved = await escalations.save(
            tx, replace(wanted, next_update_due_at=followed.next_update_due_at)
        )
        changes = changes_between(before, saved)
        if saved.acknowledged_at != before.acknowledged_at:
            changes.insert(0, Change(kind=EntryKind.ACKNOWLEDGED, payload=Acknowledged()))
            await escalations.accept_roles(tx, saved.id, by.id, at=now)
        if saved.owner != before.owner:
            role = ESCALATION_MANAGER
            await escalation_record.hand_role(tx, saved.id, role, saved.owner, by=by.id, at=now)
        told = escalation_record.offered(changes, by=by.id)
        silent = [change for change in changes if change not in told]
        told, silent = [*told, *followed.told], [*silent, *followed.silent]
        await escalation_record.record(tx, saved.id, silent, by=by.id, at=now, reason=reason)
        await escalation_record.tell(tx, saved.id, told, by=by.id, at=now, reason=reason)
        await cadence_record.follow(tx, self._policy, saved, at=now)
        return saved
