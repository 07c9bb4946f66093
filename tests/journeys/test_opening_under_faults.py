"""An opening while Slack has a bad moment: one of everything, nothing lost, nothing twice."""

import pytest

from bot.sandbox.faults import Fault, FaultKind
from tests.war_room import WarRoom
from tests.whole import assert_whole, fill

CALLS = 15  # calls of the Web API that one undisturbed opening makes
FAULTS = (FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.DONE_NO_ANSWER)


async def test_an_undisturbed_opening_makes_as_many_calls_as_are_disturbed_below(
    war_room: WarRoom,
) -> None:
    await fill(war_room)
    before = len(war_room.sandbox.calls)

    await war_room.submits()
    await war_room.settles()

    assert_whole(war_room.sandbox)
    methods = [call.method for call in war_room.sandbox.calls[before:]]
    assert len(methods) == CALLS, methods


@pytest.mark.parametrize("nth", range(1, CALLS + 1))
@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.value)
async def test_any_call_may_fail_once(war_room: WarRoom, kind: FaultKind, nth: int) -> None:
    await fill(war_room)
    war_room.sandbox.faults.add(Fault(kind=kind, nth=nth, retry_after=0.2))

    await war_room.submits()
    await war_room.settles()

    assert_whole(war_room.sandbox)


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.value)
async def test_every_method_may_fail_at_first(war_room: WarRoom, kind: FaultKind) -> None:
    await fill(war_room)
    methods = (
        "conversations.create",
        "conversations.invite",
        "conversations.setTopic",
        "conversations.setPurpose",
        "pins.add",
        "bookmarks.add",
        "chat.postMessage",
    )
    for method in methods:
        war_room.sandbox.faults.add(Fault(kind=kind, method=method, retry_after=0.2))

    await war_room.submits()
    await war_room.settles()

    assert_whole(war_room.sandbox)
