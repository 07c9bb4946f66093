"""Who is in a private room may know of it, from coming in until going, whatever role they hold."""

import pytest

from bot.sandbox.demo import EVA, LEA, MAX, SAM
from bot.sandbox.play import Play
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, marked, words_of

SECRET = "Merger of Umbrella"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    """A private room that Lea asked for, Eva runs, and in which Sam holds a role."""
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET, visibility="private")
    await war_room.types(f"assign <@{SAM}|sam> comms lead", by=EVA, where=room.id)
    await war_room.settles()
    return room


class AnywhereButIn(Play):
    """Presses a button of a room that the person has seen before and is in no longer."""

    def _channel(self, channel: str, user: str) -> Channel:
        return self._sandbox.workspace.channels[channel]


async def reads(war_room: WarRoom, room: Channel, viewer: str) -> list[str]:
    """Return by which way somebody still learns of the escalation."""
    war_room.sandbox.workspace.ephemerals.clear()
    old = AnywhereButIn(war_room.sandbox)
    found = []
    if SECRET in await war_room.looks_home(viewer):
        found.append("home")
    for word in ("list all", "list mine", f"similar {SECRET}"):
        await war_room.types(word, by=viewer)
    if any(SECRET in said for said in war_room.ephemerals(viewer)):
        found.append("words")
    before = war_room.sandbox.workspace.open_view(viewer)
    await old.click(viewer, room.id, marked(room, "plan")[0].ts, "plan_all")
    await war_room.rests()
    if war_room.sandbox.workspace.open_view(viewer) is not before:
        found.append("plan")
    return found


EVERYWHERE = ["home", "words", "plan"]


@pytest.mark.parametrize("viewer", [LEA, SAM], ids=["who asked for it", "who holds a role"])
async def test_who_is_removed_reads_no_more_and_who_comes_back_does(
    war_room: WarRoom, room: Channel, viewer: str
) -> None:
    assert await reads(war_room, room, viewer) == EVERYWHERE

    war_room.play.kick(EVA, room.id, viewer)
    await war_room.settles()
    assert await reads(war_room, room, viewer) == []

    war_room.play.invite(EVA, room.id, viewer)
    await war_room.settles()
    assert await reads(war_room, room, viewer) == EVERYWHERE


async def test_who_leaves_by_themselves_reads_no_more(war_room: WarRoom, room: Channel) -> None:
    war_room.play.leave(LEA, room.id)
    await war_room.settles()

    assert await reads(war_room, room, LEA) == []


async def test_going_and_coming_back_told_backwards_ends_with_what_is_so(
    war_room: WarRoom, room: Channel
) -> None:
    war_room.sandbox.delivery.hold_events()
    war_room.play.kick(EVA, room.id, SAM)
    war_room.play.invite(EVA, room.id, SAM)
    war_room.sandbox.delivery.release_events(backwards=True)
    await war_room.settles()

    assert await reads(war_room, room, SAM) == EVERYWHERE


async def test_a_role_given_to_somebody_outside_lets_them_in(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(f"assign <@{MAX}|max> technical lead", by=EVA, where=room.id)
    await war_room.settles()

    assert await reads(war_room, room, MAX) == EVERYWHERE
    assert MAX in room.members


async def test_a_reminder_of_a_private_escalation_does_not_follow_who_left(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(f"action <@{SAM}|sam> in 2 hours {SECRET}", by=EVA, where=room.id)
    war_room.play.kick(EVA, room.id, SAM)
    await war_room.settles()
    before = len(war_room.dm(SAM))

    war_room.passes(hours=3)
    await war_room.bot.services.reminders.sweep()
    await war_room.settles()

    assert not [said for said in war_room.dm(SAM)[before:] if SECRET in said]
    assert words_of(marked(room, "plan")[0].blocks)
