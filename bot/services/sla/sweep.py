"""Looking at the clocks that are due: rungs told, pauses ended, breaches opened, once each."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.escalation.changes import Change
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.policy.policy import Policy
from bot.domain.sla.changes import breach
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.ladder import due_rungs
from bot.domain.sla.payloads import ClockFacts, ClockResumed, ResumeCause
from bot.domain.sla.record import ClockId, ClockRecord, RungRecord
from bot.domain.time.clock import Clock
from bot.services.sla import notifier
from bot.services.sla import record as sla_record
from bot.services.sla.notifier import RungNotifier
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.sla import clocks, rungs


class SlaSweep:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def mark_due(self, *, most: int, now: datetime | None = None) -> int:
        """Look at up to `most` clocks that are due at `now` (None: at present); return how many.

        Each is claimed by compare-and-set together with what is told of it: however many replicas
        look, and however often, everything is told once. What fell due while nobody looked is
        told now.
        """
        at = now or self._clock.now()
        async with self._database.reading() as tx:
            if not await clocks.is_any_due(tx, now=at):
                return 0
        async with self._database.transaction() as tx:
            found = await clocks.due(tx, now=at, most=most)
            # All claims come first, in the order of ids, then what is told, escalation by
            # escalation: no two replicas then wait for each other.
            claims = [await clocks.claim(tx, record) for record in found]
            ours = [claimed for claimed in claims if claimed is not None]
            climbed = await rungs.of(tx, [record.id for record in ours])
            ours.sort(key=lambda claimed: claimed.escalation_id)
            for of, records in itertools.groupby(ours, lambda claimed: claimed.escalation_id):
                await self._look(tx, of, list(records), climbed, at)
        return len(found)

    async def _look(
        self,
        tx: Transaction,
        of: EscalationId,
        records: Sequence[ClockRecord],
        climbed: Mapping[ClockId, tuple[RungRecord, ...]],
        at: datetime,
    ) -> None:
        """Look at clocks of one escalation; what they tell at this instant is told together."""
        escalation = await escalations.find(tx, of)
        if escalation is None:
            return
        telling = await RungNotifier.of(tx, self._policy, escalation, now=at)
        for record in records:
            after = record.clock.at(at)
            await self._note(tx, escalation, record, after, at)
            await self._climb(telling, record, climbed[record.id])
            await sla_record.save(tx, self._policy, record, after, now=at)
        await telling.finish()

    async def _climb(
        self, telling: RungNotifier, record: ClockRecord, climbed: Sequence[RungRecord]
    ) -> None:
        at, keys = telling.now, {rung.rung for rung in climbed}
        if due := due_rungs(self._policy.ladder, record.clock, keys, at):
            await telling.tell(record, climbed, due)
        elif not record.clock.is_ended:
            for rung in climbed:
                if rung.repeat_at is not None and rung.repeat_at <= at:
                    await telling.tell_again(record, rung)

    async def _note(
        self,
        tx: Transaction,
        escalation: Escalation,
        record: ClockRecord,
        after: SlaClock,
        at: datetime,
    ) -> None:
        """Write down a breach, and a pause that has come to its end."""
        before = record.clock
        name = notifier.title(self._policy, after.kind)
        clock = ClockFacts.of(record.id, name, before, after)
        if before.breached_at is None and after.breached_at is not None:
            await self._write(tx, escalation, breach(clock, after), at)
        if before.pause is not None and after.pause is None:
            planned = before.is_planned(before.pause)
            cause = ResumeCause.AS_PLANNED if planned else ResumeCause.LIMIT_REACHED
            payload = ClockResumed(clocks=(clock,), cause=cause)
            change = Change(kind=EntryKind.CLOCK_RESUMED, subject=payload.subject, payload=payload)
            await self._write(tx, escalation, change, at)
            why = "ended as planned" if planned else "has lasted as long as it may"
            text = f"{name}: the pause {why}, and the clock runs on."
            await notifier.say(tx, escalation.id, text, at=at)

    async def _write(
        self, tx: Transaction, escalation: Escalation, change: Change, at: datetime
    ) -> None:
        entry = Entry(
            escalation_id=escalation.id,
            kind=change.kind,
            at=at,
            actor=None,
            subject=change.subject,
            payload=change.payload,
        )
        await timeline.add(tx, entry)
