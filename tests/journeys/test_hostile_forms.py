"""Hostile text in every field of every form, in links, names and quoted messages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import ESCALATIONS, LEA, SUPPORT
from bot.sandbox.workspace import Channel
from bot.views.block_kit.action_ids import Action
from tests.journeys.test_hostile_text import HOSTILE
from tests.war_room import WarRoom, marked, open_war_room

REFUSALS = {"invalid_blocks", "invalid_arguments", "msg_too_long", "too_long", "internal_error"}
LINKS = [
    "https://evil.example/<!channel>",
    "https://evil.example/?a=<@U0NOOR001>|click",
    "javascript:alert(1)",
    "data:text/html,<script>",
    "https://",
    "https://x.example/\u202egpj.exe",
    "https://x.example/`*_~&amp;" + "x" * 1900,
    "https://" + "x" * 3000,
]


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[WarRoom]:
    """So many forms are played on one database; what Postgres will not take is tried elsewhere."""
    async with open_war_room(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=LEA)


def texts(blocks: list[dict[str, Any]]) -> dict[str, int]:
    """Return the fields one can write into, each with its longest text."""
    return {
        block["block_id"]: block["element"].get("max_length", 3000)
        for block in blocks
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    }


async def writes_everywhere(war_room: WarRoom, text: str) -> None:
    """Write `text` into every field of the form that is open, and send it off."""
    fields = texts(war_room.form().view["blocks"])
    assert fields
    await war_room.fills(**{name: text[:longest] for name, longest in fields.items()})
    done = await war_room.submits()
    assert done.error is None, done.error
    await war_room.settles()
    for view in war_room.sandbox.workspace.stack_of(LEA):
        view.closed = True


def assert_harmless(war_room: WarRoom, room: Channel, before: int) -> None:
    workspace = war_room.sandbox.workspace
    pings = workspace.pings[before:]
    assert not [p for p in pings if p.kind == "broadcast"]
    assert "U0NOOR001" not in {p.what for p in pings}
    assert not {c.error for c in war_room.sandbox.calls if c.error} & REFUSALS
    assert len(marked(room, "plan")) == len(marked(room, "card")) == 1
    for message in room.visible():
        assert "\u202e" not in str(message.blocks)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_in_the_forms_of_a_room_harms_nothing(
    on_sqlite: WarRoom, text: str
) -> None:
    war_room, room = on_sqlite, await on_sqlite.opens(owner=LEA)
    before = len(war_room.sandbox.workspace.pings)
    await war_room.types("severity", where=room.id)
    await writes_everywhere(war_room, text)
    plan = marked(room, "plan")[0].ts
    situation = next(
        e["value"]
        for block in marked(room, "plan")[0].blocks
        for e in block.get("elements", [])
        if e.get("action_id") == Action.SITUATION
    )
    await war_room.play.click(LEA, room.id, plan, Action.SITUATION, situation)
    await war_room.rests()
    await writes_everywhere(war_room, text)
    for kind in ItemKind:
        await war_room.types(f"{kind} x", where=room.id)
        if war_room.sandbox.workspace.open_view(LEA) is not None:
            await writes_everywhere(war_room, text)

    assert_harmless(war_room, room, before)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_in_a_message_that_is_escalated_or_marked_harms_nothing(
    war_room: WarRoom, room: Channel, text: str
) -> None:
    if not text.strip():
        return
    ts = war_room.play.say(LEA, room.id, text)
    before = len(war_room.sandbox.workspace.pings)
    for emoji in ("scales", "handshake"):
        war_room.play.react(LEA, room.id, ts, emoji)
        await war_room.settles()
    said = war_room.play.say(LEA, SUPPORT, text)
    await war_room.play.message_shortcut(LEA, SUPPORT, said, "escalate_message")
    await war_room.rests()
    before = len(war_room.sandbox.workspace.pings) if "channel" in text else before
    await war_room.fills(customer="Acme", title="Quoted")
    done = await war_room.submits()
    await war_room.settles()

    assert (done.errors, done.error) == ({}, None)
    assert_harmless(war_room, room, before)


@pytest.mark.parametrize("link", LINKS)
async def test_a_hostile_link_is_refused_on_its_field_or_harmless(
    war_room: WarRoom, link: str
) -> None:
    await war_room.types("SSO is down")
    await war_room.fills(customer="Acme", ticket_url=link, crm_url=link)

    done = await war_room.submits()
    await war_room.settles()

    if done.errors:
        assert "ticket_url" in done.errors
        assert war_room.form().state["ticket_url"]["value"]["value"] == link
        return
    (opened,) = war_room.rooms()
    assert_harmless(war_room, opened, 0)
    assert all(b.link.startswith("https://") for b in opened.bookmarks)
    assert "javascript:" not in str([m.blocks for m in opened.visible()])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_customer_is_warned_of_and_named_harmlessly(
    war_room: WarRoom, text: str
) -> None:
    name = text[:100].strip() or "Acme"
    first = await war_room.opens(customer=name)
    before = len(war_room.sandbox.workspace.pings)
    await war_room.types("")
    await war_room.fills(customer=name[:20])

    assert_harmless(war_room, first, before)
    assert len(first.name) <= 80
    announced = war_room.sandbox.workspace.channels[ESCALATIONS]
    assert all("<!" not in m.text for m in announced.visible())
