"""A reopened escalation owes its customer the next update sooner, until the severity changes."""

from datetime import timedelta

import pytest

from bot.domain.escalation.escalation import EscalationId, Severity, Transition
from bot.sandbox.demo import EVA
from bot.sandbox.workspace import Channel
from tests.journeys.moves import moves
from tests.journeys.test_sla_clocks import LINK, passes
from tests.war_room import WarRoom


async def owed(war_room: WarRoom) -> timedelta:
    """Return how long the customer waits for the next update at most."""
    rooms = war_room.bot.services.rooms
    due = (await rooms.war_room(EscalationId(1))).escalation.next_update_due_at
    assert due is not None
    left = (due - war_room.now()).total_seconds()
    return timedelta(minutes=round(left / 60))


@pytest.mark.parametrize("until", [Transition.RESOLVE, Transition.CONFIRM])
async def test_the_next_update_is_one_step_tighter_until_the_severity_changes(
    war_room: WarRoom, until: Transition
) -> None:
    room: Channel = await war_room.opens(owner=EVA, severity="s2")
    way = [
        Transition.ACCEPT,
        Transition.ACTIVATE,
        Transition.MITIGATE,
        Transition.RESOLVE,
        Transition.CONFIRM,
    ]
    await moves(war_room, *way[: way.index(until) + 1])
    await passes(war_room, timedelta(minutes=50))
    await moves(war_room, Transition.REOPEN)

    assert await owed(war_room) == timedelta(minutes=30)  # as of S1, and from now
    await passes(war_room, timedelta(minutes=10))
    await war_room.does(f"met next_update {LINK}", by=EVA, where=room.id)
    assert await owed(war_room) == timedelta(minutes=30)

    await war_room.types("severity s1 more sites", by=EVA, where=room.id)
    await war_room.types("severity s2 fewer again", by=EVA, where=room.id)
    assert await owed(war_room) == timedelta(hours=2)
    await war_room.does(f"met next_update {LINK}", by=EVA, where=room.id)
    assert await owed(war_room) == timedelta(hours=2)


def test_one_step_tighter_is_the_next_graver_severity() -> None:
    assert [severity.tighter for severity in Severity] == [
        Severity.S1,
        Severity.S1,
        Severity.S2,
        Severity.S3,
    ]
