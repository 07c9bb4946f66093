"""Writing down what somebody did to clocks, and saying it once in the room.

All of it works inside the transaction of whoever changes the clocks, after they are changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.changes import Change
from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.rooms.effects import RefreshRoom
from bot.domain.sla.changes import breach, is_broken_by
from bot.domain.sla.payloads import ClockFacts, ClocksChanged
from bot.domain.sla.record import ClockRecord
from bot.services.sla import record as sla_record
from storage.database.database import Transaction
from storage.escalation import escalations, timeline
from storage.queue import outbox

Pair = tuple[ClockRecord, ClockRecord]  # a clock as it was and as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Entries about the clocks of one escalation, at one instant."""

    tx: Transaction
    policy: Policy
    escalation: Escalation
    at: datetime
    by: SlackUserId

    async def tell(self, pairs: Sequence[Pair], entry: EntryKind, payload: ClocksChanged) -> None:
        """Record what became of clocks, and say it once in the room."""
        place = await self.record(pairs, entry, payload)
        note = PostChange(escalation_id=self.escalation.id, by=self.by, entries=(place,))
        await outbox.enqueue(self.tx, note, at=self.at)

    async def record(self, pairs: Sequence[Pair], entry: EntryKind, payload: ClocksChanged) -> int:
        """Record what became of clocks; the room sees it in its clocks message.

        A breach that nobody had looked at before has its own entry. Returns the place of what
        became of them in the timeline.
        """
        broken = [
            self._entry(breach(self._facts(pair), pair[1].clock), by=None)
            for pair in pairs
            if is_broken_by(pair[0].clock, pair[1].clock)
        ]
        await self._follow_update()
        # Clocks, the escalation, its timeline: everybody writes in this order.
        told = self._entry(Change(kind=entry, subject=payload.subject, payload=payload), by=self.by)
        return (await timeline.add(self.tx, *broken, told))[-1]

    def _facts(self, pair: Pair) -> ClockFacts:
        return sla_record.clock_facts(self.policy, *pair)

    async def _follow_update(self) -> None:
        """Copy when the customer must hear from us next into the escalation."""
        due_at = await sla_record.next_update_due_at(self.tx, self.escalation.id)
        if due_at != self.escalation.next_update_due_at:
            await escalations.set_next_update_due(self.tx, self.escalation.id, due_at)
            refresh = RefreshRoom(escalation_id=self.escalation.id)
            await outbox.enqueue(self.tx, refresh, at=self.at)

    def _entry(self, change: Change, *, by: SlackUserId | None) -> Entry:
        return Entry(
            escalation_id=self.escalation.id,
            kind=change.kind,
            at=self.at,
            actor=by,
            subject=change.subject,
            payload=change.payload,
        )
