"""The commands: what can be typed behind `/escalate`, and pressed in the hub of a room.

A new command is a row in each of the two tables here. `/escalate help` and the README are made from
`COMMANDS`; a button of the hub runs the word that it names, so that both do the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.domain.command.hub import (
    Fits,
    Hub,
    acknowledging,
    agreeing,
    always,
    changing,
    handing_over,
    keeping,
    leading_on,
    muting,
    pausing,
    recording,
    resuming,
    taking_away,
    unmuting,
    waiving,
    while_open,
)
from bot.domain.escalation.escalation import Transition
from bot.domain.lifecycle.lifecycle import RULES
from bot.domain.plan.kinds import ItemKind

# Kinds of items that have neither a row nor a button of their own.
OTHER_KINDS = tuple(k for k in ItemKind if k not in {ItemKind.ACTION, ItemKind.DECISION})


class CommandGroup(StrEnum):
    """When a command is needed; the value is the heading of its group."""

    OPEN = "Open an escalation"
    RUN = "Run the room"
    CLOCKS = "Keep the clocks"
    TELL = "Keep people informed"
    LOOK = "Look things up"
    CLOSE = "Close it"


class Usage(NamedTuple):
    """One row: what is typed behind `/escalate`, empty for nothing, and what it does."""

    typed: str
    does: str


def _others() -> str:
    """Return the words that add other kinds of items, in the order in which they are offered."""
    *others, last = [f"`{kind.spec.word}`" for kind in OTHER_KINDS]
    return f"{', '.join(others)} and {last}"


COMMANDS: Mapping[CommandGroup, Sequence[Usage]] = {
    CommandGroup.OPEN: (
        Usage("", "Open the form; in a war room, open the room's menu"),
        Usage("<text>", "Open the form with the title filled in"),
        Usage("acknowledge", "Take ownership and stop the acknowledgement clock"),
        Usage("severity s1…s4 why", "Change the severity"),
        Usage("assign @user [role]", "Give someone a role; escalation manager by default"),
        Usage("unassign @user [role]", "Remove someone from a role, or from all their roles"),
        Usage("handover @user [note]", "Ask someone to take over as escalation manager"),
    ),
    CommandGroup.RUN: (
        Usage("plan", "Show the whole plan; `plan customer` makes a copy for the customer"),
        Usage(
            "action @owner by fri 17:00 …",
            f"Add an action. Same for {_others()}",
        ),
        Usage(
            "done A-3 [evidence]",
            "Complete an item. Also `start`, `block`, `cancel`, `reopen`, `edit` and `take`",
        ),
        Usage("give A-3 @user", "Assign an item to someone"),
        Usage("postpone A-3 mon 10:00 why", "Move the due time"),
        Usage("snooze A-3 2h", "Snooze its reminder; the due time stays"),
        Usage("playbook", "Add what the playbook has and the plan lacks"),
        Usage("decide …", "Log a decision; `decisions [page]` lists them"),
        Usage("status <state> [why]", "Change the status, such as active, on_hold or mitigated"),
    ),
    CommandGroup.CLOCKS: (
        Usage("clocks", "Show every SLA clock, when it is due and why"),
        Usage("met <clock> <evidence>", "Mark a target as met, such as a customer update sent"),
        Usage("pause <reason> [until …] <evidence>", "Pause clocks; `resume` starts them again"),
        Usage("replied <link or summary>", "Log the customer's reply; paused clocks resume"),
        Usage("accepted <who, how>", "The customer accepts the workaround; or `rejected <why>`"),
        Usage("up", "Notify the next escalation level now"),
        Usage("recovery [clock]", "Write a recovery plan for a target at risk"),
        Usage("breach [clock]", "Record a breach: cause, impact and new target"),
        Usage("waive <clock> <why>", "Waive a target; it never counts as met"),
    ),
    CommandGroup.TELL: (
        Usage("checkpoint", "Start a checkpoint call now; `checkpoint skip why` skips the next"),
        Usage("rhythm", "List upcoming calls and updates"),
        Usage(
            "digest here weekdays 09:00",
            "Send this channel the digest; `digest now` previews it, `digest off` stops it",
        ),
        Usage("mute", "Mute assignment notifications; `unmute` turns them back on"),
    ),
    CommandGroup.LOOK: (
        Usage("catchup", "Show what you missed in this room"),
        Usage("timeline [page]", "Show the timeline, newest first"),
        Usage("remind", "List your upcoming reminders"),
        Usage("list [mine|open|all] [page]", "List escalations you can see"),
        Usage("similar [words]", "Find similar escalations and what worked"),
        Usage("help", "Show this list"),
    ),
    CommandGroup.CLOSE: (
        Usage("resolve [outcome]", "Mark it resolved; `confirm` when the customer agrees"),
        Usage("close", "Close it after the review"),
        Usage("deescalate why", "Hand it back to normal support"),
        Usage("reopen why", "Reopen it"),
        Usage("export", "Export the full record as two files"),
    ),
}
WHERE = (
    "Without details, a command opens a form. These work in any channel: list, remind, mute, "
    "digest, help and similar with words. The rest work in a war room."
)


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
    for kind in OTHER_KINDS:
        yield HubButton(
            line=kind.spec.word, title=kind.label, group=HubGroup.PLAN, menu=ADD, is_quiet=True
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
            line=verb, title=title, group=HubGroup.PLAN, menu=CHANGE, fits=changing, is_quiet=True
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
    yield HubButton(line="met", title="Mark target met", group=clocks, fits=keeping)
    yield HubButton(line="pause", title="Pause", group=clocks, fits=pausing)
    yield HubButton(line="resume", title="Resume", group=clocks, fits=resuming)
    yield HubButton(line="replied", title="Customer replied", group=clocks)
    yield HubButton(line="accepted", title="Workaround accepted", group=clocks, fits=agreeing)
    yield HubButton(
        line="rejected", title="Workaround rejected", group=clocks, fits=agreeing, is_quiet=True
    )
    yield HubButton(line="up", title="Notify next level", group=clocks, fits=waiving)
    yield HubButton(line="recovery", title="Recovery plan", group=clocks, fits=waiving)
    yield HubButton(line="breach", title="Breach record", group=clocks, fits=recording)
    yield HubButton(line="waive", title="Waive", group=clocks, fits=waiving)


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
        fits=acknowledging,
        is_quiet=True,
    )
    yield HubButton(line="assign", title="Assign a role", group=people)
    yield HubButton(line="unassign", title="Remove a role", group=people, fits=taking_away)
    yield HubButton(line="handover", title="Hand over", group=people, fits=handing_over)
    yield HubButton(
        line="mute", title="Mute notifications", group=people, fits=muting, is_quiet=True
    )
    yield HubButton(
        line="unmute", title="Unmute notifications", group=people, fits=unmuting, is_quiet=True
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
            fits=leading_on(move),
            is_quiet=True,
        )


ENTRIES: tuple[HubButton, ...] = (*_plan(), *_clocks(), *_rest())
BY_KEY: Mapping[str, HubButton] = {entry.key: entry for entry in ENTRIES}


def missing(entry: HubButton, hub: Hub) -> str | None:
    """Return why an entry is not there for this person now, None when it is."""
    if not hub.is_member and not entry.is_look:
        return "only members of this workspace can"
    return entry.fits(hub)
