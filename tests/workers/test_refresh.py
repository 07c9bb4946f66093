"""What Slack refuses to show is not taken for shown, and is shown as soon as it can be."""

from collections.abc import AsyncIterator

import pytest

from bot import policy_file
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.rooms.effects import RefreshRoom
from bot.sandbox.demo import ESCALATIONS, EVA
from bot.sandbox.faults import Fault, FaultKind
from bot.views.block_kit.blocks import Message, line, rich, words
from bot.workers.escalation.refresh import Refresher
from storage.rooms import rooms
from tests.workers.publishing_stage import ONE, ROOM, Stage, attempt, open_stage

TITLE = "Orders stand still"  # of the seeded escalation


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_url) as opened:
        yield opened


async def stands(stage: Stage, channel: ChannelId) -> MessageTs:
    message = Message(TITLE, [rich(line(words(TITLE)), block_id="old:1")])
    return (await stage.slack.messages.post(channel, message)).ts


async def room(stage: Stage, **columns: object) -> Room:
    """Change what is known of the room, if there is anything to change, and return it."""
    async with stage.database.transaction() as tx:
        if columns:
            await rooms.change(tx, ONE, **columns)
        found = await rooms.find(tx, ONE)
    assert found is not None
    return found


async def refreshes(stage: Stage) -> None:
    refresher = Refresher(stage.services.rooms, stage.publisher, policy_file.load(None))
    await refresher.perform(RefreshRoom(escalation_id=ONE), attempt())


def refuses(stage: Stage, code: str, channel: str) -> None:
    fault = Fault(kind=FaultKind.ERROR, method="chat.update", error=code, channels=(channel,))
    stage.sandbox.faults.add(fault)


def announced(stage: Stage) -> bool:
    return any(TITLE in message.text for message in stage.announcements.visible())


REFUSALS = ["channel_not_found", "not_in_channel", "is_archived", "token_revoked", "ekm_unheard_of"]


@pytest.mark.parametrize("code", REFUSALS)
async def test_an_announcement_of_a_private_room_is_emptied_after_any_refusal(
    stage: Stage, code: str
) -> None:
    ts = await stands(stage, ChannelId(ESCALATIONS))
    await room(stage, announcement_channel=ESCALATIONS, announcement_ts=ts)
    await stage.services.rooms.followed(
        "event", ROOM, EntryKind.ROOM_MADE_PRIVATE, by=SlackUserId(EVA)
    )
    refuses(stage, code, ESCALATIONS)

    await refreshes(stage)
    assert announced(stage)
    assert (await room(stage)).announcement_digest == ""

    await refreshes(stage)
    assert not announced(stage)
    assert (await room(stage)).announcement_digest


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed"])
async def test_an_announcement_that_may_not_be_edited_is_deleted_when_it_must_go(
    stage: Stage, code: str
) -> None:
    ts = await stands(stage, ChannelId(ESCALATIONS))
    await room(stage, announcement_channel=ESCALATIONS, announcement_ts=ts)
    await stage.services.rooms.followed(
        "event", ROOM, EntryKind.ROOM_MADE_PRIVATE, by=SlackUserId(EVA)
    )
    refuses(stage, code, ESCALATIONS)

    await refreshes(stage)

    assert not announced(stage)


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message"])
async def test_a_plan_that_cannot_be_edited_is_posted_anew_and_pinned(
    stage: Stage, code: str
) -> None:
    ts = await stands(stage, ROOM)
    stage.room.pins.append(ts)
    await room(stage, plan_ts=ts)
    refuses(stage, code, ROOM)

    await refreshes(stage)

    now = await room(stage)
    assert now.plan_ts not in {None, ts}
    assert stage.room.pins == [now.plan_ts]
