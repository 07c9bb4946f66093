"""An escalation is moved on to its end by words, buttons and forms, and back again."""

import pytest

from bot.sandbox.demo import EVA, KIM, LEA, MAX, SAM
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel
from tests.journeys.items import told
from tests.war_room import WarRoom, marked, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A room that EVA leads, LEA asked for and MAX works in."""
    return await war_room.opens(owner=EVA, invited=[MAX])


def card_of(room: Channel) -> str:
    return words_of(marked(room, "card")[0].blocks)


def notes_of(room: Channel) -> str:
    return "\n".join(words_of(note.blocks) for note in marked(room, "note"))


async def says(war_room: WarRoom, room: Channel, words: str, by: str = EVA) -> None:
    await war_room.types(words, by=by, where=room.id)


async def presses(war_room: WarRoom, room: Channel, action: str, by: str = EVA) -> None:
    card = marked(room, "card")[0]
    await war_room.play.click(by, room.id, card.ts, action)
    await war_room.rests()


async def becomes_active(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "acknowledge")
    await says(war_room, room, "status active")
    await war_room.fills(EVA, customer_ask="Ship today", business_impact="Two sites stand")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()


async def becomes_resolved(war_room: WarRoom, room: Channel) -> None:
    await becomes_active(war_room, room)
    await says(war_room, room, "resolve Orders ship again")
    await war_room.fills(EVA, evidence="Their dashboard is green since 14:00")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()


async def becomes_closed(war_room: WarRoom, room: Channel) -> None:
    await becomes_resolved(war_room, room)
    await war_room.does("confirm Ana wrote that all is well", by=EVA, where=room.id)
    await war_room.does("status review", by=EVA, where=room.id)
    await says(war_room, room, "close")
    await war_room.fills(EVA, anyway="The rest goes to the normal ticket")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()


async def test_an_escalation_is_led_to_its_end_by_words(war_room: WarRoom, room: Channel) -> None:
    await becomes_closed(war_room, room)

    assert "Status: Closed" in card_of(room)
    assert "Outcome: Orders ship again" in card_of(room)
    told_then = "\n".join(await told(war_room))
    for move in ("Intake → Triage", "Triage → Active", "Active → Resolved", "Review → Closed"):
        assert move in told_then
    assert "override: The rest goes to the normal ticket" in told_then
    assert "Next: " in notes_of(room)


async def test_an_escalation_is_led_to_its_end_by_buttons(war_room: WarRoom, room: Channel) -> None:
    answers: tuple[dict[str, object], ...] = (
        {"customer_ask": "Ship today", "business_impact": "Two sites stand"},
        {"outcome": "Orders ship again", "evidence": "Seen on their dashboard"},
        {"is_unanswered": ["yes"]},
        {},
        {"anyway": "Agreed with Ana"},
    )
    await presses(war_room, room, "acknowledge")
    await war_room.settles()
    for answer in answers:
        await presses(war_room, room, "move")
        await war_room.fills(EVA, **answer)
        assert (await war_room.submits(EVA)).closed
        await war_room.settles()

    assert "Status: Closed" in card_of(room)
    assert "The customer hasn't answered our follow-ups" in notes_of(room)
    assert "Reopen" in words_of(marked(room, "card")[0].blocks[-1])


async def test_what_is_missing_is_said_on_its_field_and_nothing_is_lost(
    war_room: WarRoom, room: Channel
) -> None:
    await becomes_active(war_room, room)
    await says(war_room, room, "status on_hold waiting for their logs")

    form = war_room.form(EVA)
    assert "waiting for their logs" in str(form.view)
    await war_room.fills(EVA, pause="waiting_customer_info")
    await war_room.fills(EVA, evidence="Asked at 14:10", until=1_000_000_000)
    refused = await war_room.submits(EVA)

    assert refused.errors == {"until": "That time is in the past."}
    await war_room.fills(EVA, until=4_000_000_000)
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()
    assert "Status: On hold" in card_of(room)
    assert "waiting for their logs" in card_of(room)


async def test_an_unaccepted_role_stands_in_the_way_until_somebody_says_why(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "acknowledge")
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")
    await says(war_room, room, "status active")
    await war_room.fills(EVA, customer_ask="Ship today", business_impact="Two sites stand")
    assert f"@{SAM}" in words_of(war_room.form(EVA).view["blocks"])
    refused = await war_room.submits(EVA)

    assert "Add an override reason" in refused.errors["anyway"]
    await war_room.fills(EVA, anyway="Sam is on a plane")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()
    assert "Status: Active" in card_of(room)
    assert "override: Sam is on a plane" in notes_of(room)


async def test_what_came_into_the_way_meanwhile_is_asked_about_in_the_same_form(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "acknowledge")
    await says(war_room, room, "status active")
    await war_room.fills(EVA, customer_ask="Ship today", business_impact="Two sites stand")
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead", by=MAX)
    first = await war_room.submits(EVA)

    assert first.view is not None
    assert not first.closed
    assert "hasn't accepted" in words_of(war_room.form(EVA).view["blocks"])
    await war_room.fills(EVA, anyway="He will be back at six")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()
    assert "Ship today" in words_of(marked(room, "plan")[0].blocks)


@pytest.mark.parametrize(
    ("words", "by", "answer"),
    [
        ("status active", LEA, "Only the escalation manager"),
        ("status closed", EVA, "Available: Active, De escalated, Declined"),
        ("resolve", EVA, "isn't available while"),
        ("deescalate calm again", MAX, "Only the escalation manager"),
        ("status resolved", KIM, "Guests can't"),
    ],
)
async def test_a_move_that_cannot_be_is_explained(
    war_room: WarRoom, room: Channel, words: str, by: str, answer: str
) -> None:
    await says(war_room, room, "acknowledge")
    await says(war_room, room, words, by=by)

    assert answer in war_room.ephemerals(by)[-1]
    await war_room.settles()
    assert "Status: Triage" in card_of(room)


async def test_the_menu_moves_it_on_in_a_form_of_its_own(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "acknowledge")
    await war_room.settles()
    await presses(war_room, room, "room_menu_open")
    menu = war_room.form(EVA)
    moves = "hub:list_change_status"
    await war_room.play.click_in_view(EVA, menu.id, moves, "1:move_decline")
    await war_room.rests()
    await war_room.fills(EVA, reason="It is a question", outcome="Write to support@example.com")
    assert (await war_room.submits(EVA)).error is None
    await war_room.settles()

    assert "Status: Declined" in card_of(room)
    assert war_room.form(EVA).id == menu.id
    told_lea = war_room.dm(LEA)[-1]
    assert "was declined" in told_lea
    assert "Write to support@example.com" in told_lea


async def test_a_severity_needs_its_reason_which_the_menu_asks_for(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, "severity s1")
    refused = await war_room.submits(EVA)
    assert "Say why it becomes S1" in refused.errors["reason"]
    await war_room.fills(EVA, reason="A third site")
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()

    assert "S1 Critical" in card_of(room)
    assert "A third site" in notes_of(room)


async def test_the_room_is_archived_after_its_time_of_grace_and_comes_back_when_reopened(
    war_room: WarRoom, room: Channel
) -> None:
    await becomes_closed(war_room, room)
    lifecycle = war_room.bot.services.lifecycle
    assert await lifecycle.archive_due() == 0
    war_room.passes(hours=73)

    assert await lifecycle.archive_due() == 1
    assert await lifecycle.archive_due() == 0
    await war_room.settles()
    assert room.is_archived
    assert not [text for text in war_room.dm(EVA) if "archived" in text]

    await war_room.does("reopen The symptom is back", by=EVA, where=room.id)
    await war_room.settles()

    assert not room.is_archived
    assert "Status: Active" in card_of(room)
    assert "The symptom is back" in notes_of(room)
    assert room.topic.startswith("S3 Medium · Active")
    assert not [text for text in war_room.dm(EVA) if "archived" in text]


async def test_a_room_reopened_before_its_time_is_not_archived(
    war_room: WarRoom, room: Channel
) -> None:
    await becomes_closed(war_room, room)
    await war_room.does("reopen The symptom is back", by=LEA, where=room.id)
    war_room.passes(hours=80)
    await war_room.bot.services.lifecycle.archive_due()
    await war_room.settles()

    assert not room.is_archived


async def test_what_ended_long_ago_is_a_new_escalation(war_room: WarRoom, room: Channel) -> None:
    await becomes_resolved(war_room, room)
    war_room.passes(days=15)
    await says(war_room, room, "reopen again", by=LEA)

    assert "more than 14 days ago" in war_room.ephemerals(LEA)[-1]
    assert "Recurrence of ESC-" in war_room.ephemerals(LEA)[-1]


async def test_reopen_with_a_label_is_about_an_item(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, "done A-1")
    await says(war_room, room, "reopen A-1")

    assert "A-1 logged" in war_room.ephemerals(EVA)[-1]


async def test_a_room_that_slack_keeps_archived_is_told_to_who_reopened_it(
    war_room: WarRoom, room: Channel
) -> None:
    await becomes_closed(war_room, room)
    war_room.passes(hours=73)
    await war_room.bot.services.lifecycle.archive_due()
    await war_room.settles()
    refused = Fault(
        kind=FaultKind.ERROR, method="conversations.unarchive", error="restricted_action"
    )
    war_room.sandbox.faults.add(refused)

    await war_room.does("reopen back again", by=EVA, where=room.id)
    await war_room.settles()

    assert "still archived" in war_room.dm(EVA)[-1]


async def test_the_checklist_of_the_playbook_is_ticked_or_gone_without_for_a_reason(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(owner=EVA, severity="s2")
    await becomes_active(war_room, room)
    await says(war_room, room, "resolve Orders ship again")
    await war_room.fills(EVA, evidence="Their dashboard is green")
    refused = await war_room.submits(EVA)
    assert refused.errors["checked"].startswith("Check what's done")

    await war_room.fills(EVA, checked=["The customer's monitoring or users confirm the fix"])
    assert (await war_room.submits(EVA)).closed
    await war_room.settles()

    assert "Status: Resolved" in card_of(room)
    assert "checked: The customer's monitoring" in notes_of(room)
