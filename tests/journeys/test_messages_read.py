"""What is recorded of a message: its own words, and who really did what to it."""

import pytest

from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import EVA, LEA, MAX
from bot.sandbox.workspace import Channel
from storage.escalation import timeline
from tests.journeys.items import record, words_of
from tests.war_room import WarRoom


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


async def actors(war_room: WarRoom, ending: str) -> list[str | None]:
    """Return who the timeline says did what ends like that."""
    async with war_room.bot.database.reading() as tx:
        entries = await timeline.of(tx, 1)  # type: ignore[arg-type]  # its number
    return [entry.actor for entry in entries if words_of(entry).endswith(ending)]


async def test_who_ticked_an_item_is_not_named_for_an_edit_of_its_message(
    war_room: WarRoom, room: Channel
) -> None:
    ts = war_room.play.say(EVA, room.id, "Replay the export")
    war_room.play.react(EVA, room.id, ts, "raised_hand")
    await war_room.settles()
    war_room.play.react(MAX, room.id, ts, "white_check_mark")
    await war_room.settles()

    war_room.play.edit(EVA, room.id, ts, "Replay the whole export")
    await war_room.settles()

    assert await actors(war_room, "its message was edited") == [None]
    assert await actors(war_room, ": done") == [MAX]


@pytest.mark.parametrize(
    "text",
    ["R&D says: use <5 workers", "a\tb", "  spaces  ", "word " * 800],
    ids=["entities", "tab", "spaces", "long"],
)
async def test_a_shortcut_keeps_the_message_as_it_reads(
    war_room: WarRoom, room: Channel, text: str
) -> None:
    ts = war_room.play.say(EVA, room.id, text)
    await war_room.play.message_shortcut(LEA, room.id, ts, "log_decision")
    await war_room.rests()
    assert "&amp;" not in str(war_room.form().view["blocks"])
    done = await war_room.submits()
    assert not done.errors
    await war_room.settles()

    war_room.play.react(MAX, room.id, ts, "scales")
    await war_room.settles()

    (decision,) = await record(war_room, ItemKind.DECISION)
    shown = room.message(ts)
    assert decision.source is not None
    assert shown is not None
    assert (decision.source.text, decision.source.text_now) == (shown.text, None)
    assert await actors(war_room, "its message was edited") == []


async def test_people_in_different_skin_tones_keep_an_item(
    war_room: WarRoom, room: Channel
) -> None:
    ts = war_room.play.say(EVA, room.id, "Replay the export")
    war_room.play.react(EVA, room.id, ts, "raised_hand::skin-tone-3")
    war_room.play.react(MAX, room.id, ts, "raised_hand::skin-tone-5")
    await war_room.settles()

    war_room.play.unreact(EVA, room.id, ts, "raised_hand::skin-tone-3")
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.stands


async def test_made_up_mentions_in_a_message_cost_few_questions(
    war_room: WarRoom, room: Channel
) -> None:
    shown = room.message(war_room.play.say(EVA, room.id, "Replay the export"))
    assert shown is not None
    shown.text += " ".join(f"<@U0MADEUP{number}>" for number in range(1500))
    before = len(war_room.called("users.info"))

    war_room.play.react(MAX, room.id, shown.ts, "raised_hand")
    await war_room.settles()

    assert len(war_room.called("users.info")) - before <= 25
    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.owner is None


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("edit the card", "“the” isn't an item label"),
        ("done A-77", "A-77 doesn't exist here"),
        ("done a77", "A-77 doesn't exist here"),
    ],
)
async def test_a_label_that_is_none_is_said_in_words(
    war_room: WarRoom, room: Channel, typed: str, answer: str
) -> None:
    await war_room.types(typed, where=room.id)

    assert answer in war_room.ephemerals()[-1]
