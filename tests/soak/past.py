"""What is known of the two weeks when they are over: when the clock showed what, and who did what.

From this and from the rules alone the oracle says what has to have been told.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.room import RoomState
from bot.domain.policy.policy import Policy
from bot.domain.reminders.reminder import ReminderFacts
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.record import ClockId
from bot.services.rooms.rooms import read_war_room
from storage.database.database import Database
from storage.reminders import facts as reminder_facts
from storage.sla import clocks as sla_clocks
from tests.soak.story import Done


@dataclass(frozen=True, slots=True)
class ClockThen:
    """A clock as somebody left it at one of the instants; `answered`: and answered its rungs."""

    index: int
    clock: SlaClock
    answered: bool


@dataclass(frozen=True, slots=True)
class EscalationThen:
    """An escalation as somebody left it; `told`: and the room hears of that."""

    index: int
    escalation: Escalation
    told: bool


@dataclass(frozen=True, slots=True)
class FactsThen:
    """What reminders are worked out from, as somebody left it."""

    index: int
    facts: ReminderFacts


@dataclass
class Past:
    """Every instant that the clock showed, and what people left behind at them.

    Attributes:
        rooms, zones: The room's channel, and the customer's time zone.
    """

    instants: list[datetime]
    clocks: dict[ClockId, list[ClockThen]] = field(default_factory=dict)
    escalations: dict[EscalationId, list[EscalationThen]] = field(default_factory=dict)
    facts: dict[EscalationId, list[FactsThen]] = field(default_factory=dict)
    owners: dict[ClockId, EscalationId] = field(default_factory=dict)
    rooms: dict[EscalationId, str] = field(default_factory=dict)
    zones: dict[EscalationId, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return len(self.instants) - 1

    async def keep(self, database: Database, policy: Policy, of: EscalationId, done: Done) -> None:
        """Keep how an escalation and its clocks stand after a deed."""
        now, calendars = self.instants[-1], policy.customer_calendar
        async with database.reading() as tx:
            war_room = await read_war_room(tx, of, at=now)
            records = await sla_clocks.of(tx, of)
            facts = await reminder_facts.read(tx, [of], now=now, calendars=calendars)
        self.facts.setdefault(of, []).append(FactsThen(self.last, facts[of]))
        for record in records:
            answered = record.id == done.answered
            then = ClockThen(self.last, record.clock, answered)
            self.clocks.setdefault(record.id, []).append(then)
            self.owners[record.id] = of
        # In a room that was archived nothing can be said, before somebody reopens it.
        is_heard = war_room.room.state is RoomState.OPEN or not war_room.escalation.is_over
        then_so = EscalationThen(self.last, war_room.escalation, done.is_told and is_heard)
        self.escalations.setdefault(of, []).append(then_so)
        self.rooms[of] = str(war_room.room.channel_id)
        self.zones[of] = war_room.customer.time_zone
