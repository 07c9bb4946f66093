"""A room made private is private from then on, whatever else happens at that moment."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.domain.errors import Conflict
from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.escalation.room import ChannelId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.time.clock import SystemClock
from bot.services.rooms.rooms import Rooms
from storage.database.database import Database
from storage.escalation import escalations
from storage.rooms import rooms
from storage.tables.escalations import TimelineHeadRow
from tests import seeds

ONE, ROOM = EscalationId(1), ChannelId("C1")


@pytest.fixture
async def followed(database: Database) -> Rooms:
    """What follows the room of one public escalation."""
    at = seeds.BEGAN
    await seeds.escalations(
        database, 1, owner=lambda _: "UEVA", due_at=lambda _: at, remind_at=lambda _: at
    )
    async with database.transaction() as tx:
        await tx.execute(delete(TimelineHeadRow))  # the timeline begins with what follows
        await rooms.change(tx, ONE, channel_id=ROOM)
    return Rooms(database, SystemClock())


async def test_a_conversion_is_kept_when_the_escalation_changes_meanwhile(
    database: Database, followed: Rooms
) -> None:
    async with database.transaction() as tx:
        before = await escalations.held(tx, ONE)
        assert before is not None
        await escalations.save(tx, replace(before, severity=Severity.S2))
        converted = asyncio.create_task(
            followed.followed("Ev1", ROOM, EntryKind.ROOM_MADE_PRIVATE, by=None)
        )
        _done, waiting = await asyncio.wait({converted}, timeout=0.3)
        assert waiting  # for us, who change the escalation

    await converted

    async with database.reading() as tx:
        after = await escalations.find(tx, ONE)
    assert after is not None
    assert after.is_private
    assert after.severity is Severity.S2


async def test_a_change_that_came_too_late_says_so(database: Database, followed: Rooms) -> None:
    async with database.reading() as tx:
        seen = await escalations.find(tx, ONE)
    assert seen is not None
    await followed.followed("Ev1", ROOM, EntryKind.ROOM_MADE_PRIVATE, by=None)

    with pytest.raises(Conflict):
        async with database.transaction() as tx:
            await escalations.save(tx, replace(seen, severity=Severity.S2))
