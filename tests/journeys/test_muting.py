"""Muted people are told by name as before, and called by nobody's nudge."""

import pytest

from bot.sandbox.demo import EVA, LEA, MAX
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, marked, words_of

KINDS = ("item", "note")


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


def nudges(war_room: WarRoom, room: Channel, user: str) -> list[str]:
    """Return the posted messages about items that call somebody."""
    about = {m.ts for kind in KINDS for m in marked(room, kind)}
    pings = [p for p in war_room.sandbox.workspace.pings if p.kind == "user" and p.what == user]
    return [p.ts for p in pings if p.ts in about]


async def gives(war_room: WarRoom, room: Channel) -> None:
    await war_room.types(f"action <@{EVA}|eva> by 2030-05-03 17:00 Replay", by=EVA, where=room.id)
    await war_room.settles()
    number = marked(room, "item")[-1]
    label = words_of(number.blocks).split()[1]
    await war_room.types(f"give {label} <@{MAX}|max>", by=EVA, where=room.id)
    await war_room.settles()


async def test_who_is_given_something_is_called_once_in_its_thread(
    war_room: WarRoom, room: Channel
) -> None:
    await gives(war_room, room)
    told = [m for m in marked(room, "note") if "is assigned to you" in words_of(m.blocks)]

    assert len(told) == 1
    assert f"@{MAX} A-" in words_of(told[0].blocks)
    assert nudges(war_room, room, MAX).count(told[0].ts) == 1


async def test_who_is_muted_is_named_without_being_called(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("mute", by=MAX)
    assert "To undo this: /escalate unmute" in war_room.ephemerals(MAX)[-1]

    await gives(war_room, room)

    (told,) = [m for m in marked(room, "note") if "is assigned to you" in words_of(m.blocks)]
    assert words_of(told.blocks).startswith("max A-")
    assert nudges(war_room, room, MAX) == []
    assert "max" in words_of(marked(room, "item")[-1].blocks)


async def test_unmute_brings_the_nudges_back(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("mute", by=MAX)
    await war_room.types("mute", by=MAX)
    await war_room.types("unmute", by=MAX)

    await gives(war_room, room)

    assert nudges(war_room, room, MAX)


async def test_the_word_and_the_home_say_the_same(war_room: WarRoom) -> None:
    await war_room.types("mute")

    assert "Unmute notifications" in await war_room.looks_home()
    await war_room.play.click_in_home(LEA, "home_mute")
    assert "Mute notifications" in await war_room.home()


async def test_a_sentence_that_begins_with_the_word_mutes_nobody(war_room: WarRoom) -> None:
    await war_room.types("mute button of the headset is broken")

    assert "Nothing happened" in war_room.ephemerals()[-1]
    assert "Mute notifications" in await war_room.looks_home()
    shown = war_room.sandbox.workspace.ephemerals[-1]
    await war_room.play.click(LEA, shown.channel, shown.ts, "opening_anyway")
    await war_room.rests()
    assert war_room.form().state["title"]["value"]["value"].startswith("mute button")
