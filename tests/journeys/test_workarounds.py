"""A workaround counts once the customer accepts it; what changed is kept in the timeline."""

from datetime import timedelta

import pytest

from bot.domain.escalation.escalation import EscalationId, Transition
from bot.domain.escalation.timeline import EntryKind
from bot.sandbox.demo import EVA
from bot.sandbox.workspace import Channel
from storage.escalation import timeline
from tests.journeys.items import words_of
from tests.journeys.moves import moves
from tests.journeys.test_sla_clocks import LINK, clocks, passes
from tests.war_room import WarRoom


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    room = await war_room.opens(owner=EVA, severity="s1")
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE)
    return room


async def test_a_workaround_is_provisional_until_the_customer_accepts_it(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("accepted Ana Silva, by phone", by=EVA, where=room.id)
    assert "No workaround is waiting" in war_room.ephemerals(EVA)[-1]
    await war_room.does("met workaround we restarted it", by=EVA, where=room.id)
    assert "Workaround: met, pending customer acceptance" in await clocks(war_room, room)

    await war_room.types("rejected too slow", by=EVA, where=room.id)
    assert "Workaround: running" in await clocks(war_room, room)

    await war_room.does("met workaround a second server", by=EVA, where=room.id)
    await war_room.types("accepted", by=EVA, where=room.id)
    await war_room.play.close(EVA, war_room.form(EVA).id)  # it asks who accepted it
    await war_room.types("accepted Ana Silva, by phone", by=EVA, where=room.id)
    said = await clocks(war_room, room)
    assert "Workaround: met ·" in said
    assert "a second server; accepted: Ana Silva, by phone" in said


async def test_a_change_of_severity_keeps_old_and_new_targets_and_what_it_broke(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("severity s2 fewer sites", by=EVA, where=room.id)
    await passes(war_room, timedelta(hours=5))
    await war_room.does(f"met first_response {LINK}", by=EVA, where=room.id)
    await war_room.types("severity s1 more sites", by=EVA, where=room.id)

    async with war_room.bot.database.reading() as tx:
        entries = await timeline.of(tx, EscalationId(1))
    moved = [e for e in entries if e.kind is EntryKind.CLOCK_RETARGETED]
    lowered = next(e for e in moved if words_of(e).startswith("Resolution: 24 h, due "))
    assert " → 3 bd, due " in words_of(lowered)
    raised = [e for e in entries if e.kind is EntryKind.CLOCK_BREACHED]
    assert any("Workaround: breached; the target was 4 h, due " in words_of(e) for e in raised)


async def test_a_change_freeze_needs_its_end(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("pause customer_change_freeze they said so", by=EVA, where=room.id)
    assert "Add an end" in war_room.ephemerals(EVA)[-1]
    assert "Resolution: running" in await clocks(war_room, room)
