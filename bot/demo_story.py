"""The story of the demo: what had happened before, and what the page suggests to try."""

from bot.sandbox.demo import ESCALATIONS, EVA, LEA, MAX, SUPPORT
from bot.sandbox.play import Play
from bot.sandbox.slack import Deed, Sandbox, Step
from bot.views.action_ids import Action, Marker

CUSTOMERS = """name,tier,time_zone
Acme Logistics,strategic,Europe/Berlin
Globex,enterprise,America/New_York
Initech,growth,America/Chicago
Umbrella Health,strategic,Europe/London
Hooli,standard,America/Los_Angeles
"""


def steps() -> list[Step]:
    """Return what to try next, in the order of an escalation's life."""
    return [
        Step("Write /escalate, or escalate a message (⋮)", _asks_for_form),
        Step("Fill the form and open the room", _submits),
        Step("Go there and press Acknowledge", _acknowledges),
        Step("Write /escalate severity s1 and why there", _changes_severity),
        Step("Put ⚖️ (scales) on a message there: a decision", _logs_a_decision),
        Step("Add an action from the pinned plan", _adds_an_item),
        Step("Write /escalate catchup there", _catches_up),
        Step("Open the App Home", _looks_home),
        Step("Write /escalate export there, and keep the files", _exports),
        Step("Write /escalate similar in a room", _looks_for_similar),
        Step("Write /escalate digest now", _reads_the_digest),
        Step("Write /escalate checkpoint, reply in its thread, press Done", _holds_a_checkpoint),
        Step("Let the clock run (Clock, top): a promise is in danger", _runs_down),
        Step("Be somebody else (top right)", _is_somebody_else),
        Step("Let an hour pass (the clock) and read Eva's reminder", _is_reminded),
        Step("Order a bad day and open another", _opens_on_a_bad_day),
    ]


async def tell(sandbox: Sandbox) -> None:
    """Have a person open an escalation, so that there is something to look at."""
    play, workspace = Play(sandbox), sandbox.workspace
    play.say(LEA, SUPPORT, "Acme called: order release has been stuck since 08:40 in Rotterdam.")
    await play.command(LEA, SUPPORT, "/escalate", "Orders cannot be released in Rotterdam")
    while (view := workspace.open_view(LEA)) is None:
        await sandbox.changed(sandbox.version)
    offered = await play.suggest(LEA, view.id, "customer", "Acme")
    for name, value in {
        "customer": offered[0],
        "severity": "s2",
        "owner": EVA,
        "invited": [MAX],
        "customer_ask": "Release today's orders before the 16:00 dispatch.",
        "business_impact": "Two sites cannot ship; 1,900 orders wait.",
        "ticket_url": "https://tickets.example.com/PLAT-4412",
    }.items():
        await play.fill(LEA, view.id, name, value)
    await play.submit(LEA, view.id)
    await play.close(LEA, view.id)
    announced = workspace.channels[ESCALATIONS]
    while not announced.messages:
        await sandbox.changed(sandbox.version)


def _done(sandbox: Sandbox, *names: str) -> list[Deed]:
    return [deed for deed in sandbox.deeds if deed.name in names]


def _asks_for_form(sandbox: Sandbox) -> bool:
    return bool(_done(sandbox, "shortcut", "message_shortcut", "command"))


def _submits(sandbox: Sandbox) -> bool:
    return bool(_done(sandbox, "submit")) and len(_rooms(sandbox)) > 1


def _acknowledges(sandbox: Sandbox) -> bool:
    clicks = _done(sandbox, "click")
    return any(click.arguments["action_id"] == Action.ACKNOWLEDGE for click in clicks)


def _changes_severity(sandbox: Sandbox) -> bool:
    commands = _done(sandbox, "command")
    return any(c.arguments["text"].startswith("severity") for c in commands)


def _exports(sandbox: Sandbox) -> bool:
    return any(message.files for c in sandbox.workspace.channels.values() for message in c.messages)


def _looks_for_similar(sandbox: Sandbox) -> bool:
    commands = _done(sandbox, "command")
    return any(c.arguments["text"].startswith("similar") for c in commands)


def _logs_a_decision(sandbox: Sandbox) -> bool:
    return any(deed.arguments["name"] == "scales" for deed in _done(sandbox, "react"))


def _adds_an_item(sandbox: Sandbox) -> bool:
    clicks = _done(sandbox, "click")
    return any(click.arguments["action_id"] == Action.ITEM_ADD for click in clicks)


def _is_reminded(sandbox: Sandbox) -> bool:
    """Whether anybody was reminded directly: by waiting, or by jumping ahead."""
    direct = [c for c in sandbox.workspace.channels.values() if c.dm_with is not None]
    firsts = [m.blocks[0] for c in direct for m in c.visible() if m.blocks]
    return any(str(first.get("block_id")).startswith(Marker.REMINDER) for first in firsts)


def _catches_up(sandbox: Sandbox) -> bool:
    commands = _done(sandbox, "command")
    return any(c.arguments["text"].startswith("catchup") for c in commands)


def _looks_home(sandbox: Sandbox) -> bool:
    return bool(_done(sandbox, "open_home"))


def _reads_the_digest(sandbox: Sandbox) -> bool:
    commands = _done(sandbox, "command")
    return any(c.arguments["text"].startswith("digest now") for c in commands)


def _holds_a_checkpoint(sandbox: Sandbox) -> bool:
    clicks = _done(sandbox, "click")
    return any(click.arguments["action_id"] == Action.CALL_DONE for click in clicks)


def _runs_down(sandbox: Sandbox) -> bool:
    """Say whether the ladder of a clock has told somebody."""
    rung = Marker.RUNG.value
    messages = (m for c in sandbox.workspace.channels.values() for m in c.messages)
    return any(m.blocks and str(m.blocks[0].get("block_id")).startswith(rung) for m in messages)


def _is_somebody_else(sandbox: Sandbox) -> bool:
    return len({deed.arguments.get("user") for deed in sandbox.deeds} - {None}) > 1


def _opens_on_a_bad_day(sandbox: Sandbox) -> bool:
    names = [deed.name for deed in sandbox.deeds]
    return "faults" in names and "submit" in names[names.index("faults") :]


def _rooms(sandbox: Sandbox) -> list[str]:
    return [c.name for c in sandbox.workspace.channels.values() if c.name.startswith("esc-")]
