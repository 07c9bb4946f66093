"""Events that never came are made up for by asking Slack what its channels are like."""

from collections.abc import Callable

import pytest

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import RoomState
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, EXT, LEA, MAX, SAM
from bot.sandbox.workspace import Channel, User
from tests.war_room import WarRoom, marked, words_of

SECRET = "Merger of Umbrella"
ONE = EscalationId(1)


def unheard(war_room: WarRoom, happens: Callable[[], None]) -> None:
    """Let something happen of which no event ever reaches the bot."""
    urls, war_room.sandbox.delivery.http.urls = war_room.sandbox.delivery.http.urls, []
    happens()
    war_room.sandbox.delivery.http.urls = urls


async def looks(war_room: WarRoom) -> None:
    """Have rooms compared as the sweep does, and everything done that follows."""
    reconciliation = war_room.bot.services.reconciliation
    await reconciliation.catch_up()
    while await reconciliation.claim_due():
        await war_room.settles()
    await war_room.settles()


async def begins_again(war_room: WarRoom) -> None:
    """Begin as a process does that was away for longer than Slack repeats events."""
    war_room.passes(hours=1)
    war_room.bot.services.reconciliation.fell_behind()
    await looks(war_room)


async def told_of_loss(war_room: WarRoom) -> None:
    await war_room.bot.services.reconciliation.events_lost()
    await looks(war_room)


async def a_day_passes(war_room: WarRoom) -> None:
    war_room.passes(hours=25)
    await looks(war_room)


GAPS = {"a start": begins_again, "a rate limit": told_of_loss, "a day": a_day_passes}


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS.keys())
async def test_a_conversion_nobody_told_of_is_found(
    war_room: WarRoom, gap: Callable[[WarRoom], object]
) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET)
    unheard(war_room, lambda: war_room.play.make_private(EVA, room.id))

    await gap(war_room)  # type: ignore[misc]  # one of GAPS

    assert SECRET not in await war_room.looks_home(SAM)
    announced = marked(war_room.sandbox.workspace.channels[ESCALATIONS], "announcement")[0]
    assert SECRET not in words_of(announced.blocks)
    assert any("was made private" in said for said in war_room.dm(EVA))


async def test_who_was_removed_and_who_came_in_unheard_is_found(war_room: WarRoom) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET, visibility="private")

    def happens() -> None:
        war_room.play.kick(EVA, room.id, LEA)
        war_room.play.invite(EVA, room.id, MAX)

    unheard(war_room, happens)
    assert SECRET in await war_room.looks_home(LEA)

    await begins_again(war_room)

    assert SECRET not in await war_room.looks_home(LEA)
    assert SECRET in await war_room.looks_home(MAX)


async def test_a_room_of_many_people_is_read_page_by_page(war_room: WarRoom) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET, visibility="private")
    team = war_room.sandbox.workspace.team_id
    for number in range(1_500):
        user = User(id=f"UMANY{number}", name=f"u{number}", real_name="", team_id=team)
        war_room.sandbox.workspace.users[user.id] = user
        room.members.append(user.id)
    room.members.append(MAX)  # on the last page

    await begins_again(war_room)

    assert len(war_room.called("conversations.members")) == 2
    assert SECRET in await war_room.looks_home(MAX)


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (lambda play, room: play.archive(EVA, room.id), RoomState.ARCHIVED),
        (lambda play, room: play.kick(EVA, room.id, BOT), RoomState.UNREACHABLE),
        (lambda play, room: play.delete_channel(EVA, room.id), RoomState.UNREACHABLE),
    ],
    ids=["archived", "without the bot", "deleted"],
)
async def test_a_room_that_cannot_be_used_is_found(
    war_room: WarRoom, happens: Callable[..., None], state: RoomState
) -> None:
    room = await war_room.opens(by=LEA, owner=EVA)
    unheard(war_room, lambda: happens(war_room.play, room))

    await begins_again(war_room)

    assert (await war_room.bot.services.rooms.war_room(ONE)).room.state is state


async def test_what_is_as_it_was_costs_two_calls_and_says_nothing(war_room: WarRoom) -> None:
    room = await war_room.opens(by=LEA, owner=EVA)
    said, calls = len(room.visible()) + len(war_room.dm(EVA)), len(war_room.sandbox.calls)

    await begins_again(war_room)

    made = [call.method for call in war_room.sandbox.calls[calls:]]
    assert made == ["conversations.info", "conversations.members"]
    assert len(room.visible()) + len(war_room.dm(EVA)) == said


async def test_a_room_that_another_organisation_joins_is_warned_of(war_room: WarRoom) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET)

    war_room.play.invite(EVA, room.id, EXT)
    await war_room.settles()

    assert "is now shared with another organisation" in war_room.dm(EVA)[-1]
    assert "now shared with another organisation" in words_of(marked(room, "note")[-1].blocks)
    assert (await war_room.bot.services.rooms.war_room(ONE)).room.is_shared

    war_room.play.kick(EVA, room.id, EXT)
    await war_room.settles()

    assert not (await war_room.bot.services.rooms.war_room(ONE)).room.is_shared
    assert "no longer shared with another organisation" in war_room.dm(EVA)[-1]


async def test_who_becomes_a_guest_is_one_at_once(war_room: WarRoom, room: Channel) -> None:
    assert SECRET in await war_room.looks_home(MAX)

    war_room.play.make_guest(EVA, MAX)
    await war_room.settles()

    assert SECRET not in await war_room.looks_home(MAX)
    await war_room.types("decide we wait", by=MAX, where=room.id)
    assert "Guests can't run escalations" in war_room.ephemerals(MAX)[-1]


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(by=LEA, owner=EVA, title=SECRET)


async def test_who_came_in_unheard_is_known_after_the_first_word(war_room: WarRoom) -> None:
    room = await war_room.opens(by=LEA, owner=EVA, title=SECRET, visibility="private")
    unheard(war_room, lambda: war_room.play.invite(EVA, room.id, MAX))

    await war_room.types("decide we wait", by=MAX, where=room.id)
    assert "checking with Slack" in war_room.ephemerals(MAX)[-1]
    await war_room.settles()

    await war_room.types("decide we wait", by=MAX, where=room.id)
    await war_room.settles()
    await war_room.types("decisions", by=MAX, where=room.id)
    assert "we wait" in war_room.ephemerals(MAX)[-1]
