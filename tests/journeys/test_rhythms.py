"""Calls and updates come round in a room by themselves, once, and as the record stands then."""

import pytest

from bot.domain.escalation.escalation import Transition
from bot.main import Warroom
from bot.sandbox.demo import EVA, KIM, LEA, MAX
from bot.sandbox.events import pings
from bot.sandbox.workspace import Channel
from tests.journeys.items import told
from tests.journeys.moves import moves
from tests.journeys.rhythms import calls_of, comes_round, presses, reads, says
from tests.war_room import WarRoom, marked, open_war_room, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """The room of an S1 that EVA leads and has acknowledged."""
    opened = await war_room.opens(owner=EVA, invited=[MAX], severity="s1")
    await says(war_room, opened, "acknowledge")
    return opened


async def test_a_triage_call_is_held_once_soon_after_the_opening(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, severity="s1", business_impact="Two sites stand")

    await comes_round(war_room, minutes=6)
    await comes_round(war_room, hours=3)

    (call,) = calls_of(room, "Triage call")
    said = words_of(call.blocks)
    assert "Business impact: Two sites stand" in said
    assert "Customer's request: unknown" in said
    assert "Escalation manager: eva" in said
    assert pings(call) == [("user", EVA)]
    assert calls_of(room) == []


async def test_an_agenda_is_built_from_the_record(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "blocker their VPN is down")
    await war_room.fills(EVA, owner=MAX)
    assert (await war_room.submits(EVA)).error is None
    await says(war_room, room, f"promise <@{MAX}|max> by in 3 hours send the log report")
    await says(war_room, room, "decide we roll back to 4.2")

    await comes_round(war_room, minutes=61)

    (call,) = calls_of(room)
    said = words_of(call.blocks)
    assert "Checkpoint of ESC-" in said
    assert "15 min" in said
    assert "Decided: D-1: we roll back to 4.2" in said
    assert "B-1 their VPN is down · max · for 1 h" in said
    assert "Next actions" in said
    assert said.count(" · unassigned · by ") + said.count("A-") >= 3
    assert "P-1 “send the log report” is at risk" in said
    assert "Next customer update due:" in said
    assert pings(call) == [("user", EVA)]


async def test_what_changed_is_what_came_since_the_last_one(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "decide we roll back")
    await comes_round(war_room, minutes=61)
    first = reads(room)
    await says(war_room, room, "decide we roll forward again")
    await comes_round(war_room, minutes=91)
    second = reads(room)
    await says(war_room, room, "decide we wait")
    await comes_round(war_room, minutes=91)
    third = reads(room)

    assert "D-1: we roll back" in first
    assert "D-1" not in second
    assert "D-2: we roll forward again" in second
    assert "D-2" not in third
    assert "D-3: we wait" in third
    assert "Workaround: breached; the target was 4 h" in third


async def test_what_nobody_answered_becomes_the_next_one_instead_of_one_more_message(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "decide we roll back")
    await comes_round(war_room, minutes=61)
    (first,) = calls_of(room, "Executive update")
    for _ in range(4):
        await comes_round(war_room, minutes=91)

    (checkpoint,) = calls_of(room)
    (update,) = calls_of(room, "Executive update")
    assert "D-1: we roll back" in words_of(checkpoint.blocks)
    assert "Workaround: breached; the target was 4 h" in words_of(checkpoint.blocks)
    assert update.ts == first.ts
    await presses(war_room, room, "call_done", checkpoint)
    assert "Checkpoint of ESC-2026-0001 done" in words_of(calls_of(room)[0].blocks)
    await comes_round(war_room, minutes=91)
    assert len(calls_of(room)) == 2


async def test_what_was_missed_while_nobody_ran_is_called_once(
    war_room: WarRoom, room: Channel
) -> None:
    await comes_round(war_room, hours=9)
    await comes_round(war_room, minutes=1)

    assert len(calls_of(room)) == 1
    assert len(calls_of(room, "Executive update")) == 1


async def test_several_replicas_call_once(postgres_url: str) -> None:
    async with open_war_room(postgres_url, replicas=2) as war_room:
        room = await war_room.opens(owner=EVA, severity="s1")
        await says(war_room, room, "acknowledge")
        for number in range(3):
            await comes_round(war_room, minutes=91)
            await says(war_room, room, f"decide {number}")

        assert len(calls_of(room)) == 3
        assert len(calls_of(room, "Executive update")) == 3


async def test_another_process_goes_on_where_the_last_one_stopped(
    war_room: WarRoom, room: Channel
) -> None:
    await comes_round(war_room, minutes=61)
    await says(war_room, room, "decide we roll back")
    old = war_room.bot
    new = Warroom(old._settings, clock=old._clock)

    war_room.passes(minutes=91)
    await new.services.meetings.follow_all()
    await new.services.meetings.call_due()
    await new.slack.gateway.close()
    await new.database.close()
    war_room.bot.delivery.ring()
    await war_room.settles()

    assert len(calls_of(room)) == 2


async def test_the_executive_update_says_what_the_record_says(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "status active")
    await war_room.fills(EVA, customer_ask="Ship today", business_impact="1,900 orders wait")
    assert (await war_room.submits(EVA)).closed
    await comes_round(war_room, minutes=31)

    (update,) = calls_of(room, "Executive update")
    said = words_of(update.blocks)
    assert "Acme (Standard) · S1 · day 1 · eva" in said
    assert "Impact: 1,900 orders wait" in said
    assert "Status: Active. Confidence: unknown." in said
    assert "Decision needed: none" in said
    assert pings(update) == [("user", EVA)]
    assert not [b for b in update.blocks if b["type"] == "actions"]


