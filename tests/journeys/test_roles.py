"""Roles are offered, accepted and handed over; there is always one escalation manager."""

import pytest

from bot.sandbox.demo import EVA, LEA, MAX, SAM
from bot.sandbox.workspace import Channel, Message
from storage.escalation import escalations
from tests.journeys.items import told
from tests.war_room import WarRoom, marked, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


def card_of(room: Channel) -> str:
    return words_of(marked(room, "card")[0].blocks)


def offers_in(room: Channel) -> list[Message]:
    return [note for note in marked(room, "note") if "role_accept" in str(note.blocks)]


async def says(war_room: WarRoom, room: Channel, words: str, by: str = EVA) -> None:
    await war_room.types(words, by=by, where=room.id)
    await war_room.settles()


async def answers(war_room: WarRoom, room: Channel, action: str, by: str) -> None:
    await war_room.play.click(by, room.id, offers_in(room)[-1].ts, action)
    await war_room.settles()


async def test_a_role_is_not_filled_until_it_is_accepted(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")
    assert f"Comms lead: @{SAM} (pending)" in card_of(room)

    await answers(war_room, room, "role_accept", SAM)

    assert "(pending)" not in card_of(room)
    assert not offers_in(room)
    assert f"@{SAM} is now comms lead" in "\n".join(
        words_of(n.blocks) for n in marked(room, "note")
    )
    assert any("Comms lead accepted" in text for text in await told(war_room))


async def test_a_role_that_is_declined_is_free_again(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")

    await answers(war_room, room, "role_decline", SAM)

    assert "Comms lead" not in card_of(room)
    assert any("Comms lead declined" in text for text in await told(war_room))


async def test_nobody_answers_for_somebody_else_and_no_answer_counts_twice(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")
    offer = offers_in(room)[-1]

    await answers(war_room, room, "role_accept", MAX)
    assert "no longer offered to you" in war_room.ephemerals(MAX)[-1]
    await war_room.play.click(SAM, room.id, offer.ts, "role_accept")
    await war_room.play.click(SAM, room.id, offer.ts, "role_accept")
    await war_room.settles()

    accepted = [text for text in await told(war_room) if "Comms lead accepted" in text]
    assert len(accepted) == 1


async def test_who_takes_a_role_themselves_is_not_asked(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"assign <@{MAX}|max> technical lead", by=MAX)

    assert not offers_in(room)
    assert f"Technical lead: @{MAX}" in card_of(room)
    assert "(pending)" not in card_of(room)


async def test_somebody_given_a_role_is_pinged_once(war_room: WarRoom, room: Channel) -> None:
    war_room.sandbox.workspace.pings.clear()

    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")

    # Card and plan are edited in place, which Slack notifies nobody of.
    pictures = {message.ts for kind in ("card", "plan") for message in marked(room, kind)}
    pings = [p for p in war_room.sandbox.workspace.pings if p.what == SAM]
    assert len({p.ts for p in pings if p.ts not in pictures}) == 1


async def test_a_handover_changes_nothing_until_it_is_accepted(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, f"promise <@{MAX}|max> by 2030-05-03 17:00 a written cause")
    await says(war_room, room, f"handover <@{SAM}|sam> I'm off at six; call Ana first")

    offer = words_of(offers_in(room)[-1].blocks)
    assert "I'm off at six" in offer
    assert "a written cause" in offer
    assert "Next customer update due" in offer
    assert f"Escalation manager: @{EVA}" in card_of(room)
    assert f"Handover offered to: @{SAM}" in card_of(room)

    await answers(war_room, room, "role_accept", SAM)

    assert f"Escalation manager: @{SAM}" in card_of(room)
    assert "Handover offered" not in card_of(room)
    assert SAM in room.members
    assert any(f"<@{EVA}> → <@{SAM}>" in text for text in await told(war_room))


async def test_a_handover_that_is_declined_stays_where_it_was(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, f"handover <@{SAM}|sam>")

    await answers(war_room, room, "role_decline", SAM)

    assert f"Escalation manager: @{EVA}" in card_of(room)
    assert "Handover offered" not in card_of(room)
    assert "can't take over" in "\n".join(words_of(n.blocks) for n in marked(room, "note"))


async def test_a_handover_that_was_overtaken_is_offered_no_more(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, f"handover <@{SAM}|sam>")
    await says(war_room, room, f"assign <@{MAX}|max>", by=MAX)

    await war_room.play.click(SAM, room.id, offers_in(room)[0].ts, "role_accept")
    await war_room.settles()

    assert "no longer offered to you" in war_room.ephemerals(SAM)[-1]
    assert f"Escalation manager: @{MAX}" in card_of(room)


async def test_only_the_escalation_manager_hands_over(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"handover <@{SAM}|sam>", by=LEA)

    assert "Only the escalation manager" in war_room.ephemerals(LEA)[-1]
    assert not offers_in(room)


async def test_in_their_absence_somebody_else_takes_over(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"assign <@{MAX}|max>", by=MAX)

    assert f"Escalation manager: @{MAX}" in card_of(room)
    async with war_room.bot.database.reading() as tx:
        held = await escalations.assignments(tx, 1)  # type: ignore[arg-type]  # its number
    assert [a.user_id for a in held if a.role == "escalation_manager"] == [MAX]


async def test_a_role_is_taken_away_by_a_word(war_room: WarRoom, room: Channel) -> None:
    await says(war_room, room, f"assign <@{SAM}|sam> comms lead")
    await says(war_room, room, f"unassign <@{SAM}|sam> comms lead")

    assert "Comms lead" not in card_of(room)
    assert "Comms lead: " in words_of(marked(room, "note")[-1].blocks)

    await says(war_room, room, f"unassign <@{SAM}|sam>")
    assert "doesn't have that role" in war_room.ephemerals(EVA)[-1]
    await says(war_room, room, f"unassign <@{EVA}|eva>")
    assert "An escalation always needs a manager" in war_room.ephemerals(EVA)[-1]


async def test_a_role_that_approves_is_given_by_who_holds_it_or_an_administrator(
    war_room: WarRoom, room: Channel
) -> None:
    await says(war_room, room, f"assign <@{MAX}|max> duty manager", by=MAX)
    assert "can assign it" in war_room.ephemerals(MAX)[-1]
    assert "Duty manager" not in card_of(room)

    await says(war_room, room, f"assign <@{MAX}|max> duty manager", by=EVA)  # an administrator
    assert f"Duty manager: @{MAX}" in card_of(room)

    await says(war_room, room, f"assign <@{SAM}|sam> duty manager", by=MAX)
    assert f"Duty manager: @{SAM}" in card_of(room)
