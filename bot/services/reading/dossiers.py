"""Dossiers: ask for the whole record of an escalation as files, and read it for them."""

import re
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.payloads import Exported
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import Person
from bot.domain.reading.dossier import Dossier, KeptClock
from bot.domain.reading.effects import ExportDossier
from bot.domain.sla.explanation import explain
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.rooms.rooms import read_war_room
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.people import people
from storage.plan import items
from storage.queue import outbox
from storage.sla import breaches
from storage.sla import clocks as sla_clocks

NUMBER = re.compile(r"ESC-\d{4}-(\d{1,9})", re.IGNORECASE)


class Dossiers:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, escalation_id: EscalationId, *, by: Person) -> Escalation:
        """Have the record written as files; the timeline says who asked.

        They come into the escalation's own room, or, where outsiders read that, to `by` alone.

        Raises:
            NotAllowed: The person is no full member.
            NotFound: There is no such escalation for this person.
        """
        by.must_be_member()
        now = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            entry = Entry(
                escalation_id=escalation_id,
                kind=EntryKind.EXPORTED,
                at=now,
                actor=by.id,
                payload=Exported(),
            )
            await timeline.add(tx, entry)
            await outbox.enqueue(tx, ExportDossier(escalation_id=escalation_id, by=by.id), at=now)
        return escalation

    async def read(self, escalation_id: EscalationId) -> Dossier:
        """Return the record as it is at this instant; raises NotFound."""
        async with self._database.transaction() as tx:
            return await self._read(tx, escalation_id)

    async def numbered(self, number: str) -> Dossier:
        """Return the record of ESC-2026-0042; for an admin, whom nothing is hidden from.

        Raises:
            NotFound: There is no escalation of that number.
        """
        match = NUMBER.fullmatch(number.strip())
        async with self._database.transaction() as tx:
            if match is not None:
                escalation_id = EscalationId(int(match[1]))
                found = await escalations.find(tx, escalation_id)
                if found is not None and found.number == number.strip().upper():
                    return await self._read(tx, escalation_id)
        raise NotFound(f"Escalation {number} not found. Numbers look like ESC-2026-0042.")

    async def _read(self, tx: Transaction, escalation_id: EscalationId) -> Dossier:
        # The head first: it is held, so that nothing is appended between the two.
        head, now = await timeline.head(tx, escalation_id), self._clock.now()
        dossier = Dossier(
            war_room=await read_war_room(tx, escalation_id, at=now),
            items=tuple(await items.of(tx, escalation_id)),
            roles=await escalations.ever_assigned(tx, escalation_id),
            clocks=await _clocks(tx, escalation_id, now),
            entries=tuple(await timeline.of(tx, escalation_id)),
            head=head,
            names={},
        )
        return replace(dossier, names=await people.names(tx, dossier.people()))


async def _clocks(
    tx: Transaction, escalation_id: EscalationId, now: datetime
) -> tuple[KeptClock, ...]:
    records = await sla_clocks.of(tx, escalation_id)
    ids = [record.id for record in records]
    broken, noted = await breaches.of(tx, ids), await breaches.recoveries(tx, ids)
    return tuple(
        KeptClock(
            explanation=explain(record.clock, now),
            breach=broken.get(record.id),
            recovery=noted.get(record.id),
        )
        for record in records
    )
