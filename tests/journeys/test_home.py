"""App Home: what needs somebody now, what is theirs, what else is open; and what they do there."""

from dataclasses import replace

from bot.domain.escalation.escalation import Status
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.reading.home import ListQuery, ListScope
from bot.sandbox.demo import EVA, EXT, KIM, LEA, MAX, SAM, SUPPORT
from bot.sandbox.faults import Fault, FaultKind
from storage.escalation import escalations
from tests.journeys.items import labelled
from tests.statements import statements
from tests.war_room import WarRoom

MANY = 40


async def test_an_empty_home_says_the_next_useful_thing(war_room: WarRoom) -> None:
    home = await war_room.looks_home()

    assert "You're all caught up" in home
    assert "Open one above" in home
    assert "No other open escalations" in home


async def test_home_shows_what_is_mine_with_its_facts_and_what_others_run(
    war_room: WarRoom,
) -> None:
    mine = await war_room.opens(title="My trouble", severity="s2")
    other = await war_room.opens(by=EVA, title="Their trouble", customer="Globex")

    home = await war_room.looks_home()

    own, _, others = home.partition("Other open escalations (1)")
    assert "My escalations (1)" in own
    for fact in ("S2 · Intake", "Acme: My trouble", "next update ", f"#{mine.id}", f"@{LEA}"):
        assert fact in own
    assert "Globex: Their trouble" in others
    assert f"#{other.id}" in others


async def test_what_is_due_or_leaves_a_question_needs_its_owner(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, invited=[MAX])
    await war_room.types(f"give A-1 <@{MAX}|max>", by=EVA, where=room.id)
    await war_room.types("action", by=EVA, where=room.id)
    await war_room.fills(EVA, text="Replay the export", owner=MAX)
    await war_room.submits(EVA)
    await war_room.types(f"action <@{MAX}|max> by 2030-05-03 17:00 Not yet", by=EVA, where=room.id)
    await war_room.settles()

    home = await war_room.looks_home(MAX)

    needed = home.partition("My escalations")[0]
    due = await labelled(war_room, "A-1")
    assert f"A-1 {due.content.text} · due " in needed
    assert "Replay the export" in needed
    assert "Set due time" in needed
    assert "Not yet" not in needed
    assert "You're all caught up" in await war_room.looks_home(SAM)


async def test_completing_an_item_in_the_home_takes_it_from_there(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, invited=[MAX])
    await war_room.types(f"give A-1 <@{MAX}|max>", by=EVA, where=room.id)
    item = await labelled(war_room, "A-1")
    assert "A-1" in await war_room.looks_home(MAX)

    await war_room.play.click_in_home(MAX, "item_done", str(item.id))

    assert "You're all caught up" in await war_room.home(MAX)
    assert not (await labelled(war_room, "A-1")).stands


async def test_a_question_is_answered_in_a_form_and_the_home_follows(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, invited=[MAX])
    await war_room.types("risk", by=EVA, where=room.id)
    await war_room.fills(EVA, text="The vendor is away", owner=MAX)
    await war_room.submits(EVA)
    await war_room.settles()
    assert "Add mitigation" in await war_room.looks_home(MAX)

    await war_room.play.click_in_home(MAX, "item_edit")
    await war_room.rests()
    await war_room.fills(MAX, mitigation="Call their deputy")
    await war_room.submits(MAX)

    assert "You're all caught up" in await war_room.home(MAX)


async def test_a_role_that_was_given_is_taken_by_the_button(war_room: WarRoom) -> None:
    await war_room.opens(owner=EVA)
    before = await war_room.looks_home(EVA)

    await war_room.play.click_in_home(EVA, "home_acknowledge")

    after = await war_room.home(EVA)
    assert "You're invited to be Escalation manager of ESC-" in before
    assert "You're invited to be" not in after
    assert "S3 · Triage" in after


