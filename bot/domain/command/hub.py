"""The hub of a room: what it is drawn from, and why something does not fit the moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.escalation import Transition
from bot.domain.lifecycle.lifecycle import NEXT, RULES, transitions_from
from bot.domain.people import ESCALATION_MANAGER, UNASKED, Person, PersonKind
from bot.domain.reading.home import Needs
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.clock import ACKNOWLEDGE, RESOLUTION, ClockState
from bot.domain.sla.record import ClockId, ClockRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A clock that has told people of itself, and nobody has said that they take care of it.

    Attributes:
        due_at: None while it is paused.
    """

    clock_id: ClockId
    title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRecord:
    """A promise that was broken, and of which nothing is written down yet."""

    clock_id: ClockId
    title: str
    broken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for one person in one room."""

    needs: Needs
    unanswered: tuple[Unanswered, ...] = ()
    records: tuple[OwedRecord, ...] = ()

    @property
    def count(self) -> int:
        needs = self.needs
        listed = len(needs.items) + len(needs.roles) + len(needs.handovers) + needs.more
        return listed + len(self.unanswered) + len(self.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Everything one person's hub of one room is drawn from, read at one instant.

    Attributes:
        clocks: The latest clock of each kind.
    """

    person: Person
    war_room: WarRoom
    waiting: Waiting
    clocks: tuple[ClockRecord, ...]
    is_muted: bool

    @property
    def is_member(self) -> bool:
        return self.person.kind is PersonKind.MEMBER

    @property
    def is_over(self) -> bool:
        return self.war_room.escalation.is_over

    def running(self) -> tuple[ClockRecord, ...]:
        return tuple(record for record in self.clocks if not record.clock.is_ended)

    def paused(self) -> tuple[ClockRecord, ...]:
        at = self.war_room.read_at
        return tuple(record for record in self.running() if record.clock.at(at).pause is not None)

    def is_broken(self) -> bool:
        return bool(self.war_room.broken)


# Why an entry does not fit now; None when it does.
Fits = Callable[[Hub], str | None]


def always(_hub: Hub) -> str | None:
    return None


def while_open(hub: Hub) -> str | None:
    return f"{hub.war_room.escalation.number} is closed" if hub.is_over else None


def acknowledging(hub: Hub) -> str | None:
    is_taken = hub.war_room.escalation.acknowledged_by is not None
    return "already acknowledged" if is_taken else while_open(hub)


def handing_over(hub: Hub) -> str | None:
    is_theirs = hub.war_room.escalation.owner == hub.person.id
    return while_open(hub) if is_theirs else "only the escalation manager can"


def taking_away(hub: Hub) -> str | None:
    stays = UNASKED | {ESCALATION_MANAGER}
    given = [a for a in hub.war_room.assignments if a.role not in stays and a.ended_at is None]
    return while_open(hub) if given else "no roles to remove"


def pausing(hub: Hub) -> str | None:
    at = hub.war_room.read_at
    free = [r for r in hub.running() if r.clock.terms.pauses and r.clock.at(at).pause is None]
    return None if free else "no clock can be paused"


def resuming(hub: Hub) -> str | None:
    return None if hub.paused() else "no clock is paused"


def keeping(hub: Hub) -> str | None:
    return None if meetable(hub) else "no clock is open"


def meetable(hub: Hub) -> tuple[ClockRecord, ...]:
    """Return the clocks that somebody stops by saying that the promise was kept."""
    return tuple(r for r in hub.running() if r.clock.kind not in {ACKNOWLEDGE, RESOLUTION})


def waiving(hub: Hub) -> str | None:
    return None if hub.running() else "no clock is open"


def agreeing(hub: Hub) -> str | None:
    at = hub.war_room.read_at
    waits = any(r.clock.state(at) is ClockState.PROVISIONAL for r in hub.clocks)
    return None if waits else "no workaround is waiting for the customer"


def recording(hub: Hub) -> str | None:
    return None if hub.is_broken() else "no target was missed"


def muting(hub: Hub) -> str | None:
    return "notifications are muted" if hub.is_muted else None


def unmuting(hub: Hub) -> str | None:
    return None if hub.is_muted else "notifications are on"


def changing(hub: Hub) -> str | None:
    return None if any(item.stands for item in hub.war_room.plan.items) else "the plan is empty"


def moves_of(hub: Hub) -> list[Transition]:
    """Return the moves that this person may make now, the natural next step first."""
    held = {a.role for a in hub.war_room.assignments if a.user_id == hub.person.id}
    found = transitions_from(hub.war_room.escalation.status)
    return [move for move in found if not RULES[move].roles or held & RULES[move].roles]


def next_move(hub: Hub) -> Transition | None:
    """Return the natural next step, None when there is none or it is somebody else's."""
    move = NEXT.get(hub.war_room.escalation.status)
    return move if move in moves_of(hub) else None


def leading_on(move: Transition) -> Fits:
    def fits(hub: Hub) -> str | None:
        return None if move in moves_of(hub) else "not possible from this status"

    return fits
