"""Replies to an open call become its minutes, and follow what people do to them."""

import pytest

from bot.domain.plan.item import Item
from bot.domain.plan.kinds import ItemKind
from bot.sandbox import changes
from bot.sandbox.demo import EVA, KIM, LEA, MAX
from bot.sandbox.events import pings
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel, Message
from tests.journeys.items import record, told
from tests.journeys.rhythms import calls_of, comes_round, presses, reads, says
from tests.war_room import BOT, WarRoom, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


@pytest.fixture
async def call(war_room: WarRoom, room: Channel) -> Message:
    """A checkpoint that is open."""
    await says(war_room, room, "checkpoint")
    return calls_of(room)[0]


async def minutes(war_room: WarRoom) -> list[Item]:
    """Return the notes in the order in which they were said."""
    found = await record(war_room, ItemKind.NOTE)
    return sorted(found, key=lambda item: item.said_at)


async def test_replies_become_minutes_with_author_time_and_link(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    war_room.sandbox.faults.deliver_twice = True
    first = war_room.play.say(MAX, room.id, "Replay finishes at four", call.ts)
    war_room.play.say(LEA, room.id, "Ana is told", call.ts)
    hostile = war_room.play.say(LEA, room.id, "x", call.ts)
    said_badly = room.message(hostile)
    assert said_badly is not None
    said_badly.text = f"<!channel> <@{MAX}> *now*"  # as Slack writes what was picked
    war_room.play.say(LEA, room.id, "This is not in the thread")
    await war_room.settles()
    answers = [m for m in room.messages if m.thread_ts == call.ts and m.user == BOT]
    await presses(war_room, room, "call_done", call)

    one, two, three = await minutes(war_room)
    assert (one.content.text, one.recorded_by) == ("Replay finishes at four", MAX)
    assert one.source is not None
    assert one.source.permalink.endswith(
        f"{first.replace('.', '')}?thread_ts={call.ts}&cid={room.id}"
    )
    assert one.said_at.timestamp() == pytest.approx(float(first))
    assert two.content.text == "Ana is told"
    assert three.content.text == "@channel @max *now*"
    assert answers == []
    said = reads(room)
    assert "done, closed by eva · 3 notes" in said
    assert "max: Replay finishes at four" in said
    assert "lea: Ana is told" in said
    assert "Next\n" in said
    assert pings(calls_of(room)[0]) == []
    told_then = await told(war_room)
    assert f"{one.label}: Replay finishes at four" in told_then
    assert "Checkpoint done" in told_then


async def test_the_message_of_a_call_is_edited_and_nothing_else_is_said(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    before = len(room.visible())

    await war_room.play.click(EVA, room.id, call.ts, "call_done")
    await war_room.play.click(MAX, room.id, call.ts, "call_done")
    await war_room.settles()

    assert len(room.visible()) == before
    assert "done, closed by eva · no notes" in reads(room)
    assert "call_done" not in str(calls_of(room)[0].blocks)
    assert "already over" in war_room.ephemerals(MAX)[-1]


async def test_what_is_said_after_it_is_done_is_no_minute(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    await presses(war_room, room, "call_done", call)
    war_room.play.say(MAX, room.id, "One more thing", call.ts)
    await war_room.settles()

    assert await record(war_room, ItemKind.NOTE) == []


async def test_the_next_one_ends_the_minutes_of_the_last(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, severity="s1")
    await says(war_room, room, "acknowledge")
    await comes_round(war_room, minutes=61)
    (first,) = calls_of(room)
    war_room.play.say(EVA, room.id, "We wait for the vendor", first.ts)
    await war_room.settles()
    await comes_round(war_room, minutes=91)
    war_room.play.say(EVA, room.id, "Too late", first.ts)
    await war_room.settles()

    first, second = calls_of(room)
    assert "closed when the next one started · 1 note" in words_of(first.blocks)
    assert "eva: We wait for the vendor" in words_of(first.blocks)
    assert "We wait for the vendor" not in words_of(second.blocks)
    assert len(await record(war_room, ItemKind.NOTE)) == 1


async def test_edits_and_deletions_are_followed(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    edited = war_room.play.say(MAX, room.id, "Replay ends at four", call.ts)
    deleted = war_room.play.say(MAX, room.id, "The password is hunter2", call.ts)
    await war_room.settles()
    await presses(war_room, room, "call_done", call)
    assert "hunter2" in reads(room)

    war_room.play.edit(MAX, room.id, edited, "Replay ends at five")
    war_room.play.delete(MAX, room.id, deleted)
    await war_room.settles()

    kept, gone = await minutes(war_room)
    assert kept.source is not None
    assert kept.source.text_now == "Replay ends at five"
    assert gone.source is not None
    assert gone.source.is_gone
    said = reads(room)
    assert "max: Replay ends at five" in said
    assert "hunter2" not in said
    assert "1 note" in said


async def test_neither_guests_nor_apps_nor_answers_of_ours_are_minutes(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    war_room.play.invite(EVA, room.id, KIM)
    war_room.play.say(KIM, room.id, "I am a guest", call.ts)
    ours = Message(ts=war_room.sandbox.clock.ts(), user=BOT, text="I am an app")
    ours.thread_ts, ours.bot_id = call.ts, "B0OTHER01"
    changes.add_message(war_room.sandbox, room, ours)
    await war_room.settles()

    assert await record(war_room, ItemKind.NOTE) == []


async def test_a_marked_reply_is_one_note_and_one_decision(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    ts = war_room.play.say(MAX, room.id, "We roll back", call.ts)
    await war_room.settles()
    war_room.play.react(EVA, room.id, ts, "memo")
    war_room.play.react(EVA, room.id, ts, "scales")
    await war_room.settles()

    assert len(await record(war_room, ItemKind.NOTE)) == 1
    assert len(await record(war_room, ItemKind.DECISION)) == 1


@pytest.mark.parametrize("kind", [FaultKind.DONE_NO_ANSWER, FaultKind.RATE_LIMITED])
async def test_slacks_bad_day_neither_loses_nor_doubles_a_call(
    war_room: WarRoom, room: Channel, kind: FaultKind
) -> None:
    war_room.sandbox.faults.add(Fault(kind=kind, method="chat.postMessage"))

    await says(war_room, room, "checkpoint")

    (call,) = calls_of(room)
    war_room.play.say(EVA, room.id, "Noted all the same", call.ts)
    await war_room.settles()
    assert len(await record(war_room, ItemKind.NOTE)) == 1


async def test_a_call_that_was_deleted_is_not_put_back(
    war_room: WarRoom, room: Channel, call: Message
) -> None:
    war_room.play.delete(EVA, room.id, call.ts)
    await war_room.settles()
    war_room.passes(minutes=6)
    await says(war_room, room, "checkpoint")

    assert len(calls_of(room)) == 1
    assert "What changed" in reads(room)
