"""What a room has to be after an opening, whatever happened on the way."""

from typing import Any

from bot.sandbox.demo import BOT, ESCALATIONS, EVA, LEA, MAX
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, marked, words_of

ESCALATED: dict[str, Any] = {
    "title": "SSO is down",
    "customer": "Acme",
    "severity": "s1",
    "owner": EVA,
    "invited": [MAX],
    "ticket_url": "https://tickets.example.com/1",
    "crm_url": "https://crm.example.com/acme",
}
BOOKMARKS = ["Ticket", "Customer record", "Menu and plan"]


async def fill(war_room: WarRoom) -> None:
    """Open the form and fill it in, up to the press of its button."""
    await war_room.types("")
    await war_room.sees_form()
    await war_room.fills(**ESCALATED)


def assert_whole(sandbox: Sandbox) -> Channel:
    """Insist on exactly one of everything, and everybody in."""
    rooms = [c for c in sandbox.workspace.channels.values() if c.name.startswith("esc-")]
    assert len(rooms) == 1, [room.name for room in rooms]
    room = rooms[0]
    assert set(room.members) == {LEA, EVA, MAX, BOT}
    cards, plans = marked(room, "card"), marked(room, "plan")
    assert len(cards) == 1
    assert len(plans) == 1
    assert float(cards[0].ts) < float(plans[0].ts), "the overview stands before the plan"
    assert room.pins == [plans[0].ts]
    assert sorted(b.title for b in room.bookmarks) == sorted(BOOKMARKS)
    assert room.topic.startswith("S1 Critical")
    assert room.purpose
    assert len(marked(sandbox.workspace.channels[ESCALATIONS], "announcement")) == 1
    told = sandbox.workspace.dm(LEA)
    assert told is not None
    assert len(told.visible()) == 1
    assert f"is open: #{room.id}" in words_of(told.visible()[0].blocks)
    return room
