"""A broken promise is written down, and one in danger says how it is kept after all."""

import json
from datetime import datetime, timedelta

import pytest

from bot.sandbox.demo import EVA, KIM, MAX
from bot.sandbox.workspace import Channel, Message
from tests.journeys.test_sla_clocks import LINK, clocks, passes, rungs
from tests.war_room import WarRoom, marked, words_of

CAUSE, EFFECT = "Nobody was on call", "They may ask for a credit"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A room in which only the workaround is still promised, in four hours."""
    room = await war_room.opens(owner=EVA, invited=[MAX], severity="s1")
    await war_room.types("acknowledge", by=EVA, where=room.id)
    await war_room.does(f"met first_response {LINK}", by=EVA, where=room.id)
    await war_room.types("waive next_update tested elsewhere", by=EVA, where=room.id)
    await war_room.types("waive next_update tested elsewhere", by=EVA, where=room.id)
    return room


def about_workaround(room: Channel, what: str) -> list[Message]:
    return [m for m in marked(room, "notice") if f"Workaround: {what}" in words_of(m.blocks)]


async def presses(war_room: WarRoom, room: Channel, message: Message, action: str, by: str) -> None:
    await war_room.play.click(by, room.id, message.ts, action)
    await war_room.rests()


def at(war_room: WarRoom, **later: float) -> int:
    found: datetime = war_room.now() + timedelta(**later)
    return int(found.timestamp())


async def is_broken(war_room: WarRoom, room: Channel) -> Message:
    await passes(war_room, timedelta(hours=4, minutes=1))
    return about_workaround(room, "missed")[-1]


async def fills_record(war_room: WarRoom, by: str = EVA, cause: str = CAUSE) -> None:
    await war_room.fills(
        by,
        cause=cause,
        effect=EFFECT,
        next_target_at=at(war_room, hours=3),
        is_customer_told="yes",
        customer_told_at=at(war_room, minutes=-2),
    )


async def test_a_breach_is_recorded_from_the_message_that_tells_of_it(
    war_room: WarRoom, room: Channel
) -> None:
    message = await is_broken(war_room, room)
    assert "No breach record yet: /escalate breach" in await clocks(war_room, room)

    await presses(war_room, room, message, "breach_record", EVA)
    await fills_record(war_room)
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()

    said = await clocks(war_room, room)
    assert f"breach record: {CAUSE}; impact: {EFFECT}; new target" in said
    assert "customer informed" in said
    assert f"(@{EVA}, " in said
    assert CAUSE in words_of(marked(room, "note")[-1].blocks)
    await war_room.types("timeline", by=EVA, where=room.id)
    assert f"Workaround: breach record: “{CAUSE}”" in war_room.ephemerals(EVA)[-1]


async def test_it_is_asked_again_until_it_is_there(war_room: WarRoom, room: Channel) -> None:
    await is_broken(war_room, room)
    await passes(war_room, timedelta(minutes=31))
    asked = [text for text in war_room.dm(EVA) if "Workaround: missed" in text]
    assert asked

    await war_room.types("breach workaround", by=EVA, where=room.id)
    await fills_record(war_room)
    assert (await war_room.submits(EVA)).closed
    direct = len(war_room.dm(EVA))
    await passes(war_room, timedelta(minutes=61))

    assert not any("Workaround: " in text for text in war_room.dm(EVA)[direct:])


async def test_what_is_missing_is_said_on_its_field(war_room: WarRoom, room: Channel) -> None:
    await is_broken(war_room, room)
    await war_room.types("breach", by=EVA, where=room.id)
    await war_room.fills(EVA, cause=CAUSE, effect=EFFECT, is_customer_told="yes")
    await war_room.fills(EVA, next_target_at=at(war_room, hours=-1))
    refused = await war_room.submits(EVA)

    assert refused.errors["next_target_at"] == "That time is in the past."
    assert refused.errors["customer_told_at"] == "Enter when they were informed."
    await fills_record(war_room)
    assert (await war_room.submits(EVA)).closed


async def test_two_records_at_once_lose_neither_text(war_room: WarRoom, room: Channel) -> None:
    message = await is_broken(war_room, room)
    for who in (EVA, MAX):
        await presses(war_room, room, message, "breach_record", who)
    await fills_record(war_room)
    assert (await war_room.submits(EVA)).closed
    await fills_record(war_room, MAX, "The pager was off")
    first = await war_room.submits(MAX)

    assert not first.closed
    form = str(war_room.form(MAX).view)
    assert "saved this while you were typing" in form
    assert "The pager was off" in form
    assert (await war_room.submits(MAX)).closed
    assert "The pager was off" in await clocks(war_room, room)


async def test_a_recovery_note_says_how_it_is_kept_and_ends_the_asking(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(hours=3, minutes=37))
    message = about_workaround(room, "90%")[-1]
    await presses(war_room, room, message, "recovery_note", MAX)
    await war_room.fills(MAX, plan="Replay by hand", forecast_at=at(war_room, minutes=-1))
    refused = await war_room.submits(MAX)
    assert refused.errors["forecast_at"] == "That time is in the past."
    await war_room.fills(MAX, forecast_at=at(war_room, minutes=20))
    assert (await war_room.submits(MAX)).closed
    await war_room.settles()

    assert "recovery plan: Replay by hand; forecast" in await clocks(war_room, room)
    assert "recovery plan: “Replay by hand”" in words_of(marked(room, "note")[-1].blocks)


async def test_what_was_kept_has_no_record_and_guests_record_nothing(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("breach", by=EVA, where=room.id)
    assert "No breach found" in war_room.ephemerals(EVA)[-1]
    message = await is_broken(war_room, room)
    war_room.play.invite(EVA, room.id, KIM)
    await war_room.rests()
    await presses(war_room, room, message, "breach_record", KIM)

    assert "Guests can't" in war_room.ephemerals(KIM)[-1]
    assert rungs(room)


async def test_a_recovery_note_is_written_by_word_about_what_is_asked_for(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(hours=3, minutes=37))
    await war_room.types("recovery", by=MAX, where=room.id)
    assert "Workaround" in words_of(war_room.form(MAX).view["blocks"])
    await war_room.fills(MAX, plan="Replay by hand", forecast_at=at(war_room, minutes=20))
    assert (await war_room.submits(MAX)).closed
    await war_room.settles()
    assert "recovery plan: Replay by hand; forecast" in await clocks(war_room, room)

    await war_room.types("recovery workaround", by=EVA, where=room.id)
    assert "Replay by hand" in str(war_room.form(EVA).view)

    told = len(about_workaround(room, "90%"))
    await passes(war_room, timedelta(minutes=31))
    assert len(about_workaround(room, "90%")) == told


async def test_a_recovery_note_by_name_or_else_of_what_is_due_the_soonest(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("recovery resol", by=EVA, where=room.id)
    assert "Resolution" in words_of(war_room.form(EVA).view["blocks"])
    await war_room.types("recovery", by=MAX, where=room.id)
    assert "Next customer update" in words_of(war_room.form(MAX).view["blocks"])

    await war_room.types("recovery first response", by=EVA, where=room.id)
    assert "That clock isn't running" in war_room.ephemerals(EVA)[-1]
    war_room.play.invite(EVA, room.id, KIM)
    await war_room.rests()
    await war_room.types("recovery", by=KIM, where=room.id)
    assert "Guests can't" in war_room.ephemerals(KIM)[-1]


async def test_the_export_holds_pauses_breach_and_recovery(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(f"pause waiting_customer_info {LINK}", by=EVA, where=room.id)
    await passes(war_room, timedelta(minutes=5))
    await war_room.types("resume", by=MAX, where=room.id)
    await war_room.types("recovery workaround", by=MAX, where=room.id)
    await war_room.fills(MAX, plan="Replay by hand", forecast_at=at(war_room, hours=2))
    assert (await war_room.submits(MAX)).closed
    await passes(war_room, timedelta(hours=4, minutes=1))
    await war_room.types("breach workaround", by=EVA, where=room.id)
    await fills_record(war_room)
    assert (await war_room.submits(EVA)).closed

    await war_room.types("export", by=EVA, where=room.id)
    await war_room.settles()

    (message,) = [m for m in room.visible() if m.files]
    text, kept = [(file.content or b"").decode() for file in message.files]
    (clock,) = [one for one in json.loads(kept)["clocks"] if one["kind"] == "workaround"]
    (pause,) = clock["pauses"]
    assert (pause["reason"], pause["evidence"]) == ("waiting_customer_info", LINK)
    assert (pause["by"], pause["to_at"] is not None) == (EVA, True)
    assert (clock["breach"]["cause"], clock["breach"]["effect"]) == (CAUSE, EFFECT)
    assert (clock["breach"]["recorded_by"], clock["breach"]["is_customer_told"]) == (EVA, True)
    assert clock["breach"]["next_target_at"] is not None
    assert (clock["recovery"]["plan"], clock["recovery"]["noted_by"]) == ("Replay by hand", MAX)
    assert f"Cause: {CAUSE}" in text
    assert "Recovery plan of" in text
    assert "Waiting for the customer's answer · evidence: " in text
