"""The story of the demo: what had happened before, and what the page suggests to try."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.demo import ESCALATIONS, EVA, LEA, LEADERSHIP, MAX, NOOR, SUPPORT
from bot.sandbox.play import Play
from bot.sandbox.slack import Deed, Sandbox, Step
from bot.sandbox.workspace import Message
from bot.views.block_kit.action_ids import Action, Marker

# By then a promise has warned, been broken, climbed, and may have recovered.
DIGEST_IN = timedelta(hours=3)
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
        Step("Type /escalate, or escalate a message (⋮)", _asks_for_form),
        Step("Fill in the form and open the room", _submits),
        Step("Go there and press Acknowledge", _acknowledges),
        Step("Type /escalate severity s1 and a reason there", _changes_severity),
        Step("Speed up time (Clock, top) until a clock warns in Rotterdam's room", _warns),
        Step("Press Breach record there once the target is missed", _writes_down_a_breach),
        Step("Press Acknowledge there: late, so it recovers", _recovers),
        Step("Three hours after the start, read the digest in #leadership", _gets_the_digest),
        Step("React with ⚖️ (scales) to a message to log a decision", _logs_a_decision),
        Step("Add an action from the pinned plan", _adds_an_item),
        Step("Type /escalate catchup there", _catches_up),
        Step("Open the App Home", _looks_home),
        Step("Type /escalate export there and download the files", _exports),
        Step("Type /escalate similar in a room", _looks_for_similar),
        Step("Type /escalate checkpoint, reply in its thread, press Done", _holds_a_checkpoint),
        Step("Switch to another user (top right)", _is_somebody_else),
        Step("Skip an hour (Clock) and read Eva's reminder", _is_reminded),
        Step("Pick a bad day and open another escalation", _opens_on_a_bad_day),
    ]


async def tell(sandbox: Sandbox) -> None:
    """Have leadership ask for a digest and a person open an escalation, to be looked at."""
    play, workspace = Play(sandbox), sandbox.workspace
    play.invite(NOOR, LEADERSHIP, LEA)
    digest_at = datetime.fromtimestamp(sandbox.clock.now(), UTC) + DIGEST_IN
    await play.command(NOOR, LEADERSHIP, "/escalate", f"digest here daily {digest_at:%H:%M} UTC")
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


def _holds_a_checkpoint(sandbox: Sandbox) -> bool:
    clicks = _done(sandbox, "click")
    return any(click.arguments["action_id"] == Action.CALL_DONE for click in clicks)


def _warns(sandbox: Sandbox) -> bool:
    """Say whether a step of a clock was told in its room."""
    return any(_begins_with(Marker.NOTICE, message) for message in _said(sandbox))


def _writes_down_a_breach(sandbox: Sandbox) -> bool:
    return any("breach record: " in str(message.blocks) for message in _said(sandbox))


def _recovers(sandbox: Sandbox) -> bool:
    return any("recovered, " in str(message.blocks) for message in _said(sandbox))


def _gets_the_digest(sandbox: Sandbox) -> bool:
    """Say whether it came; the one somebody reads with `digest now` is shown to them alone."""
    return any(_begins_with(Marker.DIGEST, message) for message in _said(sandbox))


def _said(sandbox: Sandbox) -> list[Message]:
    return [m for c in sandbox.workspace.channels.values() for m in c.visible()]


def _begins_with(marker: Marker, message: Message) -> bool:
    """Say whether it is a message of that kind; `digest:7` is one, `digest_details:7` another."""
    first = message.blocks[0].get("block_id") if message.blocks else None
    return str(first).startswith(marker.of(""))


def _is_somebody_else(sandbox: Sandbox) -> bool:
    return len({deed.arguments.get("user") for deed in sandbox.deeds} - {None}) > 1


def _opens_on_a_bad_day(sandbox: Sandbox) -> bool:
    names = [deed.name for deed in sandbox.deeds]
    return "faults" in names and "submit" in names[names.index("faults") :]


def _rooms(sandbox: Sandbox) -> list[str]:
    return [c.name for c in sandbox.workspace.channels.values() if c.name.startswith("esc-")]
