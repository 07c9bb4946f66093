"""`/escalate list`: from anywhere, privately, page by page, and only what one may know of."""

from dataclasses import replace

import pytest

from bot.domain.escalation.escalation import Status
from bot.sandbox.demo import EVA, KIM, LEA, MAX, SUPPORT
from storage.escalation import escalations
from tests.war_room import WarRoom

MANY = 20


async def listed(war_room: WarRoom, words: str = "", *, by: str = LEA) -> str:
    """Type the word and return the private answer."""
    await war_room.types(f"list {words}".strip(), by=by)
    return war_room.ephemerals(by)[-1]


async def more(war_room: WarRoom, number: int) -> None:
    """Add that many public escalations that nobody but Lea raised."""
    async with war_room.bot.database.transaction() as tx:
        first = await escalations.find(tx, 1)  # type: ignore[arg-type]
        assert first is not None
        for n in range(number):
            other = replace(first, title=f"Trouble {n}.", submission_key=f"more:{n}")
            await escalations.add(tx, other)


async def test_without_any_it_says_what_to_do(war_room: WarRoom) -> None:
    assert "Open one: /escalate" in await listed(war_room)
    assert "See all: /escalate list open" in await listed(war_room, "mine")


async def test_it_lists_ones_own_first_and_others_when_there_are_none(war_room: WarRoom) -> None:
    room = await war_room.opens(title="My trouble", owner=EVA)

    mine = await listed(war_room)
    others = await listed(war_room, by=MAX)

    assert "Your open escalations · 1" in mine
    for fact in ("ESC-", "S3 · Intake", "Acme: My trouble", f"@{EVA}", "0 min old", f"#{room.id}"):
        assert fact in mine
    assert "next update " in mine
    assert "Open escalations · 1" in others


async def test_what_is_over_is_listed_only_when_asked_for(war_room: WarRoom) -> None:
    await war_room.opens(title="Long over")
    async with war_room.bot.database.transaction() as tx:
        found = await escalations.find(tx, 1)  # type: ignore[arg-type]
        assert found is not None
        await escalations.save(tx, replace(found, status=Status.CLOSED, ended_at=war_room.now()))

    assert "Long over" not in await listed(war_room, "open")
    assert "Closed Acme: Long over" in await listed(war_room, "all")


async def test_a_long_list_has_pages(war_room: WarRoom) -> None:
    await war_room.opens(title="Trouble")
    await more(war_room, MANY)

    first, second = await listed(war_room), await listed(war_room, "mine 2")

    assert "For more: /escalate list mine 2" in first
    assert "Trouble 19." in first
    assert "Trouble 0." in second
    assert "For more" not in second
    assert await listed(war_room, "mine 99") == second


async def test_private_ones_are_listed_only_for_those_with_a_part(war_room: WarRoom) -> None:
    await war_room.opens(title="Secret merger", visibility="private", invited=[MAX])

    assert "🔒" in await listed(war_room, "all", by=MAX)
    assert "Secret" not in await listed(war_room, "all", by=EVA)


async def test_guests_see_what_they_were_let_into(war_room: WarRoom) -> None:
    room = await war_room.opens(title="Shared trouble")
    await war_room.opens(title="Public trouble")
    war_room.sandbox.workspace.channels[SUPPORT].members.append(KIM)
    war_room.play.invite(LEA, room.id, KIM)
    await war_room.settles()

    shown = await listed(war_room, "all", by=KIM)

    assert "Shared trouble" in shown
    assert "Public trouble" not in shown


@pytest.mark.parametrize("words", ["of things", "mine two", "open 1 2", "0"])
async def test_what_it_does_not_understand_is_explained(war_room: WarRoom, words: str) -> None:
    assert "list mine" in await listed(war_room, words)
