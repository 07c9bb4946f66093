"""The hub of a room: every word as an entry to press, and which of them fit the moment.

The one table of what can be pressed. An entry runs the word of the command that it names, so
that a button and the word typed do the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.escalation import Transition
from bot.domain.lifecycle.lifecycle import NEXT, RULES, transitions_from
from bot.domain.people import ESCALATION_MANAGER, UNASKED, Person, PersonKind
from bot.domain.plan.kinds import KINDS, ItemKind
from bot.domain.reading.home import Needs
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.clock import ACKNOWLEDGE, RESOLUTION, ClockState
from bot.domain.sla.record import ClockId, ClockRecord


class HubGroup(StrEnum):
    """What an entry is for, in the order in which the hub shows them."""

    PLAN = "plan"
    CLOCKS = "clocks"
    DECIDE = "decide"
    PEOPLE = "people"
    STATUS = "status"
    TELL = "tell"
    LOOK = "look"


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


def _acknowledging(hub: Hub) -> str | None:
    is_taken = hub.war_room.escalation.acknowledged_by is not None
    return "already acknowledged" if is_taken else while_open(hub)


def _handing_over(hub: Hub) -> str | None:
    is_theirs = hub.war_room.escalation.owner == hub.person.id
    return while_open(hub) if is_theirs else "only the escalation manager can"


def _taking_away(hub: Hub) -> str | None:
    stays = UNASKED | {ESCALATION_MANAGER}
    given = [a for a in hub.war_room.assignments if a.role not in stays and a.ended_at is None]
    return while_open(hub) if given else "no roles to remove"


def _pausing(hub: Hub) -> str | None:
    at = hub.war_room.read_at
    free = [r for r in hub.running() if r.clock.terms.pauses and r.clock.at(at).pause is None]
    return None if free else "no clock can be paused"


def _resuming(hub: Hub) -> str | None:
    return None if hub.paused() else "no clock is paused"


def _keeping(hub: Hub) -> str | None:
    return None if meetable(hub) else "no clock is open"


def meetable(hub: Hub) -> tuple[ClockRecord, ...]:
    """Return the clocks that somebody stops by saying that the promise was kept."""
    return tuple(r for r in hub.running() if r.clock.kind not in {ACKNOWLEDGE, RESOLUTION})


def _waiving(hub: Hub) -> str | None:
    return None if hub.running() else "no clock is open"


def _agreeing(hub: Hub) -> str | None:
    at = hub.war_room.read_at
    waits = any(r.clock.state(at) is ClockState.PROVISIONAL for r in hub.clocks)
    return None if waits else "no workaround is waiting for the customer"


def _recording(hub: Hub) -> str | None:
    return None if hub.is_broken() else "no target was missed"


def _muting(hub: Hub) -> str | None:
    return "notifications are muted" if hub.is_muted else None


def _unmuting(hub: Hub) -> str | None:
    return None if hub.is_muted else "notifications are on"


def _changing(hub: Hub) -> str | None:
    return None if any(item.stands for item in hub.war_room.plan.items) else "the plan is empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubButton:
    """One thing to press.

    Attributes:
        line: What it types behind the command: a word of ours, and what the word takes.
        title: On the button.
        menu: The list it stands in; empty for a button of its own.
        move: The move of the lifecycle that it makes; None for everything else.
        fits: Why it does not fit the moment, None when it does.
        is_look: Changes nothing, so that guests of a room may press it as well.
        is_quiet: Its absence needs no words: the opposite is there, or nothing would be learnt.
    """

    line: str
    title: str
    group: HubGroup
    menu: str = ""
    move: Transition | None = None
    fits: Fits = while_open
    is_look: bool = False
    is_quiet: bool = False

    @property
    def word(self) -> str:
        return self.line.partition(" ")[0]

    @property
    def key(self) -> str:
        """Its name in action ids and values."""
        return f"move_{self.move.value}" if self.move else self.line.replace(" ", "_")


ADD = "Add to plan"
CHANGE = "Update an item"
MOVE = "Change status"


def _plan() -> Iterator[HubButton]:
    yield HubButton(
        line="plan", title="View full plan", group=HubGroup.PLAN, fits=always, is_look=True
    )
    yield HubButton(line="action", title="Add an action", group=HubGroup.PLAN)
    for kind, spec in KINDS.items():
        if kind not in {ItemKind.ACTION, ItemKind.DECISION}:
            yield HubButton(
                line=spec.word, title=spec.title, group=HubGroup.PLAN, menu=ADD, is_quiet=True
            )
    for verb, title in (
        ("done", "Mark as done"),
        ("start", "Start"),
        ("block", "Mark as blocked"),
        ("take", "Assign to me"),
        ("give", "Assign to someone"),
        ("edit", "Edit"),
        ("postpone", "Postpone"),
        ("snooze", "Snooze the reminder"),
        ("cancel", "Cancel"),
        ("reopen item", "Reopen an item"),
    ):
        yield HubButton(
            line=verb, title=title, group=HubGroup.PLAN, menu=CHANGE, fits=_changing, is_quiet=True
        )
    yield HubButton(line="playbook", title="Apply the playbook", group=HubGroup.PLAN)
    yield HubButton(
        line="plan customer",
        title="Copy for customer",
        group=HubGroup.PLAN,
        fits=always,
        is_look=True,
    )


def _clocks() -> Iterator[HubButton]:
    clocks = HubGroup.CLOCKS
    yield HubButton(line="clocks", title="Show clocks", group=clocks, fits=always, is_look=True)
    yield HubButton(line="met", title="Mark target met", group=clocks, fits=_keeping)
    yield HubButton(line="pause", title="Pause", group=clocks, fits=_pausing)
    yield HubButton(line="resume", title="Resume", group=clocks, fits=_resuming)
    yield HubButton(line="replied", title="Customer replied", group=clocks)
    yield HubButton(line="accepted", title="Workaround accepted", group=clocks, fits=_agreeing)
    yield HubButton(
        line="rejected", title="Workaround rejected", group=clocks, fits=_agreeing, is_quiet=True
    )
    yield HubButton(line="up", title="Notify next level", group=clocks, fits=_waiving)
    yield HubButton(line="recovery", title="Recovery plan", group=clocks, fits=_waiving)
    yield HubButton(line="breach", title="Breach record", group=clocks, fits=_recording)
    yield HubButton(line="waive", title="Waive", group=clocks, fits=_waiving)


def _rest() -> Iterator[HubButton]:
    yield HubButton(line="decide", title="Log a decision", group=HubGroup.DECIDE)
    yield HubButton(
        line="decisions", title="All decisions", group=HubGroup.DECIDE, fits=always, is_look=True
    )
    people = HubGroup.PEOPLE
    yield HubButton(
        line="acknowledge",
        title="Acknowledge",
        group=people,
        fits=_acknowledging,
        is_quiet=True,
    )
    yield HubButton(line="assign", title="Assign a role", group=people)
    yield HubButton(line="unassign", title="Remove a role", group=people, fits=_taking_away)
    yield HubButton(line="handover", title="Hand over", group=people, fits=_handing_over)
    yield HubButton(
        line="mute", title="Mute notifications", group=people, fits=_muting, is_quiet=True
    )
    yield HubButton(
        line="unmute", title="Unmute notifications", group=people, fits=_unmuting, is_quiet=True
    )
    yield from _status()
    tell = HubGroup.TELL
    yield HubButton(line="checkpoint", title="Start a checkpoint", group=tell)
    yield HubButton(line="checkpoint skip", title="Skip a checkpoint", group=tell)
    yield HubButton(line="rhythm", title="Calls and updates", group=tell, fits=always, is_look=True)
    yield HubButton(line="export", title="Export the record", group=tell, fits=always)
    yield HubButton(line="digest", title="Daily digest", group=tell, fits=always)
    look = HubGroup.LOOK
    for line, title in (
        ("catchup", "What I missed"),
        ("timeline", "Timeline"),
        ("similar", "Similar escalations"),
        ("similar words", "Search escalations"),
        ("remind", "My reminders"),
        ("list", "All escalations"),
        ("help", "Help"),
    ):
        yield HubButton(line=line, title=title, group=look, fits=always, is_look=True)


# The moves that have a word of their own; the others are made by `status` and where they lead.
WORDS_OF_MOVES: Mapping[Transition, str] = {
    Transition.RESOLVE: "resolve",
    Transition.CONFIRM: "confirm",
    Transition.CLOSE: "close",
    Transition.DEESCALATE: "deescalate",
    Transition.REOPEN: "reopen",
}


def _status() -> Iterator[HubButton]:
    yield HubButton(
        line="severity", title="Severity and details", group=HubGroup.STATUS, fits=always
    )
    for move, rule in RULES.items():
        yield HubButton(
            line=WORDS_OF_MOVES.get(move, f"status {rule.to.value}"),
            title=rule.title,
            group=HubGroup.STATUS,
            menu=MOVE,
            move=move,
            fits=_leading_on(move),
            is_quiet=True,
        )


def _leading_on(move: Transition) -> Fits:
    def fits(hub: Hub) -> str | None:
        return None if move in moves_of(hub) else "not possible from this status"

    return fits


def moves_of(hub: Hub) -> list[Transition]:
    """Return the moves that this person may make now, the natural next step first."""
    held = {a.role for a in hub.war_room.assignments if a.user_id == hub.person.id}
    found = transitions_from(hub.war_room.escalation.status)
    return [move for move in found if not RULES[move].roles or held & RULES[move].roles]


def next_move(hub: Hub) -> Transition | None:
    """Return the natural next step, None when there is none or it is somebody else's."""
    move = NEXT.get(hub.war_room.escalation.status)
    return move if move in moves_of(hub) else None


ENTRIES: tuple[HubButton, ...] = (*_plan(), *_clocks(), *_rest())
BY_KEY: Mapping[str, HubButton] = {entry.key: entry for entry in ENTRIES}


def missing(entry: HubButton, hub: Hub) -> str | None:
    """Return why an entry is not there for this person now, None when it is."""
    if not hub.is_member and not entry.is_look:
        return "only members of this workspace can"
    return entry.fits(hub)
