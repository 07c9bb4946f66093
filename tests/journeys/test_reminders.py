"""People are reminded of what is due for them, once, in one message, and answer it there."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.demo import EVA, LEA, MAX, SAM
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel
from storage.people import preferences
from tests.journeys.items import labelled, told
from tests.journeys.reminders import messages, presses, rings, said, sent
from tests.war_room import WarRoom, open_war_room, words_of

SHIPPED = Path(__file__).parents[2] / "bot" / "policy.yaml"
REPLAY = f"action <@{MAX}|max> by in 3 hours replay the export"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A grave room that EVA leads and MAX works in; nothing waits for the morning there."""
    return await grave(war_room)


async def grave(war_room: WarRoom, **values: Any) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX], severity="s2", **values)


async def acts(war_room: WarRoom, room: Channel, words: str = REPLAY, by: str = EVA) -> None:
    await war_room.types(words, by=by, where=room.id)
    await war_room.settles()


async def test_an_action_is_told_before_it_is_due_when_it_is_and_again_until_it_is_done(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    await rings(war_room, minutes=100)
    assert said(war_room, MAX) == []

    await rings(war_room, minutes=25)
    assert "A-6 replay the export due" in said(war_room, MAX)[-1]
    await rings(war_room, minutes=60)
    assert "A-6 replay the export overdue since" in said(war_room, MAX)[-1]
    await rings(war_room, hours=3)
    assert len(said(war_room, MAX)) == 2
    await rings(war_room, hours=1)
    assert len(said(war_room, MAX)) == 3

    await acts(war_room, room, "done A-6", by=MAX)
    await rings(war_room, hours=30)
    assert len(said(war_room, MAX)) == 3


async def test_everything_due_for_one_person_is_one_message_and_is_said_once(
    war_room: WarRoom, room: Channel
) -> None:
    await rings(war_room, hours=2, minutes=20)
    await rings(war_room)

    assert len(sent(war_room, EVA)) == 1
    text = said(war_room, EVA)[0]
    for part in ("A-1 ", "A-2 ", "A-3 ", "Escalation manager"):
        assert part in text
    assert f"#{room.id}" in text


async def test_what_fell_due_while_nobody_swept_is_said_once_and_says_that_it_is_late(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    war_room.bot._scheduler._scheduler.pause()
    war_room.passes(hours=12)
    war_room.bot._scheduler._scheduler.resume()
    await rings(war_room)

    assert len(sent(war_room, MAX)) == 1
    assert "late: Warroom was offline" in said(war_room, MAX)[0]
    await rings(war_room, minutes=5)
    assert len(sent(war_room, MAX)) == 1


async def test_done_completes_the_item_and_pressed_twice_is_one(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    await rings(war_room, hours=4)
    war_room.sandbox.faults.deliver_twice = True

    await presses(war_room, MAX, "reminder_done", "A-6")

    assert (await labelled(war_room, "A-6")).ended_by == MAX
    assert f"✓ Done by @{MAX}" in said(war_room, MAX)[-1]
    assert (await told(war_room)).count("A-6: done") == 1


async def test_snooze_puts_it_off_and_pressed_twice_is_one(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    await rings(war_room, hours=4)
    war_room.sandbox.faults.deliver_twice = True
    await presses(war_room, MAX, "reminder_snooze", "A-6", choice="1h")
    war_room.sandbox.faults.deliver_twice = False

    assert "Snoozed until" in said(war_room, MAX)[-1]
    notes = [text for text in await told(war_room) if text.startswith("Reminder of A-6 snoozed")]
    assert len(notes) == 1
    await rings(war_room, minutes=50)
    assert len(sent(war_room, MAX)) == 1
    await rings(war_room, minutes=11)
    assert len(sent(war_room, MAX)) == 2


async def test_stop_is_for_good_until_it_gets_another_due_time(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    await rings(war_room, hours=4)
    await presses(war_room, MAX, "reminder_stop", "A-6")
    await rings(war_room, hours=30)

    assert len(sent(war_room, MAX)) == 1
    assert "Stopped." in said(war_room, MAX)[0]
    assert "Reminder of A-6 stopped" in await told(war_room)
    await acts(war_room, room, "postpone A-6 in 2 hours they are late")
    await rings(war_room, hours=3)
    assert len(sent(war_room, MAX)) == 2


async def test_who_has_just_done_something_about_it_is_not_reminded_of_it(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    await war_room.types("remind", by=MAX)  # from here on the bot knows who that is
    war_room.passes(hours=1, minutes=58)
    await acts(war_room, room, "start A-6", by=MAX)
    await rings(war_room, minutes=4)
    assert sent(war_room, MAX) == []
    await rings(war_room, minutes=2)
    assert len(sent(war_room, MAX)) == 1


async def test_who_wants_no_reminders_gets_those_of_promises_alone(
    war_room: WarRoom, room: Channel
) -> None:
    async with war_room.bot.database.transaction() as tx:
        await preferences.set_muted(tx, MAX, is_muted=True)
    await acts(war_room, room)
    await acts(war_room, room, f"promise <@{MAX}|max> by in 3 hours the cause in writing")
    await rings(war_room, hours=4)

    assert len(sent(war_room, MAX)) == 1
    assert "P-1 the cause in writing overdue since" in said(war_room, MAX)[0]
    assert "A-6" not in said(war_room, MAX)[0]


async def test_a_guest_who_owns_an_item_hears_of_it_in_the_room_alone(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room, f"action <@{SAM}|sam> by in 3 hours send the log files")
    war_room.play.make_guest(EVA, SAM)
    await rings(war_room, hours=4)

    assert sent(war_room, SAM) == []
    found = messages(room)
    assert len(found) == 1
    assert "A-6 send the log files" in words_of(found[0].blocks)
    assert words_of(found[0].blocks).startswith(f"@{SAM}")
    assert found[0].thread_ts == (await labelled(war_room, "A-6")).told_ts


async def test_a_role_that_is_not_accepted_is_asked_for_and_then_told_to_who_leads(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room, "acknowledge")
    await acts(war_room, room, f"assign <@{SAM}|sam> comms lead")
    for _ in range(9):
        await rings(war_room, minutes=31)

    asked = [
        text for text in said(war_room, SAM) if "Accept or decline your role: Comms lead" in text
    ]
    assert len(asked) == 3
    assert (
        sum("hasn't accepted the role of comms lead" in text for text in said(war_room, EVA)) == 1
    )
    assert sum(f"@{SAM} hasn't accepted" in text for text in said(war_room, EVA)) == 1


async def test_a_role_is_taken_by_the_button_of_its_reminder(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room, f"assign <@{SAM}|sam> comms lead")
    await rings(war_room, minutes=31)
    await presses(war_room, SAM, "reminder_done", "Comms lead")

    assert "Comms lead accepted" in "\n".join(await told(war_room))
    assert any("No longer needed" in text for text in said(war_room, SAM))


async def test_a_room_in_which_only_chat_goes_on_is_silent(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room, "acknowledge")
    for _ in range(5):
        war_room.play.say(MAX, room.id, "Still looking")
        await rings(war_room, hours=1)

    assert sum("No progress logged in" in text for text in said(war_room, EVA)) == 1
    await acts(war_room, room, "note the vendor answered")
    await rings(war_room, hours=3)
    assert sum("No progress logged in" in text for text in said(war_room, EVA)) == 1


async def test_a_hold_that_lasts_longer_than_was_said_is_told_to_who_leads(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room, "acknowledge")
    await acts(war_room, room, "status active")
    await war_room.fills(EVA, customer_ask="Ship today", business_impact="Two sites stand")
    assert (await war_room.submits(EVA)).closed
    await acts(war_room, room, "status on_hold waiting for their logs")
    until = int(war_room.sandbox.clock.now() + timedelta(days=2).total_seconds())
    pause = "waiting_customer_info"
    await war_room.fills(EVA, pause=pause, evidence="Asked at 14:10", until=until)
    assert (await war_room.submits(EVA)).closed
    await rings(war_room, hours=47)
    assert not [text for text in said(war_room, EVA) if "The hold on" in text]

    await rings(war_room, hours=2)
    assert "The hold on" in said(war_room, EVA)[-1]


async def test_nobody_is_reminded_of_what_is_over(war_room: WarRoom, room: Channel) -> None:
    await acts(war_room, room)
    await acts(war_room, room, "acknowledge")
    await acts(war_room, room, "deescalate calm again")
    while (form := war_room.sandbox.workspace.open_view(EVA)) is not None:
        asked = {block.get("block_id") for block in form.view["blocks"]}
        answers = {"anyway": "Agreed", "outcome": "Calm"}
        await war_room.fills(EVA, **{n: said for n, said in answers.items() if n in asked})
        assert (await war_room.submits(EVA)).error is None
    await war_room.settles()
    before = len(sent(war_room, EVA))
    await rings(war_room, hours=40)

    assert sent(war_room, MAX) == []
    assert len(sent(war_room, EVA)) == before


async def test_a_private_room_reminds_only_those_in_it(war_room: WarRoom) -> None:
    room = await grave(war_room, visibility="private")
    await acts(war_room, room)
    await acts(war_room, room, f"action <@{SAM}|sam> by in 3 hours call the lawyer")
    await rings(war_room, hours=4)

    assert "A-6" in said(war_room, MAX)[-1]
    for text in said(war_room, LEA):
        assert "A-6" not in text
    in_room = SAM in room.members
    assert bool(said(war_room, SAM)) is in_room


async def test_an_answer_of_slack_that_is_lost_doubles_nothing(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    war_room.passes(hours=4)
    lost = Fault(kind=FaultKind.DONE_NO_ANSWER, method="chat.postMessage", times=2)
    war_room.sandbox.faults.add(lost)
    await rings(war_room)

    assert len(sent(war_room, MAX)) == 1
    await presses(war_room, MAX, "reminder_done", "A-6")
    assert "✓ Done" in said(war_room, MAX)[0]


async def test_who_cannot_be_written_to_is_told_in_the_room(
    war_room: WarRoom, room: Channel
) -> None:
    await acts(war_room, room)
    war_room.passes(hours=4)
    refused = Fault(
        kind=FaultKind.ERROR,
        method="chat.postMessage",
        error="cannot_dm_bot",
        times=9,
        channels=(MAX, EVA),
    )
    war_room.sandbox.faults.add(refused)
    await rings(war_room)

    # Clocks may be looked at a moment after items, so that one person has one message or two.
    for user, item in ((MAX, "A-6 replay the export"), (EVA, "A-1 Tell the customer")):
        in_room = [words_of(m.blocks) for m in messages(room)]
        told = [text for text in in_room if text.startswith(f"@{user}")] + said(war_room, user)
        assert sum(item in text for text in told) == 1


async def test_words_snooze_an_item_and_list_what_comes(war_room: WarRoom, room: Channel) -> None:
    await acts(war_room, room)
    await war_room.types("remind", by=MAX)
    assert "A-6 replay the export" in war_room.ephemerals(MAX)[-1]
    await acts(war_room, room, "snooze A-6 5h", by=MAX)
    assert "Your next reminder about A-6 is at" in war_room.ephemerals(MAX)[-1]
    await rings(war_room, hours=4, minutes=50)
    assert sent(war_room, MAX) == []

    await rings(war_room, minutes=15)
    assert len(sent(war_room, MAX)) == 1
    await acts(war_room, room, "snooze A-6", by=MAX)
    assert "Enter how long" in war_room.ephemerals(MAX)[-1]
    await acts(war_room, room, "snooze A-6 2h", by=LEA)
    assert "No reminder for A-6" in war_room.ephemerals(LEA)[-1]
    await war_room.types("remind", by=SAM)
    assert "You have no upcoming reminders" in war_room.ephemerals(SAM)[-1]


async def test_what_can_wait_waits_for_the_morning(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, invited=[MAX], severity="s3")
    await acts(war_room, room, f"action <@{MAX}|max> by in 30 days write it up")
    for _ in range(40 * 4):
        if sent(war_room, MAX):
            break
        await rings(war_room, hours=6)
    ts = float(sent(war_room, MAX)[0].ts)
    local = datetime.fromtimestamp(ts, ZoneInfo("Europe/Lisbon"))
    assert 8 <= local.hour < 19
    assert local.weekday() < 5


async def test_the_policy_has_it_said_in_the_room_where_only_who_it_is_for_answers(
    sqlite_url: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    direct, in_room = "most: 8\n    where: direct", "most: 8\n    where: room"
    policy.write_text(SHIPPED.read_text().replace(direct, in_room))
    async with open_war_room(sqlite_url, warroom_policy=policy) as war_room:
        room = await grave(war_room)
        await acts(war_room, room)
        await rings(war_room, hours=4)
        mine = [m for m in messages(room) if words_of(m.blocks).startswith(f"@{MAX}")]
        assert len(mine) == 1
        assert sent(war_room, MAX) == []

        await war_room.play.click(LEA, room.id, mine[0].ts, "reminder_stop")
        await war_room.settles()
        assert f"This reminder is for @{MAX}" in war_room.ephemerals(LEA)[-1]
        await war_room.play.click(EVA, room.id, mine[0].ts, "reminder_stop")
        await war_room.settles()
        assert "You won't get another reminder about A-6" in war_room.ephemerals(EVA)[-1]
        drawn = room.message(mine[0].ts)
        assert drawn is not None
        assert "Stopped." in words_of(drawn.blocks)


async def test_two_replicas_say_everything_once(postgres_url: str) -> None:
    async with open_war_room(postgres_url, replicas=2) as war_room:
        room = await grave(war_room)
        for number in range(5):
            await acts(war_room, room, f"{REPLAY} {number}")
        await rings(war_room, hours=4)
        await rings(war_room)

        assert len(sent(war_room, MAX)) == 1
        assert said(war_room, MAX)[0].count("replay the export") == 5