async def test_a_severity_changes_the_rhythm(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await says(war_room, room, "acknowledge")
    await comes_round(war_room, hours=30)
    assert marked(room, "call") == []

    await says(war_room, room, "severity s1 all sites hit")
    await comes_round(war_room, minutes=61)
    assert len(calls_of(room)) == 1

    await says(war_room, room, "severity s4 one site only")
    await comes_round(war_room, hours=30)
    assert len(calls_of(room)) == 1


async def test_what_is_resolved_or_on_hold_is_quiet_until_the_work_goes_on(
    war_room: WarRoom, room: Channel
) -> None:
    await moves(war_room, Transition.ACTIVATE, Transition.RESOLVE)

    await comes_round(war_room, hours=9)
    assert marked(room, "call") == []

    await war_room.does("reopen It is back", by=LEA, where=room.id)
    await comes_round(war_room, minutes=61)
    assert len(calls_of(room)) == 1


async def test_a_checkpoint_is_held_now_and_the_beat_counts_from_it(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "checkpoint", by=MAX)
    await says(war_room, room, "checkpoint", by=EVA)

    assert "called by max" in reads(room)
    assert "A checkpoint just started" in war_room.ephemerals(EVA)[-1]
    await comes_round(war_room, minutes=80)
    assert len(calls_of(room)) == 1
    await says(war_room, room, "decide we roll back")
    await comes_round(war_room, minutes=11)
    assert len(calls_of(room)) == 2
    assert "closed when the next one started" in words_of(calls_of(room)[0].blocks)


async def test_a_checkpoint_can_be_held_where_none_comes_round(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)

    await says(war_room, room, "checkpoint", by=LEA)

    assert "What changed" in reads(room)
    await comes_round(war_room, hours=30)
    assert len(calls_of(room)) == 1


async def test_the_next_one_is_left_out_with_a_reason(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "checkpoint skip all hands meet at that time")

    assert "Next one:" in war_room.ephemerals(EVA)[-1]
    notes = "\n".join(words_of(note.blocks) for note in marked(room, "note"))
    assert "all hands meet at that time" in notes
    await comes_round(war_room, minutes=65)
    assert calls_of(room) == []
    await comes_round(war_room, minutes=90)
    assert len(calls_of(room)) == 1


async def test_the_one_that_is_on_is_skipped_in_a_form(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "decide we roll back")
    await comes_round(war_room, minutes=61)
    (call,) = calls_of(room)
    await presses(war_room, room, "call_skip", call)
    await war_room.fills(EVA, reason="   ")
    assert "Add a reason" in str((await war_room.submits(EVA)).errors)
    await war_room.fills(EVA, reason="Nothing new")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()

    (call,) = calls_of(room)
    assert "skipped by eva: Nothing new" in words_of(call.blocks)
    assert "actions" not in [b["type"] for b in call.blocks]
    assert "Checkpoint skipped (Nothing new)" in await told(war_room)
    await comes_round(war_room, minutes=91)
    assert "D-1: we roll back" in reads(room)  # the one that was held tells what changed


async def test_a_word_without_a_reason_asks_for_it(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("checkpoint skip", by=EVA, where=room.id)
    await war_room.fills(EVA, reason="Lunch")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()

    await war_room.types("rhythm", by=MAX, where=room.id)
    said = war_room.ephemerals(MAX)[-1]
    assert "Checkpoint: " in said
    assert "1 skipped so far" in said
    assert "Executive update: " in said
    await war_room.types("checkpoint tomorrow", by=MAX, where=room.id)
    assert "checkpoint skip <why>" in war_room.ephemerals(MAX)[-1]


async def test_any_of_them_is_left_out_from_the_list(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("rhythm", by=EVA, where=room.id)
    (shown,) = [e for e in war_room.sandbox.workspace.ephemerals if e.user == EVA][-1:]
    await war_room.play.click(EVA, room.id, shown.ts, "rhythm_skip", "1:exec_update:")
    await war_room.rests()
    await war_room.fills(EVA, reason="They were told by phone")
    assert (await war_room.submits(EVA)).closed
    await comes_round(war_room, minutes=45)

    assert calls_of(room, "Executive update") == []


async def test_guests_hold_and_skip_nothing(war_room: WarRoom, room: Channel) -> None:
    await comes_round(war_room, minutes=61)
    war_room.play.invite(EVA, room.id, KIM)
    (call,) = calls_of(room)

    await presses(war_room, room, "call_done", call, by=KIM)
    await says(war_room, room, "checkpoint", by=KIM)
    await says(war_room, room, "checkpoint skip no", by=KIM)

    assert all("Guests can't" in said for said in war_room.ephemerals(KIM)[-3:])
    assert len(calls_of(room)) == 1
    assert "What changed" in reads(room)


async def test_what_nobody_began_is_begun_by_the_hourly_look(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, severity="s2")
    await says(war_room, room, "acknowledge")
    rhythms = war_room.bot.services.meetings
    await rhythms.follow_all()
    await rhythms.follow_all()

    await comes_round(war_room, days=4)

    assert len(calls_of(room)) == 1
