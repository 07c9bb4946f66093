"""What can be typed behind `/escalate`, by the moment in which it is needed.

`/escalate help` and the table of the README are both made from `COMMANDS`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.views.block_kit.blocks import Message, bold, bullets, line, rich, words


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
            "Add an action. Same for `milestone`, `criterion`, `need`, `blocker`, `risk`, "
            "`dependency`, `promise` and `note`",
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


def command(usage: Usage) -> str:
    return f"/escalate {usage.typed}".rstrip()


def help_text() -> Message:
    """List every command under the moment in which it is needed."""
    parts = []
    for moment, usages in COMMANDS.items():
        rows = [line(bold(command(u)), words(f"  {u.does.replace('`', '')}")) for u in usages]
        parts += [line(bold(moment.value)), bullets(*rows)]
    return Message(
        "Warroom runs customer escalations. Try /escalate",
        [rich(*parts), rich(line(words(WHERE)))],
    )
