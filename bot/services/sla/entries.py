"""Writing down what somebody did to clocks, and saying it once in the room.

All of it works inside the transaction of whoever changes the clocks, after they are changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.rooms.effects import RefreshRoom
from bot.domain.sla.changes import breach, is_broken_by
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

    async def tell(self, pairs: Sequence[Pair], entry: EntryKind, now: str) -> None:
        """Record what became of clocks, and say it once in the room."""
        await self.record(pairs, entry, now)
        titles = [self.policy.clock_title(after.clock.kind) for _, after in pairs]
        changes = tuple((title, "", now) for title in titles)
        note = PostChange(escalation_id=self.escalation.id, by=self.by, changes=changes)
        await outbox.enqueue(self.tx, note, at=self.at)

    async def record(self, pairs: Sequence[Pair], entry: EntryKind, now: str) -> None:
        """Record what became of clocks; the room sees it in its clocks message.

        A breach that nobody had looked at before has its own entry.
        """
        titles = [self.policy.clock_title(after.clock.kind) for _, after in pairs]
        broken = [
            self._entry(EntryKind.CLOCK_BREACHED, breach(title, after.clock).what, by=None)
            for title, (before, after) in zip(titles, pairs, strict=True)
            if is_broken_by(before.clock, after.clock)
        ]
        await self._follow_update()
        # Clocks, the escalation, its timeline: everybody writes in this order.
        told = self._entry(entry, f"{', '.join(titles)}: {now}", by=self.by)
        await timeline.add(self.tx, *broken, told)

    async def _follow_update(self) -> None:
        """Copy when the customer must hear from us next into the escalation."""
        due_at = await sla_record.next_update_due_at(self.tx, self.escalation.id)
        if due_at != self.escalation.next_update_due_at:
            await escalations.set_next_update_due(self.tx, self.escalation.id, due_at)
            refresh = RefreshRoom(escalation_id=self.escalation.id)
            await outbox.enqueue(self.tx, refresh, at=self.at)

    def _entry(self, kind: EntryKind, text: str, *, by: SlackUserId | None) -> Entry:
        return Entry(escalation_id=self.escalation.id, kind=kind, at=self.at, actor=by, text=text)
