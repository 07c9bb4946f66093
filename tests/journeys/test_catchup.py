"""`/escalate catchup`: everything once, nothing twice, and nothing lost between two looks."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Audience, Entry, EntryKind
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.sandbox.demo import EVA, MAX
from bot.sandbox.workspace import Channel
from storage.escalation import timeline
from tests.journeys.items import labelled
from tests.war_room import WarRoom, marked

FIRST = EscalationId(1)


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


async def caught_up(war_room: WarRoom, room: Channel, by: str = MAX) -> str:
    await war_room.types("catchup", by=by, where=room.id)
    return war_room.ephemerals(by)[-1]


async def noted(war_room: WarRoom, text: str, audience: Audience = Audience.INTERNAL) -> None:
    """Add a fact to the timeline."""
    entry = Entry(
        escalation_id=FIRST,
        kind=EntryKind.DETAILS_CHANGED,
        at=war_room.bot._clock.now(),
        actor=None,
        text=text,
        audience=audience,
    )
    async with war_room.bot.database.transaction() as tx:
        await timeline.add(tx, entry)


async def test_the_first_look_shows_everything_since_the_opening(
    war_room: WarRoom, room: Channel
) -> None:
    shown = await caught_up(war_room, room)

    assert "Your first catch-up: everything since the opening" in shown
    assert "opened at S3" in shown
    assert "Due next" in shown


async def test_what_happened_since_stands_under_its_heading(
    war_room: WarRoom, room: Channel
) -> None:
    await caught_up(war_room, room)
    said = war_room.play.say(EVA, room.id, "We roll back to 4.2")
    war_room.play.react(EVA, room.id, said, "scales")
    await war_room.settles()
    await war_room.types("severity s1 all sites", by=EVA, where=room.id)
    await war_room.types("done A-1", by=EVA, where=room.id)
    await war_room.types("block A-2 no access", by=EVA, where=room.id)
    await noted(war_room, "First update was sent", Audience.CUSTOMER)
    await war_room.settles()

    shown = await caught_up(war_room, room)

    order = ["Decided", "Changed", "Done", "Due next", "Blocked", "Said to the customer"]
    places = [shown.index(heading) for heading in order]
    assert places == sorted(places)
    parts = dict(zip(order, (shown[a:b] for a, b in _between(places, len(shown))), strict=True))
    assert "D-1: We roll back to 4.2" in parts["Decided"]
    assert "Severity: S3 → S1" in parts["Changed"]
    assert "A-1: done" in parts["Done"]
    assert "A-2" in parts["Blocked"]
    assert "waits for: no access" in parts["Blocked"]
    assert "First update was sent" in parts["Said to the customer"]
    link = f"https://northwind.slack.com/archives/{room.id}/p{said.replace('.', '')}"
    assert link in str(war_room.sandbox.workspace.ephemerals[-1].blocks)


def _between(places: list[int], end: int) -> list[tuple[int, int]]:
    return list(zip(places, [*places[1:], end], strict=True))


async def test_with_nothing_new_it_says_so_and_since_when(war_room: WarRoom, room: Channel) -> None:
    await caught_up(war_room, room)
    now = war_room.bot._clock.now()

    shown = await caught_up(war_room, room)

    assert "Nothing new since your last catch-up, " in shown
    days = {f"{now - timedelta(minutes=m):%d %b %Y %H:%M} UTC" for m in range(2)}
    assert any(day in shown for day in days)
    assert "opened at S3" not in shown


async def test_everybody_has_a_look_of_their_own(war_room: WarRoom, room: Channel) -> None:
    await caught_up(war_room, room)

    assert "Your first catch-up" in await caught_up(war_room, room, by=EVA)


async def test_much_is_cut_to_the_newest(war_room: WarRoom, room: Channel) -> None:
    await caught_up(war_room, room)
    for number in range(19):
        await noted(war_room, f"Fact {number}.")

    shown = await caught_up(war_room, room)

    assert "Fact 18." in shown
    assert "Fact 11." not in shown
    assert "and 12 more before, see /escalate timeline" in shown


async def test_what_is_recorded_while_somebody_looks_comes_once(
    war_room: WarRoom, room: Channel
) -> None:
    max_ = Person(id=SlackUserId(MAX), name="max", kind=PersonKind.MEMBER)
    catchups = war_room.bot.services.catchups
    await catchups.look(FIRST, by=max_)

    async def looks() -> list[str]:
        found: list[str] = []
        for _ in range(15):
            found += [e.text for e in (await catchups.look(FIRST, by=max_)).entries]
        return found

    async def writes() -> None:
        for number in range(15):
            await noted(war_room, f"Fact {number}.")

    seen, _ = await asyncio.gather(looks(), writes())
    seen += [e.text for e in (await catchups.look(FIRST, by=max_)).entries]

    assert seen == [f"Fact {number}." for number in range(15)]


async def test_what_the_customer_may_read_of_the_plan_was_not_said_to_them(
    war_room: WarRoom, room: Channel
) -> None:
    milestone = await labelled(war_room, "M-1")
    await caught_up(war_room, room)
    await war_room.types("done M-1", by=EVA, where=room.id)

    shown = await caught_up(war_room, room)

    assert milestone.content.is_customer_safe
    assert "M-1: reached" in shown.partition("Done")[2]
    assert "Said to the customer" not in shown


async def test_it_works_in_rooms_only_and_changes_nothing_there(
    war_room: WarRoom, room: Channel
) -> None:
    posted = len(room.messages)
    await caught_up(war_room, room)
    await war_room.types("catchup", by=MAX)

    assert "only works in a war room" in war_room.ephemerals(MAX)[-1]
    assert len(room.messages) == posted
    assert len(marked(room, "card")) == 1
