"""Times that people type: read whole and said back, or asked in the form they belong to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.escalation.escalation import Transition
from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import BOT, EVA, MAX
from bot.sandbox.workspace import Channel
from tests.journeys.items import labelled, record
from tests.journeys.moves import moves
from tests.war_room import WarRoom, words_of

LINK = "https://example.com/question"
LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


def form(war_room: WarRoom) -> str:
    return words_of(war_room.form(EVA).view["blocks"])


def choices(war_room: WarRoom) -> dict[str, str]:
    """Return the times that the open form offers, as they read, and their values."""
    blocks = war_room.form(EVA).view["blocks"]
    (choice,) = [block for block in blocks if block.get("block_id") == "time_choice"]
    return {o["text"]["text"]: o["value"] for o in choice["element"]["options"]}


async def test_a_date_of_two_meanings_is_asked_and_the_one_chosen_is_recorded(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(f"action <@{MAX}> by 3/12 replay the export", by=EVA, where=room.id)

    assert "“3/12”" in form(war_room)
    assert "Which one?" in form(war_room)
    assert await record(war_room, ItemKind.ACTION) == []
    march = next(value for text, value in choices(war_room).items() if " 12 Mar " in text)
    await war_room.fills(EVA, time_choice=march)
    done = await war_room.submits(EVA)
    await war_room.settles()

    assert done.error is None
    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.due_at is not None
    local = action.content.due_at.astimezone(LISBON)
    assert (local.month, local.day, local.hour) == (3, 12, 17)
    assert (action.content.text, action.content.owner) == ("replay the export", MAX)


async def test_a_choice_of_another_time_needs_that_time(war_room: WarRoom, room: Channel) -> None:
    await war_room.types(f"action <@{MAX}> by 3/12 replay it", by=EVA, where=room.id)
    await war_room.fills(EVA, time_choice="other")

    refused = await war_room.submits(EVA)
    await war_room.fills(EVA, time_choice="none")
    await war_room.submits(EVA)
    await war_room.settles()

    assert refused.errors.keys() == {"due_at"}
    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.due_at is None


async def test_a_named_zone_is_said_back_in_both(war_room: WarRoom, room: Channel) -> None:
    await war_room.types(
        f"promise <@{MAX}> by 2030-01-15 09:00 PST the fix is out", by=EVA, where=room.id
    )

    assert "by Tue 15 Jan 2030, 17:00 WET (09:00 PST)" in war_room.ephemerals(EVA)[-1]
    (promise,) = await record(war_room, ItemKind.PROMISE)
    assert promise.content.due_at == datetime(2030, 1, 15, 17, tzinfo=UTC)


async def test_putting_off_to_no_time_opens_the_form_with_what_was_typed(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("postpone A-1 to monda 10:00 the vendor is away", by=EVA, where=room.id)

    assert "“monda 10:00” isn't a time Warroom can read." in form(war_room)
    reason = next(b for b in war_room.form(EVA).view["blocks"] if b.get("block_id") == "reason")
    assert "the vendor is away" in reason["element"]["initial_value"]
    assert not (await labelled(war_room, "A-1")).slips


async def test_a_pause_until_no_time_opens_its_form_and_pauses_nothing(
    war_room: WarRoom, room: Channel
) -> None:
    typed = f"pause waiting_customer_info until monda 10:00 {LINK}"
    await war_room.types(typed, by=EVA, where=room.id)
    await war_room.types("clocks", by=EVA, where=room.id)

    assert "“monda 10:00” isn't a time Warroom can read." in form(war_room)
    assert "paused" not in war_room.ephemerals(EVA)[-1]
    at = (war_room.now() + timedelta(hours=5)).replace(second=0, microsecond=0)
    await war_room.fills(EVA, until=int(at.timestamp()), evidence=LINK)
    done = await war_room.submits(EVA)
    await war_room.types("clocks", by=EVA, where=room.id)

    assert done.error is None
    assert not done.errors
    assert "Resolution: paused" in war_room.ephemerals(EVA)[-1]


async def test_a_pause_says_its_end_absolutely(war_room: WarRoom, room: Channel) -> None:
    await war_room.types(f"pause waiting_customer_info for 5h {LINK}", by=EVA, where=room.id)

    at = (war_room.now() + timedelta(hours=5)).astimezone(LISBON)
    assert f"Paused until {at:%a} {at.day} {at:%b %Y}, {at:%H:%M}" in war_room.ephemerals(EVA)[-1]


async def test_a_snooze_to_two_times_names_both_and_keeps_nothing(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("snooze A-1 3/12", by=EVA, where=room.id)

    said = war_room.ephemerals(EVA)[-1]
    assert "“3/12” could be" in said
    assert "3 Dec" in said
    assert "12 Mar" in said


async def test_a_reaction_reads_a_time_from_when_the_message_was_written(
    war_room: WarRoom, room: Channel
) -> None:
    ts = war_room.play.say(MAX, room.id, "I replay it by tomorrow 9am", None)
    written = war_room.now().astimezone(LISBON)
    war_room.passes(days=2)

    war_room.play.react(EVA, room.id, ts, "raised_hand")
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.due_at is not None
    local = action.content.due_at.astimezone(LISBON)
    assert (local.date(), local.hour) == ((written + timedelta(days=1)).date(), 9)
    answer = next(m for m in room.messages if m.thread_ts == ts and m.user == BOT)
    assert f"{local:%a} {local.day} {local:%b %Y}, 09:00 WE" in words_of(answer.blocks)


async def test_a_time_in_a_message_that_is_not_clear_is_asked_in_its_thread(
    war_room: WarRoom, room: Channel
) -> None:
    ts = war_room.play.say(MAX, room.id, "I replay it by 3/12", None)

    war_room.play.react(EVA, room.id, ts, "raised_hand")
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    answer = next(m for m in room.messages if m.thread_ts == ts and m.user == BOT)
    assert action.content.due_at is None
    assert "“3/12” could be" in words_of(answer.blocks)

    await war_room.play.click(EVA, room.id, answer.ts, "item_edit", str(action.id))
    await war_room.rests()
    assert any(" 3 Dec " in text for text in choices(war_room))


async def test_a_hold_until_two_days_asks_in_its_form_and_one_day_is_said_back(
    war_room: WarRoom, room: Channel
) -> None:
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE)
    typed = "status on_hold waiting_customer_info until {} " + LINK
    await war_room.types(typed.format("3/12"), by=EVA, where=room.id)
    asked = form(war_room)
    await war_room.play.close(EVA, war_room.form(EVA).id)
    said = await war_room.does(typed.format("2031-05-05 10:00"), by=EVA, where=room.id)

    assert "“3/12”" in asked
    assert "On hold until Mon 5 May 2031, 10:00 WEST" in said
