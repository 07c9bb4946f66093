"""Reactions that mean something: the record follows what stands in the channel."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import BOT, EVA, LEA, MAX
from bot.sandbox.workspace import Channel, Message
from storage.tables.escalations import InboxRow
from tests.journeys.items import record, told
from tests.war_room import WarRoom, marked, words_of

WORDS = "We roll back to 4.2 tonight"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


def says(war_room: WarRoom, room: Channel, text: str = WORDS, thread: str | None = None) -> str:
    return war_room.play.say(EVA, room.id, text, thread)


def answers(room: Channel, ts: str) -> list[Message]:
    """Our messages in the thread of another one."""
    return [m for m in room.messages if m.thread_ts == ts and m.user == BOT and not m.deleted]


async def test_a_reaction_logs_a_decision_at_once_and_asks_one_question(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room)

    war_room.play.react(MAX, room.id, ts, "scales")
    await war_room.settles()

    (decision,) = await record(war_room, ItemKind.DECISION)
    assert decision.label == "D-1"
    assert decision.content.text == WORDS
    assert (decision.content.owner, decision.recorded_by) == (EVA, MAX)
    assert decision.said_at == datetime.fromtimestamp(float(ts), UTC)
    assert decision.source is not None
    assert decision.source.permalink.endswith(f"/archives/{room.id}/p{ts.replace('.', '')}")
    (answer,) = answers(room, ts)
    assert "D-1 logged" in words_of(answer.blocks)
    buttons = [
        e["text"]["text"] for b in answer.blocks if b["type"] == "actions" for e in b["elements"]
    ]
    assert buttons == ["Add reason and decider"]
    assert f"D-1: {WORDS}" in await told(war_room)


async def test_the_question_is_answered_in_a_form_and_not_asked_again(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room)
    war_room.play.react(MAX, room.id, ts, "scales")
    await war_room.settles()

    (answer,) = answers(room, ts)
    await war_room.play.click(EVA, room.id, answer.ts, "item_edit")
    await war_room.rests()
    await war_room.fills(EVA, rationale="The fix needs two more days", owner=LEA)
    done = await war_room.submits(EVA)
    await war_room.settles()

    assert done.error is None
    (answer,) = answers(room, ts)
    said = words_of(answer.blocks)
    assert "The fix needs two more days" in said
    assert f"decided by @{LEA}" in said
    assert "Add reason" not in said


async def test_several_people_and_replayed_events_make_one_record(
    war_room: WarRoom, room: Channel
) -> None:
    war_room.sandbox.faults.deliver_twice = True
    ts = says(war_room, room)

    for user in (EVA, MAX, LEA):
        war_room.play.react(user, room.id, ts, "scales")
    await war_room.settles()

    assert len(await record(war_room, ItemKind.DECISION)) == 1
    assert len(answers(room, ts)) == 1


async def test_it_is_taken_back_only_when_nobody_marks_it_any_more(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room)
    for user in (EVA, MAX):
        war_room.play.react(user, room.id, ts, "scales")
    await war_room.settles()

    war_room.play.unreact(EVA, room.id, ts, "scales")
    await war_room.settles()
    (still,) = await record(war_room, ItemKind.DECISION)
    war_room.play.unreact(MAX, room.id, ts, "scales")
    await war_room.settles()
    (gone,) = await record(war_room, ItemKind.DECISION)
    war_room.play.react(LEA, room.id, ts, "scales")
    await war_room.settles()
    (again,) = await record(war_room, ItemKind.DECISION)

    assert still.state is ItemState.OPEN
    assert gone.state is ItemState.RETRACTED
    assert (again.state, again.number) == (ItemState.OPEN, 1)
    assert len(answers(room, ts)) == 1
    assert any("taken back" in text for text in await told(war_room))


async def test_an_edit_keeps_both_texts_and_a_deletion_keeps_the_decision(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room)
    war_room.play.react(EVA, room.id, ts, "scales")
    await war_room.settles()

    war_room.play.edit(EVA, room.id, ts, "We do NOT roll back")
    await war_room.settles()
    (edited,) = await record(war_room, ItemKind.DECISION)
    shown = words_of(answers(room, ts)[0].blocks)
    war_room.play.delete(EVA, room.id, ts)
    await war_room.settles()
    (deleted,) = await record(war_room, ItemKind.DECISION)

    assert edited.source is not None
    assert (edited.source.text, edited.source.text_now) == (WORDS, "We do NOT roll back")
    assert "was edited" in shown
    assert WORDS in shown
    assert deleted.source is not None
    assert deleted.source.is_gone
    assert deleted.state is ItemState.OPEN
    assert "The message was deleted" in words_of(answers(room, ts)[0].blocks)


async def test_a_reply_in_a_thread_is_the_message_that_is_logged(
    war_room: WarRoom, room: Channel
) -> None:
    parent = says(war_room, room, "What do we do?")
    ts = says(war_room, room, WORDS, parent)

    war_room.play.react(EVA, room.id, ts, "scales")
    await war_room.settles()

    (decision,) = await record(war_room, ItemKind.DECISION)
    assert decision.content.text == WORDS
    assert len(answers(room, parent)) == 1


@pytest.mark.parametrize(
    ("emoji", "kind", "label"),
    [
        ("raised_hand", ItemKind.ACTION, "A-6"),
        ("warning", ItemKind.RISK, "R-1"),
        ("construction", ItemKind.BLOCKER, "B-1"),
        ("handshake", ItemKind.PROMISE, "P-1"),
        ("memo", ItemKind.NOTE, "N-1"),
    ],
)
async def test_each_reaction_has_its_kind(
    war_room: WarRoom, room: Channel, emoji: str, kind: ItemKind, label: str
) -> None:
    ts = says(war_room, room)

    war_room.play.react(MAX, room.id, ts, emoji)
    await war_room.settles()

    (item,) = await record(war_room, kind)
    assert item.content.text == WORDS
    assert item.label == label or kind is ItemKind.ACTION
    assert len(answers(room, ts)) == 1


async def test_owner_and_due_time_are_read_from_the_words(war_room: WarRoom, room: Channel) -> None:
    ts = says(war_room, room, "please replay the export by 2030-05-03 17:00")
    said = room.message(ts)
    assert said is not None
    said.text = f"<@{MAX}> {said.text}"  # as Slack writes a name that was picked

    war_room.play.react(EVA, room.id, ts, "raised_hand")
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.owner == MAX
    assert action.content.due_at is not None
    assert f"{action.content.due_at:%Y-%m-%d}" == "2030-05-03"
    assert "@max" in action.content.text
    plan = words_of(marked(room, "plan")[0].blocks)
    assert action.label in plan


async def test_a_tick_on_an_actions_message_or_on_ours_completes_it(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room, "Replay the export")
    war_room.play.react(EVA, room.id, ts, "raised_hand")
    await war_room.settles()

    war_room.play.react(MAX, room.id, ts, "white_check_mark")
    await war_room.settles()
    (done,) = await record(war_room, ItemKind.ACTION)
    war_room.play.unreact(MAX, room.id, ts, "white_check_mark")
    await war_room.settles()
    (reopened,) = await record(war_room, ItemKind.ACTION)
    war_room.play.react(MAX, room.id, answers(room, ts)[0].ts, "white_check_mark")
    await war_room.settles()
    (again,) = await record(war_room, ItemKind.ACTION)

    assert (done.state, done.ended_by) == (ItemState.DONE, MAX)
    assert reopened.state is ItemState.OPEN
    assert again.state is ItemState.DONE


async def test_a_reaction_that_means_nothing_costs_nothing(
    war_room: WarRoom, room: Channel
) -> None:
    ts = says(war_room, room)
    calls = len(war_room.sandbox.calls)

    war_room.play.react(EVA, room.id, ts, "tada")
    await war_room.settles()

    assert len(war_room.sandbox.calls) == calls
    async with war_room.bot.database.reading() as tx:
        row = await tx.one(select(func.count().label("n")).where(col(InboxRow.key).like("look:%")))
    assert row is not None
    assert row["n"] == 0


async def test_nobody_from_outside_and_no_guest_logs_anything(
    war_room: WarRoom, room: Channel
) -> None:
    guests = [p.id for p in war_room.sandbox.workspace.users.values() if p.is_restricted]
    assert guests
    ts = says(war_room, room)
    for guest in guests:
        war_room.play.invite(EVA, room.id, guest)
        war_room.play.react(guest, room.id, ts, "scales")
    await war_room.settles()

    assert await record(war_room, ItemKind.DECISION) == []


async def test_a_message_of_a_bot_and_one_without_words_can_be_logged(
    war_room: WarRoom, room: Channel
) -> None:
    card = marked(room, "card")[0]

    war_room.play.react(EVA, room.id, card.ts, "memo")
    await war_room.settles()

    (note,) = await record(war_room, ItemKind.NOTE)
    assert note.source is not None
    assert note.source.author
