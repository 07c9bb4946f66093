"""What leaves a room: announcements, rungs, digests and direct messages, by who would read them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import policy as demo_policy
from bot.sandbox.demo import ESCALATIONS, EVA, EXT, KIM, LEA, LEADERSHIP, MAX, NOOR
from bot.sandbox.workspace import Channel
from tests.journeys.test_reconciliation import unheard
from tests.journeys.test_sla_clocks import passes, rungs
from tests.war_room import WarRoom, marked, open_war_room, words_of

HALF_AN_HOUR = timedelta(minutes=31)  # nobody acknowledged an S2: leadership is told
Happens = Callable[[WarRoom, Channel], None]


@pytest.fixture
async def led(database_url: str, tmp_path: Path) -> AsyncIterator[WarRoom]:
    """A war room with a leadership channel, whose people know each other."""
    policy = demo_policy.write(tmp_path)
    async with open_war_room(database_url, warroom_policy=policy) as war_room:
        yield war_room


def place(war_room: WarRoom, channel: str) -> Channel:
    return war_room.sandbox.workspace.channels[channel]


def nothing(_war_room: WarRoom, _room: Channel) -> None:
    """All is as it should be."""


def a_guest(war_room: WarRoom, _room: Channel) -> None:
    place(war_room, LEADERSHIP).members.append(KIM)


def an_outsider(war_room: WarRoom, _room: Channel) -> None:
    place(war_room, LEADERSHIP).members.append(EXT)


def made_private(war_room: WarRoom, room: Channel) -> None:
    war_room.play.make_private(EVA, room.id)


def made_private_unheard(war_room: WarRoom, room: Channel) -> None:
    unheard(war_room, lambda: war_room.play.make_private(EVA, room.id))


@pytest.mark.parametrize(
    ("happens", "reads"),
    [
        (nothing, True),
        (a_guest, False),
        (an_outsider, False),
        (made_private, False),
        (made_private_unheard, False),
    ],
    ids=["own people", "a guest", "another organisation", "private", "private, and nobody told"],
)
async def test_leadership_is_told_of_a_rung_when_only_they_read_it(
    led: WarRoom, happens: Happens, reads: bool
) -> None:
    room = await led.opens(by=LEA, owner=EVA, severity="s2")
    happens(led, room)
    await led.rests()

    await passes(led, HALF_AN_HOUR)

    assert bool(rungs(place(led, LEADERSHIP))) is reads
    assert rungs(room)  # the room hears of it whatever becomes of that


async def test_what_leadership_may_not_read_goes_to_the_manager(led: WarRoom) -> None:
    await led.opens(by=LEA, owner=EVA, severity="s2")
    place(led, LEADERSHIP).members.append(EXT)
    before = len(led.dm(EVA))

    await passes(led, HALF_AN_HOUR)

    assert any("Time to acknowledge" in said for said in led.dm(EVA)[before:])


async def test_a_room_that_others_read_is_told_nothing_internal(led: WarRoom) -> None:
    room = await led.opens(by=LEA, owner=EVA, severity="s2")
    led.play.invite(EVA, room.id, EXT)
    await led.settles()
    before, plan = len(room.visible()), words_of(marked(room, "plan")[0].blocks)

    await led.types("severity s1 all sites of Umbrella", by=EVA, where=room.id)
    await passes(led, HALF_AN_HOUR)

    assert len(room.visible()) == before
    assert words_of(marked(room, "plan")[0].blocks) == plan
    assert any("Umbrella" in said for said in led.dm(EVA))

    led.play.kick(EVA, room.id, EXT)
    await led.settles()
    assert words_of(marked(room, "plan")[0].blocks) != plan


@pytest.mark.parametrize("reader", [KIM, EXT], ids=["a guest", "another organisation"])
async def test_nothing_is_announced_where_others_read(war_room: WarRoom, reader: str) -> None:
    announcements = place(war_room, ESCALATIONS)
    announcements.members.append(reader)

    await war_room.opens(by=LEA, owner=EVA)

    assert not marked(announcements, "announcement")
    assert any("The announcement channel" in said for said in war_room.dm(LEA))


async def test_a_digest_does_not_come_where_guests_read(war_room: WarRoom) -> None:
    leadership = place(war_room, LEADERSHIP)
    await war_room.opens(by=LEA, owner=EVA)
    war_room.play.invite(NOOR, LEADERSHIP, "U0WARROOM")
    await war_room.types("digest here daily 09:00", by=NOOR, where=LEADERSHIP)
    await war_room.settles()
    leadership.members.append(KIM)

    war_room.passes(hours=25)
    await war_room.bot.services.digests.claim_due()
    await war_room.settles()

    assert not marked(leadership, "digest")
    assert "the channel has guests" in war_room.dm(NOOR)[-1]


async def test_somebody_who_is_no_member_is_sent_no_rung(led: WarRoom) -> None:
    await led.opens(by=LEA, owner=EVA, severity="s2")
    led.play.make_guest(EVA, NOOR)
    await led.rests()
    before = len(led.dm(NOOR))

    await passes(led, HALF_AN_HOUR)

    assert len(led.dm(NOOR)) == before


async def test_an_announcement_that_could_not_be_edited_is_edited_once_it_can_be(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title="Secret trouble")
    announcements = place(war_room, ESCALATIONS)
    war_room.play.archive(EVA, ESCALATIONS)
    war_room.play.make_private(EVA, room.id)
    await war_room.settles()
    assert "Secret" in words_of(marked(announcements, "announcement")[0].blocks)

    war_room.play.unarchive(EVA, ESCALATIONS)
    await war_room.settles()

    assert "Secret" not in words_of(marked(announcements, "announcement")[0].blocks)
    assert MAX in announcements.members
