"""Everything the pictures of one escalation are drawn from, read at one instant."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.room import Room
from bot.domain.people import Assignment, RoleKey
from bot.domain.plan.plan import Plan
from bot.domain.sla.breach import BrokenPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class WarRoom:
    """One escalation with its customer, room, plan and the people who hold a role in it.

    Attributes:
        read_at: The instant at which all of it was so.
        broken: Promises of time that were broken, recovered ones among them.
    """

    escalation: Escalation
    customer: Customer
    room: Room
    plan: Plan
    read_at: datetime
    assignments: tuple[Assignment, ...] = ()
    broken: tuple[BrokenPromise, ...] = ()

    def holding(self, role: RoleKey) -> tuple[Assignment, ...]:
        return tuple(a for a in self.assignments if a.role == role and a.ended_at is None)
