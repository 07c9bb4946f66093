"""On hold: what it waits for is said, clocks that may stop do, and the next update never does."""

from datetime import timedelta

import pytest

from bot.domain.escalation.escalation import Transition
from bot.sandbox.demo import EVA, MAX
from bot.sandbox.workspace import Channel
from tests.journeys.moves import moves
from tests.journeys.test_sla_clocks import clocks, passes, rungs
from tests.war_room import WarRoom, marked, words_of

LINK = "https://example.com/question"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A room whose work goes on."""
    room = await war_room.opens(owner=EVA, invited=[MAX], severity="s1")
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE)
    await war_room.settles()
    return room


def notes(room: Channel) -> list[str]:
    return [words_of(note.blocks) for note in marked(room, "note")]


async def is_held(war_room: WarRoom, room: Channel, **answers: object) -> None:
    """Put it on hold, in the form that asks what it waits for."""
    await war_room.types("status on_hold we need their logs", by=EVA, where=room.id)
    until = int((war_room.now() + timedelta(hours=6)).timestamp())
    given = {"pause": "waiting_customer_info", "evidence": LINK, "until": until} | answers
    await war_room.fills(EVA, **given)
    done = await war_room.submits(EVA)
    assert done.closed, done.errors
    await war_room.settles()


async def test_a_hold_pauses_the_clocks_that_may_stop_for_its_reason(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)

    said = await clocks(war_room, room)
    assert "Workaround: paused" in said
    assert "Resolution: paused" in said
    assert LINK in said
    assert "First response: running" in said
    assert "Next customer update: running" in said
    assert "Workaround, Resolution" in notes(room)[-1]
    assert "paused" in notes(room)[-1]
    card = words_of(marked(room, "card")[0].blocks)
    assert "Why: Waiting for the customer's answer: we need their logs" in card


async def test_the_form_keeps_what_was_typed_and_asks_what_is_missing(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("status on_hold we need their logs", by=EVA, where=room.id)
    assert "we need their logs" in str(war_room.form(EVA).view)
    await war_room.play.close(EVA, war_room.form(EVA).id)

    await war_room.types(f"status on_hold no_access tried {LINK}", by=EVA, where=room.id)
    await war_room.fills(EVA, until=4_000_000_000)
    assert (await war_room.submits(EVA)).closed

    said = await clocks(war_room, room)
    assert "No access to the site or system" in said
    assert f"tried {LINK}" in said


async def test_the_customer_still_hears_from_us_while_it_is_on_hold(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await passes(war_room, timedelta(minutes=41))

    told = "\n".join(rungs(room))
    assert "Next customer update: missed" in told
    assert "Workaround" not in told
    assert "Next customer update: breached" in await clocks(war_room, room)


async def test_what_runs_on_is_said_and_the_time_on_hold_does_not_count(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await passes(war_room, timedelta(minutes=90))
    await war_room.does("status active", by=EVA, where=room.id)
    await war_room.settles()

    said = await clocks(war_room, room)
    assert "Workaround: running" in said
    assert "Paused 1 h 30: Waiting for the customer's answer" in said
    assert "the hold ended" in said
    assert "resumed" in notes(room)[-1]


async def test_a_hold_that_ends_with_the_escalation_leaves_no_clock_paused(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await war_room.does("deescalate they withdrew it", by=EVA, where=room.id)

    assert "Workaround: cancelled" in await clocks(war_room, room)


async def test_clocks_run_on_by_themselves_when_the_hold_was_to_end(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await passes(war_room, timedelta(hours=6, seconds=1))

    assert "Workaround: running" in await clocks(war_room, room)
    told = [words_of(message.blocks) for message in marked(room, "said")]
    assert any("the pause ended as planned" in text for text in told)


async def test_a_reason_that_needs_a_yes_is_refused_on_its_field_and_nothing_is_lost(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("status on_hold the court said so", by=EVA, where=room.id)
    await war_room.fills(EVA, pause="force_majeure", evidence="Order 12/26", until=4_000_000_000)
    refused = await war_room.submits(EVA)

    assert "Only the duty manager can pause clocks" in refused.errors["pause"]
    assert "Workaround: running" in await clocks(war_room, room)
    await war_room.types(f"assign <@{EVA}|eva> duty manager", by=EVA, where=room.id)
    assert (await war_room.submits(EVA)).closed
    assert "Workaround: paused" in await clocks(war_room, room)
