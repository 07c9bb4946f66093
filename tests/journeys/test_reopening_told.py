"""Whoever sponsors an escalation hears that it was reopened: directly, once, and nobody else."""

from pathlib import Path

import pytest

from bot.domain.escalation.escalation import Transition
from bot.sandbox.demo import EVA, LEA, MAX, NOOR
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel
from tests.journeys.moves import moves
from tests.war_room import WarRoom, open_war_room

SHIPPED = Path(__file__).parents[2] / "bot" / "policy.yaml"
NAMED = "exec_sponsor: {title: Executive sponsor, people: [U0NOOR001], severities: []}"


def told(war_room: WarRoom, user: str = NOOR) -> list[str]:
    return [said for said in war_room.dm(user) if "was reopened" in said]


async def resolved(war_room: WarRoom, **values: str) -> Channel:
    room = await war_room.opens(owner=EVA, title="Orders stand still", **values)
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE, Transition.RESOLVE)
    await war_room.settles()
    return room


async def reopens(war_room: WarRoom, room: Channel, by: str = LEA) -> None:
    await war_room.does("reopen <!here> it is back", by=by, where=room.id)
    await war_room.settles()


def policy_in(folder: Path) -> Path:
    """Return the shipped policy with a sponsor named in it, whom no room invites."""
    path, shipped = folder / "policy.yaml", SHIPPED.read_text()
    line = "exec_sponsor: {title: Executive sponsor, severities: [s1]}"
    assert line in shipped
    path.write_text(shipped.replace(line, NAMED))
    return path


@pytest.mark.parametrize("fault", [None, FaultKind.DONE_NO_ANSWER, FaultKind.SERVER_ERROR])
async def test_who_holds_the_role_is_told_once(war_room: WarRoom, fault: FaultKind | None) -> None:
    room = await resolved(war_room)
    await war_room.types(f"assign <@{NOOR}|noor> exec sponsor", by=EVA, where=room.id)
    await war_room.settles()
    if fault is not None:
        war_room.sandbox.faults.add(Fault(kind=fault, method="chat.postMessage"))
        war_room.sandbox.faults.add(Fault(kind=fault, method="chat.postMessage", nth=2))

    await reopens(war_room, room)

    (said,) = told(war_room)
    assert f"ESC-{war_room.now():%Y}-0001 was reopened by @{LEA} in #{room.id}" in said
    assert "Orders stand still · Acme · S3 · Active" in said
    assert "Why: @here it is back" in said
    assert "Next customer update due: " in said
    assert [told(war_room, user) for user in (EVA, LEA, MAX)] == [[], [], []]


async def test_each_reopening_is_told_and_nobody_of_their_own(war_room: WarRoom) -> None:
    room = await resolved(war_room)
    await war_room.types(f"assign <@{NOOR}|noor> exec sponsor", by=EVA, where=room.id)
    await reopens(war_room, room)
    await moves(war_room, Transition.RESOLVE)
    await reopens(war_room, room)
    assert len(told(war_room)) == 2

    await moves(war_room, Transition.RESOLVE)
    await reopens(war_room, room, by=NOOR)

    assert len(told(war_room)) == 2


async def test_without_a_sponsor_nobody_is_told(war_room: WarRoom) -> None:
    await reopens(war_room, await resolved(war_room))

    assert [told(war_room, user) for user in (EVA, LEA, MAX, NOOR)] == [[], [], [], []]


async def test_whom_the_policy_names_is_told_unless_somebody_else_holds_it(
    database_url: str, tmp_path: Path
) -> None:
    async with open_war_room(database_url, warroom_policy=policy_in(tmp_path)) as war_room:
        room = await resolved(war_room)
        await reopens(war_room, room)
        assert len(told(war_room)) == 1

        await moves(war_room, Transition.RESOLVE)
        await war_room.types(f"assign <@{MAX}|max> exec sponsor", by=EVA, where=room.id)
        await reopens(war_room, room)

        assert (len(told(war_room)), len(told(war_room, MAX))) == (1, 1)


async def test_of_a_private_one_hear_those_alone_who_have_a_part_in_it(
    database_url: str, tmp_path: Path
) -> None:
    async with open_war_room(database_url, warroom_policy=policy_in(tmp_path)) as war_room:
        room = await resolved(war_room, visibility="private")
        await reopens(war_room, room, by=EVA)
        assert told(war_room) == []

        await moves(war_room, Transition.RESOLVE)
        await war_room.types(f"assign <@{NOOR}|noor> comms lead", by=EVA, where=room.id)
        await reopens(war_room, room, by=EVA)

        assert len(told(war_room)) == 1
