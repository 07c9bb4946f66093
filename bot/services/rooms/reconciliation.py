"""Reconciliation: find the rooms that have to be compared with Slack, and keep what was seen."""

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import RECONCILED_EVERY, ChannelId
from bot.domain.people import RESPONDER, Assignment
from bot.domain.rooms.effects import ReconcileRoom, RefreshRoom
from bot.domain.rooms.reconciliation import COVERED_BY_RETRIES, SeenRoom
from bot.domain.time.clock import Clock
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.queue import outbox
from storage.rooms import members as room_members
from storage.rooms import rooms

AT_ONCE = 10  # rooms that wait to be compared at any time, so that others find Slack's rates free


class Reconciliation:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._is_behind = True  # nobody has listened before we began

    def fell_behind(self) -> None:
        """Have rooms compared with the next look, because Slack could not reach us meanwhile."""
        self._is_behind = True

    async def catch_up(self) -> None:
        """Have every room compared that may have changed while nobody listened to Slack."""
        if not self._is_behind:
            return
        since = self._clock.now() - COVERED_BY_RETRIES
        async with self._database.transaction() as tx:
            await rooms.reconcile_all(tx, now=self._clock.now(), compared_before=since)
        self._is_behind = False

    async def events_lost(self) -> None:
        """Have every room compared, because Slack said that it dropped events."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await rooms.reconcile_all(tx, now=now, compared_before=now)

    async def ask(self, channel_id: ChannelId) -> None:
        """Have the room of a channel compared soon; any other channel is nothing to us."""
        async with self._database.reading() as tx:
            room = await rooms.in_channel(tx, channel_id)
        if room is not None:
            async with self._database.transaction() as tx:
                wanted = ReconcileRoom(escalation_id=room.escalation_id)
                await outbox.enqueue(tx, wanted, at=self._clock.now())

    async def claim_due(self) -> int:
        """Ask for the comparison of rooms whose time has come; return how many there were.

        Any number of replicas may do so at once: each room is asked for once. Private rooms come
        first. Finding none costs one indexed read.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            if not await rooms.is_reconciling_due(tx, now=now):
                return 0
            waiting = await outbox.waiting_of(tx, ReconcileRoom)
        if waiting >= AT_ONCE:
            return 0
        async with self._database.transaction() as tx:
            found = await rooms.take_reconciling_due(
                tx, now=now, most=AT_ONCE - waiting, next_at=now + RECONCILED_EVERY
            )
            for escalation_id in found:
                await outbox.enqueue(tx, ReconcileRoom(escalation_id=escalation_id), at=now)
        return len(found)

    async def compared(self, escalation_id: EscalationId, seen: SeenRoom | None) -> None:
        """Record who is in the room, and that it was compared; None when Slack shows none.

        Card, plan and announcement are drawn again where they are not as they should be.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if seen is not None and seen.members is not None:
                await self._members(tx, escalation_id, seen)
            due_at = now + RECONCILED_EVERY
            await rooms.change(tx, escalation_id, reconciled_at=now, reconcile_due_at=due_at)
            await outbox.enqueue(tx, RefreshRoom(escalation_id=escalation_id), at=now)

    async def _members(self, tx: Transaction, escalation_id: EscalationId, seen: SeenRoom) -> None:
        now = self._clock.now()
        came, gone = await room_members.compare(
            tx, escalation_id, seen.members or frozenset(), since=seen.asked_at, now=now
        )
        holding = {a.user_id for a in await escalations.assignments(tx, escalation_id)}
        joined = [
            Assignment(role=RESPONDER, user_id=user, assigned_by=user, assigned_at=now)
            for user in sorted(came - holding)
        ]
        await escalations.assign(tx, escalation_id, joined)
        for user in sorted(gone):
            await escalations.withdraw(tx, escalation_id, user, role=RESPONDER, ended_at=now)
