"""`/escalate similar` shows, privately, what was like this before, and what worked then."""

import pytest

from bot.domain.escalation.escalation import Status
from bot.sandbox.demo import EVA, KIM, LEA, MAX, NOOR, SUPPORT
from tests.war_room import WarRoom


async def test_a_room_is_shown_what_was_like_it_and_what_worked(war_room: WarRoom) -> None:
    before = await war_room.opens(title="Login loops after the proxy change", owner=EVA)
    await war_room.types("decide Roll the proxy back", by=EVA, where=before.id)
    await war_room.types("start A-1", by=EVA, where=before.id)
    await war_room.types("done A-1", by=EVA, where=before.id)
    await war_room.opens(title="Invoices are missing", customer="Globex")
    room = await war_room.opens(title="Login loop again", customer="Hooli", owner=EVA)

    answer = await war_room.types("similar", by=EVA, where=room.id)

    assert answer.error is None
    said = war_room.ephemerals(EVA)[-1]
    assert "Login loops after the proxy change" in said
    assert f"#{before.id}" in said
    assert "similar text" in said
    assert "Decided: Roll the proxy back" in said
    assert "Done: " in said
    assert Status.INTAKE.label in said
    assert "Invoices" not in said
    assert "again" not in said
    assert not [m for m in room.visible() if "Similar" in str(m.blocks)]


async def test_words_are_looked_for_anywhere(war_room: WarRoom) -> None:
    await war_room.opens(title="Exports fail", problem="The scheduler forgets jobs.")

    await war_room.types("similar scheduler jobs", by=MAX, where=SUPPORT)

    assert "Exports fail" in war_room.ephemerals(MAX)[-1]


async def test_without_a_room_or_words_it_says_how(war_room: WarRoom) -> None:
    answer = await war_room.types("similar", where=SUPPORT)
    await war_room.types("similar the of ((", where=SUPPORT)

    assert "/escalate similar login loop" in str(answer.body)
    assert "Add search words" in war_room.ephemerals(LEA)[-1]


async def test_finding_nothing_is_said(war_room: WarRoom) -> None:
    room = await war_room.opens()

    await war_room.types("similar", where=room.id)

    assert "No similar escalations" in war_room.ephemerals(LEA)[-1]


async def test_a_private_one_is_shown_to_nobody_who_has_no_part_in_it(war_room: WarRoom) -> None:
    await war_room.opens(title="Merger plans leaked", visibility="private", owner=EVA)
    room = await war_room.opens(title="Plans leaked in the merger", owner=EVA, invited=[NOOR])

    await war_room.types("similar", by=NOOR, where=room.id)
    await war_room.types("similar merger", by=NOOR)
    await war_room.types("similar merger", by=EVA)

    assert "Merger plans" not in "".join(war_room.ephemerals(NOOR))
    assert "Merger plans leaked" in war_room.ephemerals(EVA)[-1]


async def test_a_guest_finds_only_what_they_have_a_part_in(war_room: WarRoom) -> None:
    await war_room.opens(title="Login loop in Rotterdam")
    own = await war_room.opens(title="Login loop in Bremen")
    war_room.play.invite(LEA, own.id, KIM)
    await war_room.settles()

    await war_room.types("similar login", by=KIM, where="C0GENERAL")
    await war_room.types("similar login", by=KIM, where=own.id)

    first, second = war_room.ephemerals(KIM)[-2:]
    assert "Bremen" in first
    assert "Rotterdam" not in first + second


@pytest.mark.parametrize(
    "text", ['"login" OR (NEAR', "<!channel> *login* <@U0NOOR001>", "login " * 500, "👩‍🚀 login"]
)
async def test_hostile_words_find_what_they_can(war_room: WarRoom, text: str) -> None:
    await war_room.opens(title="Login *loop* <!channel>")
    pinged = len(war_room.sandbox.workspace.pings)

    await war_room.types(f"similar {text}")

    assert "Login *loop* @channel" in war_room.ephemerals(LEA)[-1]
    assert len(war_room.sandbox.workspace.pings) == pinged
