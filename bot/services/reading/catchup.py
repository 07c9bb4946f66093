"""Catching up: read what somebody has not seen yet, and remember that they saw it."""

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.reading.catchup import CatchUp, ReadMarker, blocked, due_next
from bot.domain.time.clock import Clock
from bot.services.access import visible
from storage.database.database import Database
from storage.escalation import timeline
from storage.plan import items
from storage.reading import read_markers


class CatchUps:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def look(self, escalation_id: EscalationId, *, by: Person) -> CatchUp:
        """Return what was recorded since this person's last look, and record this one.

        Both in one transaction, and up to the last entry that was read: what is recorded
        meanwhile comes with the next look. Raises NotFound.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            before = await read_markers.last(tx, by.id, escalation_id)
            seen = before.sequence if before is not None else 0
            entries = await timeline.since(tx, escalation_id, seen)
            look = ReadMarker(
                user_id=by.id,
                escalation_id=escalation_id,
                sequence=entries[-1].sequence if entries else seen,
                looked_at=now,
            )
            await read_markers.record(tx, look)
            kept = await items.of(tx, escalation_id)
        return CatchUp(
            escalation=escalation,
            since=before.looked_at if before is not None else None,
            entries=tuple(entries),
            due_next=due_next(kept, now),
            blocked=blocked(kept),
            read_at=now,
        )
