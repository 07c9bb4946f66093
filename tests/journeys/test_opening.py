"""The first story: from `/escalate` to a room that works."""

from bot.sandbox.demo import BOT, ESCALATIONS, EVA, LEA, MAX
from tests.war_room import WarRoom, marked, words_of


async def test_opening_an_escalation_gives_it_a_war_room(war_room: WarRoom) -> None:
    room = await war_room.opens(
        title="SSO is down",
        customer="Acme",
        customer_ask="Let our people in again",
        severity="s1",
        owner=EVA,
        invited=[MAX],
        ticket_url="https://tickets.example.com/1",
    )

    assert room.name.startswith("esc-")
    assert room.name.endswith("-acme-sso-is-down")
    assert set(room.members) == {LEA, EVA, MAX, BOT}
    assert len(marked(room, "card")) == 1
    plan = marked(room, "plan")
    assert [plan[0].ts] == room.pins
    assert "Let our people in again" in words_of(plan[0].blocks)
    assert [b.title for b in room.bookmarks] == ["Ticket", "Menu and plan"]
    assert room.topic.startswith("S1 Critical · Intake · Acme")
    announced = war_room.sandbox.workspace.channels[ESCALATIONS]
    assert len(marked(announced, "announcement")) == 1
    assert f"is open: #{room.id}" in war_room.dm()[0]


async def test_a_category_adds_to_the_playbook_and_stands_on_the_card(war_room: WarRoom) -> None:
    room = await war_room.opens(category="security", severity="s1")

    plan = words_of(marked(room, "plan")[0].blocks)
    assert "Bring in the security reviewer" in plan or "security" in plan.casefold()
    assert "Category: Security" in words_of(marked(room, "card")[0].blocks)


async def test_a_category_chosen_later_is_laid_down_once(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    await war_room.types("severity", where=room.id)
    await war_room.fills(category="commercial")
    assert (await war_room.submits()).closed

    await war_room.types("playbook", where=room.id)
    assert "added 1 item to the plan" in war_room.ephemerals()[-1]
    await war_room.types("playbook", where=room.id)
    assert "already has everything" in war_room.ephemerals()[-1]
    await war_room.settles()

    assert "Tell the account executive" in words_of(marked(room, "plan")[0].blocks)
