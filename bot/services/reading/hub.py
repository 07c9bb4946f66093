"""What one person's hub of a room shows, read at one instant."""

from collections.abc import Sequence

from bot.domain.command.hub import Hub, OwedRecord, Unanswered, Waiting
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.people import ESCALATION_MANAGER, Person, PersonKind
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.record import ClockRecord
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.reading.home import needs_of
from bot.services.rooms.rooms import read_war_room
from storage.database.database import Database, Transaction
from storage.people import preferences
from storage.sla import breaches, rungs
from storage.sla import clocks as sla_clocks


class Hubs:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def read(self, escalation_id: EscalationId, *, to: Person) -> Hub:
        """Return what this person can do in a room, and what waits for them there.

        Raises:
            NotFound: There is no such escalation, or none that this person may know of.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            war_room = await read_war_room(tx, escalation_id, at=now)
            latest = {r.clock.kind: r for r in await sla_clocks.of(tx, escalation_id)}
            clocks = tuple(latest.values())
            return Hub(
                person=to,
                war_room=war_room,
                waiting=Waiting(
                    needs=await needs_of(tx, self._policy, to, now, of=escalation_id),
                    unanswered=await self._unanswered(tx, war_room, clocks, to),
                    records=await self._owed(tx, war_room.escalation, clocks, to),
                ),
                clocks=clocks,
                is_muted=to.id in await preferences.muted(tx, [to.id]),
            )

    async def _unanswered(
        self, tx: Transaction, war_room: WarRoom, clocks: Sequence[ClockRecord], to: Person
    ) -> tuple[Unanswered, ...]:
        """Return the clocks this person answers for that have told of themselves in vain."""
        mine = [r for r in clocks if not r.clock.is_ended and self._is_theirs(war_room, r, to)]
        told = await rungs.of(tx, [record.id for record in mine])
        return tuple(
            Unanswered(
                clock_id=record.id,
                title=self._policy.clock_title(record.clock.kind),
                due_at=record.clock.at(war_room.read_at).due_at,
            )
            for record in mine
            if told[record.id] and told[record.id][-1].acknowledged_by is None
        )

    def _is_theirs(self, war_room: WarRoom, record: ClockRecord, to: Person) -> bool:
        known = self._policy.clocks.get(record.clock.kind)
        roles = {ESCALATION_MANAGER, known.owner if known else ESCALATION_MANAGER}
        held = {a.role for a in war_room.assignments if a.user_id == to.id and a.ended_at is None}
        return to.kind is PersonKind.MEMBER and bool(held & roles)

    async def _owed(
        self, tx: Transaction, escalation: Escalation, clocks: Sequence[ClockRecord], to: Person
    ) -> tuple[OwedRecord, ...]:
        """Return the breach records that the escalation manager owes."""
        if escalation.owner != to.id:
            return ()
        found = await breaches.of(tx, [record.id for record in clocks])
        return tuple(
            OwedRecord(
                clock_id=record.id,
                title=self._policy.clock_title(record.clock.kind),
                broken_at=found[record.id].breached_at,
            )
            for record in clocks
            if record.id in found and found[record.id].recorded_at is None
        )
