"""A customer's reply lets the clocks run on that waited for it, and ends the hold that did."""

from datetime import timedelta

import pytest

from bot.domain.customers import file
from bot.domain.escalation.escalation import Transition
from bot.sandbox.demo import BOT, EVA, EXT, LEA, MAX, SUPPORT
from bot.sandbox.workspace import Channel
from bot.services.customers.customers import Customers
from tests.journeys.moves import moves
from tests.journeys.test_holds import is_held, notes
from tests.journeys.test_sla_clocks import LINK, clocks, passes
from tests.war_room import WarRoom, marked, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A room of Acme, whose own channel is the one shared with us."""
    listed = file.parse(f"name,channel_id\nAcme,{SUPPORT}\n").customers
    await Customers(war_room.bot.database).bring_in(listed, dry_run=False)
    war_room.play.invite(LEA, SUPPORT, BOT)
    room = await war_room.opens(owner=EVA, invited=[MAX], severity="s1")
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE)
    await war_room.settles()
    return room


async def pauses(war_room: WarRoom, room: Channel, reason: str = "waiting_customer_info") -> None:
    await war_room.types(f"pause {reason} {LINK}", by=EVA, where=room.id)
    await war_room.settles()


async def says(war_room: WarRoom, user: str, text: str = "Here it is") -> str:
    ts = war_room.play.say(user, SUPPORT, text)
    await war_room.settles()
    return ts


def said_in(room: Channel) -> list[str]:
    return [words_of(message.blocks) for message in marked(room, "said")]


def replies(room: Channel) -> list[str]:
    return [text for text in said_in(room) if "because the customer replied" in text]


async def test_a_customers_message_lets_the_clocks_run_on_from_its_very_time(
    war_room: WarRoom, room: Channel
) -> None:
    await pauses(war_room, room)
    await passes(war_room, timedelta(minutes=20))
    war_room.sandbox.faults.deliver_twice = True
    ts = await says(war_room, EXT)

    said = await clocks(war_room, room)
    assert "Workaround: running" in said
    assert "Paused 20 min: Waiting for the customer's answer" in said
    assert f"p{ts.replace('.', '')}" in said
    assert "Stayed paused after the customer replied" not in said
    assert len(replies(room)) == 1
    assert "Workaround, Resolution: resumed" in replies(room)[0]
    shown = marked(room, "said")[-1].blocks
    assert f"p{ts.replace('.', '')}" in str(shown)
    await war_room.types("timeline", by=EVA, where=room.id)
    assert war_room.ephemerals(EVA)[-1].count("The customer replied") == 1


async def test_what_was_on_hold_for_the_customer_resumes_by_itself(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await says(war_room, EXT)

    card = words_of(marked(room, "card")[0].blocks)
    assert "Status: Active" in card
    assert "Workaround: running" in await clocks(war_room, room)
    assert len(replies(room)) == 1
    assert "Status: On hold → Active; Workaround, Resolution: resumed" in replies(room)[0]
    assert "Active" not in notes(room)[-1].partition("On hold")[2]  # said once, not twice


async def test_a_hold_resumes_whose_pause_had_run_out_before(
    war_room: WarRoom, room: Channel
) -> None:
    await is_held(war_room, room)
    await passes(war_room, timedelta(days=9))
    await says(war_room, EXT)

    assert "Status: Active" in words_of(marked(room, "card")[0].blocks)


@pytest.mark.parametrize("user", [LEA, EVA])
async def test_our_own_people_are_no_customer(war_room: WarRoom, room: Channel, user: str) -> None:
    await pauses(war_room, room)
    await says(war_room, user)

    assert "Workaround: paused" in await clocks(war_room, room)
    assert replies(room) == []


async def test_what_waits_for_something_else_waits_on(war_room: WarRoom, room: Channel) -> None:
    await pauses(war_room, room, "customer_change_freeze until tomorrow 18:00")
    await says(war_room, EXT)

    await passes(war_room, timedelta(minutes=1))
    said = await clocks(war_room, room)
    assert "Resolution: paused" in said
    assert "Stayed paused after the customer replied" in said
    assert replies(room) == []


async def test_a_reply_from_before_the_pause_ends_nothing(war_room: WarRoom, room: Channel) -> None:
    await is_held(war_room, room)
    place = war_room.sandbox.workspace.channels[SUPPORT]
    early = f"{war_room.sandbox.clock.now() - 3600:.6f}"
    event = {"type": "message", "channel": SUPPORT, "user": EXT, "text": "Hello", "ts": early}
    war_room.sandbox.emit(place, event)
    await war_room.settles()

    assert "Workaround: paused" in await clocks(war_room, room)
    assert "Status: On hold" in words_of(marked(room, "card")[0].blocks)


async def test_a_reply_elsewhere_is_told_by_word(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("replied they called", by=EVA, where=room.id)
    assert "Nothing is waiting on the customer" in war_room.ephemerals(EVA)[-1]
    await is_held(war_room, room)
    await war_room.types("replied", by=EVA, where=room.id)
    assert "Customer replied" in str(war_room.form(EVA).view)

    await war_room.types("replied Ana called at nine", by=MAX, where=room.id)
    await war_room.settles()

    assert "On hold → Active" in war_room.ephemerals(MAX)[-1]
    assert "because the customer replied (Ana called at nine)" in replies(room)[0]
    assert "Workaround: running" in await clocks(war_room, room)


async def test_a_reply_gives_no_access_and_the_room_is_asked_once(
    war_room: WarRoom, room: Channel
) -> None:
    await pauses(war_room, room, "no_access")
    await passes(war_room, timedelta(minutes=5))
    await says(war_room, EXT, "Which system?")
    await passes(war_room, timedelta(minutes=5))
    await says(war_room, EXT, "Hello?")

    assert "Workaround: paused" in await clocks(war_room, room)
    asked = [text for text in said_in(room) if "If the wait is over: /escalate resume" in text]
    assert len(asked) == 1
    assert "No access to the site or system" in asked[0]
