"""What people do to a room's channel in Slack is followed, and said to whoever runs it."""

import pytest

from bot.domain.escalation.room import RoomState
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, LEA, MAX
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, marked, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA)


async def state_of(war_room: WarRoom) -> RoomState:
    return (await war_room.bot.services.rooms.war_room(1)).room.state  # type: ignore[arg-type]


async def test_a_deleted_plan_is_posted_and_pinned_again(war_room: WarRoom, room: Channel) -> None:
    war_room.play.delete(EVA, room.id, marked(room, "plan")[0].ts)
    await war_room.rests()
    await war_room.settles()

    plans = marked(room, "plan")
    assert [plans[0].ts] == room.pins
    assert len(plans) == 1


async def test_a_plan_deleted_while_nobody_listened_is_posted_again_with_the_next_change(
    war_room: WarRoom, room: Channel
) -> None:
    urls, war_room.sandbox.delivery.http.urls = war_room.sandbox.delivery.http.urls, []
    war_room.play.delete(EVA, room.id, marked(room, "plan")[0].ts)
    war_room.sandbox.delivery.http.urls = urls

    await war_room.types("severity s1 all sites", by=EVA, where=room.id)
    await war_room.types(f"assign <@{MAX}|max>", by=EVA, where=room.id)
    await war_room.settles()

    assert [marked(room, "plan")[0].ts] == room.pins


async def test_a_renamed_room_is_followed(war_room: WarRoom, room: Channel) -> None:
    war_room.play.rename(EVA, room.id, "esc-acme-other")
    await war_room.settles()

    found = await war_room.bot.services.rooms.war_room(1)  # type: ignore[arg-type]
    assert found.room.name == "esc-acme-other"
    assert "was renamed" in war_room.dm(EVA)[-1]


async def test_an_archived_room_rests_until_it_is_unarchived(
    war_room: WarRoom, room: Channel
) -> None:
    war_room.play.archive(LEA, room.id)
    await war_room.settles()

    assert await state_of(war_room) is RoomState.ARCHIVED
    assert f"was archived by @{LEA}" in war_room.dm(EVA)[-1]

    war_room.play.unarchive(LEA, room.id)
    await war_room.settles()

    assert await state_of(war_room) is RoomState.OPEN
    assert "was unarchived" in war_room.dm(EVA)[-1]


async def test_an_archiving_that_was_missed_is_noticed_by_the_next_call(
    war_room: WarRoom, room: Channel
) -> None:
    room.is_archived = True

    await war_room.types("severity s1 all sites", by=EVA, where=room.id)
    await war_room.settles()

    assert await state_of(war_room) is RoomState.ARCHIVED
    assert "was archived" in war_room.dm(EVA)[-1]


async def test_a_room_made_private_is_private_everywhere(war_room: WarRoom, room: Channel) -> None:
    announced = marked(war_room.sandbox.workspace.channels[ESCALATIONS], "announcement")[0]
    assert "Orders stand still" in words_of(announced.blocks)

    war_room.play.make_private(EVA, room.id)
    await war_room.settles()

    assert words_of(announced.blocks).strip() == "This escalation is now private."
    assert "Orders" not in announced.text
    assert "was made private" in war_room.dm(EVA)[-1]
    await war_room.types("", by=MAX)
    await war_room.fills(MAX, customer="Acme")
    assert "open escalation" not in words_of(war_room.form(MAX).view)


async def test_a_bot_that_was_removed_says_so_and_comes_back(
    war_room: WarRoom, room: Channel
) -> None:
    war_room.play.kick(EVA, room.id, BOT)
    await war_room.settles()

    assert await state_of(war_room) is RoomState.UNREACHABLE
    assert "/invite @Warroom" in war_room.dm(EVA)[-1]

    war_room.play.invite(EVA, room.id, BOT)
    await war_room.settles()

    assert await state_of(war_room) is RoomState.OPEN


async def test_a_deleted_room_is_said(war_room: WarRoom, room: Channel) -> None:
    war_room.play.delete_channel(EVA, room.id)
    await war_room.settles()

    assert "was deleted" in war_room.dm(EVA)[-1]


async def test_events_that_come_twice_or_backwards_are_followed_once(
    war_room: WarRoom, room: Channel
) -> None:
    war_room.sandbox.faults.deliver_twice = True
    war_room.sandbox.delivery.hold_events()
    war_room.play.join(MAX, room.id)
    war_room.play.rename(EVA, room.id, "esc-acme-other")
    war_room.sandbox.delivery.release_events(backwards=True)
    await war_room.settles()

    assert sum("was renamed" in told for told in war_room.dm(EVA)) == 1
    found = await war_room.bot.services.rooms.war_room(1)  # type: ignore[arg-type]
    assert [a.user_id for a in found.assignments].count(MAX) == 1  # type: ignore[arg-type]


async def test_somebody_who_left_a_private_room_no_longer_sees_it(war_room: WarRoom) -> None:
    room = await war_room.opens(visibility="private", invited=[MAX])

    war_room.play.leave(MAX, room.id)
    await war_room.settles()
    await war_room.types("", by=MAX)
    await war_room.fills(MAX, customer="Acme")

    assert "open escalation" not in words_of(war_room.form(MAX).view)