async def test_a_role_one_took_oneself_asks_for_nothing(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await war_room.types(f"assign <@{MAX}|max> comms lead", by=EVA, where=room.id)
    given = await war_room.looks_home(MAX)
    await war_room.types(f"assign <@{SAM}|sam> technical lead", by=SAM, where=room.id)
    taken = await war_room.looks_home(SAM)

    assert "You're invited to be Comms lead of ESC-" in given
    assert "Technical lead" not in taken
    assert "You're all caught up" in taken


async def test_a_handover_is_offered_to_whom_it_was_asked_of(war_room: WarRoom) -> None:
    await war_room.opens(owner=EVA, invited=[MAX], title="Orders stand still")
    await changed(war_room, handover_to=MAX, handover_note="I am away from noon")

    home = await war_room.looks_home(MAX)

    assert f"@{EVA} asks you to take over ESC-" in home
    assert "I am away from noon" in home
    assert "asks you to take over" not in await war_room.looks_home(SAM)


async def changed(war_room: WarRoom, escalation: int = 1, **facts: object) -> None:
    async with war_room.bot.database.transaction() as tx:
        found = await escalations.find(tx, escalation)  # type: ignore[arg-type]
        assert found is not None
        await escalations.save(tx, replace(found, **facts))  # type: ignore[arg-type]


async def test_filters_choose_and_are_kept_until_the_next_look(war_room: WarRoom) -> None:
    await war_room.opens(title="My trouble", severity="s2")
    await war_room.opens(by=EVA, title="Their trouble", severity="s1")
    await war_room.opens(title="Long over", severity="s2")
    await changed(war_room, 3, status=Status.CLOSED, ended_at=war_room.now())
    everything = await war_room.looks_home()
    assert "Their trouble" in everything
    assert "Long over" not in everything

    await war_room.play.click_in_home(LEA, "home_scope", "mine")
    mine = await war_room.home()
    await war_room.play.click_in_home(LEA, "home_scope", "all")
    also_over = await war_room.home()
    await war_room.play.click_in_home(LEA, "home_severity", "s1")
    gravest = await war_room.home()

    assert "My trouble" in mine
    assert "Their trouble" not in mine
    assert "Long over" in also_over
    assert "Their trouble" in gravest
    assert "My trouble" not in gravest.partition("My escalations")[2]
    assert "Change the filters above" in gravest
    assert await war_room.looks_home() == gravest
    await war_room.play.click_in_home(LEA, "home_severity", "every")
    assert await war_room.home() == also_over


async def test_the_button_opens_the_opening_form(war_room: WarRoom) -> None:
    await war_room.looks_home()

    await war_room.play.click_in_home(LEA, "home_open")
    await war_room.rests()

    assert war_room.form().view["callback_id"] == "opening_form"


async def test_nudges_are_muted_and_brought_back_by_the_toggle(war_room: WarRoom) -> None:
    await war_room.looks_home()

    await war_room.play.click_in_home(LEA, "home_mute")
    muted = await war_room.home()
    await war_room.play.click_in_home(LEA, "home_mute")
    back = await war_room.home()

    assert "Unmute notifications" in muted
    assert "Mute notifications" in back


async def test_a_guest_sees_only_what_they_were_let_into(war_room: WarRoom) -> None:
    await war_room.opens(title="Public trouble")
    room = await war_room.opens(title="Shared trouble", owner=EVA)
    before = await war_room.looks_home(KIM)
    war_room.play.invite(EVA, room.id, KIM)
    await war_room.settles()

    home = await war_room.looks_home(KIM)

    assert "You haven't been added to any escalation" in before
    assert "Shared trouble" in home
    assert "Public trouble" not in home
    assert "Open an escalation" not in home
    assert "As a guest" in home


async def test_somebody_from_outside_sees_nothing_and_breaks_nothing(war_room: WarRoom) -> None:
    await war_room.opens(title="Public trouble", where=SUPPORT)

    home = await war_room.looks_home(EXT)

    assert "Public trouble" not in home
    assert "You haven't been added to any escalation" in home


async def test_a_look_that_slack_refuses_disturbs_nobody_and_a_press_is_answered(
    war_room: WarRoom,
) -> None:
    await war_room.looks_home()
    said = len(war_room.dm())
    refusal = Fault(kind=FaultKind.ERROR, method="views.publish", error="not_enabled", times=2)
    war_room.sandbox.faults.add(refusal)

    await war_room.looks_home()
    assert len(war_room.dm()) == said
    await war_room.play.click_in_home(LEA, "home_mute")
    await war_room.rests()

    assert len(war_room.dm()) == said + 1
    assert "Unmute notifications" in await war_room.looks_home()


async def test_many_escalations_take_no_more_queries_and_are_turned_page_by_page(
    war_room: WarRoom,
) -> None:
    await war_room.opens(title="Trouble 0", owner=EVA)
    lea = Person(id=SlackUserId(LEA), name="lea", kind=PersonKind.MEMBER)
    homes = war_room.bot.services.homes
    with statements() as few:
        await homes.home(ListQuery(), to=lea)
    async with war_room.bot.database.transaction() as tx:
        first = await escalations.find(tx, 1)  # type: ignore[arg-type]
        assert first is not None
        for number in range(1, MANY):
            other = replace(first, title=f"Trouble {number}.", submission_key=f"more:{number}")
            await escalations.add(tx, other)
    with statements() as many:
        found = await homes.home(ListQuery(scope=ListScope.OPEN, page=99), to=lea)

    assert 0 < len(many) == len(few)
    assert (found.listing.mine, found.listing.wanted.page) == (MANY, 3)
    first_page = await war_room.looks_home()
    await war_room.play.click_in_home(LEA, "home_more")
    second = await war_room.home()
    await war_room.play.click_in_home(LEA, "home_back")
    assert "Page 1 of 3" in first_page
    assert "Page 2 of 3" in second
    assert "Trouble 39." in first_page
    assert "Trouble 24." in second
    assert await war_room.home() == first_page
    refused = {call.error for call in war_room.sandbox.calls if call.error}
    assert not refused
