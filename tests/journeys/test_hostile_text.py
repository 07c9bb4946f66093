"""Hostile text in every field: nothing pings, nothing breaks, long texts are cut with a sign."""

import pytest

from bot.sandbox.demo import ESCALATIONS, EVA, LEA
from tests.war_room import WarRoom, marked, words_of

FIELDS = ("title", "customer_ask", "business_impact", "problem")
HOSTILE = {
    "broadcast": "<!channel> <!here> <!everyone> @channel",
    "mention": "<@U0NOOR001> <!subteam^S0SRE0001> <#C0GENERAL>",
    "link": "<https://evil.example|your bank> https://evil.example",
    "formatting": "*bold* _it_ ~s~ `code` ```block``` > quote | pipe",
    "entities": "&lt;!channel&gt; & < > &amp;",
    "bidi": "\u202eolleh\u202c \u2066x\u2069 \u200f\u05e9\u05dc",
    "emoji": "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 :scales:",
    "newlines": "one\n\n\ntwo\r\nthree\ttab",
    "controls": "a\x00b\x07c\x1b[31m",
    "long": "x" * 3000,
    "long words": "wörd 👩‍🚀 " * 300,
    "blank": "   ",
    "json": '{"type": "mrkdwn", "text": "<!channel>"}',
}
LIMITS = {"title": 150}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_in_every_field_harms_nothing(war_room: WarRoom, text: str) -> None:
    await war_room.types("")
    values = {name: text[: LIMITS.get(name, 3000)] for name in FIELDS}
    values["title"] = values["title"] if values["title"].strip() else "t"
    await war_room.fills(customer=text[:100].strip() or "Acme", **values)
    pinged = len(war_room.sandbox.workspace.pings)

    done = await war_room.submits()
    await war_room.settles()

    assert not done.errors, done.errors
    room = war_room.rooms()[0]
    announced = war_room.sandbox.workspace.channels[ESCALATIONS]
    assert len(marked(room, "card")) == len(marked(room, "plan")) == 1
    assert len(marked(announced, "announcement")) == 1
    assert "Couldn't open" not in war_room.dm()[0]
    mentioned = {p.what for p in war_room.sandbox.workspace.pings[pinged:] if p.kind == "user"}
    assert mentioned <= {LEA, EVA}
    assert not [p for p in war_room.sandbox.workspace.pings if p.kind == "broadcast"]
    refused = {call.error for call in war_room.sandbox.calls if call.error}
    assert not refused & {"invalid_blocks", "msg_too_long", "too_long", "invalid_name_specials"}
    for message in [*room.visible(), *announced.visible()]:
        assert "<!" not in message.text
        assert "\u202e" not in str(message.blocks)


async def test_hostile_text_in_words_and_reasons_harms_nothing(war_room: WarRoom) -> None:
    room = await war_room.opens()

    await war_room.types("severity s1 <!channel> *now* <@U0NOOR001>", where=room.id)
    await war_room.settles()

    note = marked(room, "note")[-1]
    assert "<!channel> *now* @noor" in words_of(note.blocks)
    assert "U0NOOR001" not in {p.what for p in war_room.sandbox.workspace.pings}
    assert not [p for p in war_room.sandbox.workspace.pings if p.kind == "broadcast"]


async def test_a_long_text_is_cut_with_a_sign(war_room: WarRoom) -> None:
    room = await war_room.opens(problem="y" * 3000)

    assert "yyy…" in words_of(marked(room, "card")[0].blocks)


async def test_an_empty_form_is_complained_about_field_by_field(war_room: WarRoom) -> None:
    await war_room.types("")

    done = await war_room.submits()

    assert set(done.errors) == {"customer", "title"}


@pytest.mark.parametrize("text", ["broadcast", "link", "formatting", "bidi", "long words"])
async def test_hostile_text_across_rooms_harms_nothing(war_room: WarRoom, text: str) -> None:
    hostile = HOSTILE[text][:150]
    room = await war_room.opens(title=hostile, customer=HOSTILE[text][:100])
    await war_room.types(f"action <@{LEA}|lea> by 2030-05-03 17:00 {hostile}", where=room.id)
    await war_room.types(f"block A-1 {hostile}", where=room.id)
    await war_room.settles()
    pinged = len(war_room.sandbox.workspace.pings)

    home = await war_room.looks_home()
    for words in ("list", "catchup"):
        await war_room.types(words, where=room.id)

    assert len(war_room.sandbox.workspace.pings) == pinged
    assert not {call.error for call in war_room.sandbox.calls if call.error}
    assert "ESC-" in home
    assert "What you missed" in war_room.ephemerals()[-1]
    assert "Your open escalations" in war_room.ephemerals()[-2]
