"""The plan is run by words, forms and buttons; two people at once lose nothing."""

from dataclasses import replace

import pytest

from bot.domain.errors import NotFound
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.plan.item import ItemState, Priority, Verb
from bot.domain.plan.kinds import ItemKind
from bot.domain.rooms.effects import RefreshRoom
from bot.sandbox.demo import EVA, LEA, MAX
from bot.sandbox.workspace import Channel
from storage.plan import items
from storage.queue import outbox
from tests.journeys.items import labelled, record, told
from tests.war_room import WarRoom, marked, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


LONG = "x" * 90


def plan_of(room: Channel) -> str:
    return words_of(marked(room, "plan")[0].blocks)


async def test_a_whole_line_adds_an_action_and_echoes_its_time(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(
        f"action <@{MAX}|max> by 2030-05-03 17:00 replay the export", by=EVA, where=room.id
    )
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    assert (action.content.text, action.content.owner) == ("replay the export", MAX)
    assert "by Fri 3 May 2030, 17:00 WEST" in war_room.ephemerals(EVA)[-1]
    assert action.label in war_room.ephemerals(EVA)[-1]
    assert "replay the export" in plan_of(room)


async def test_a_line_that_lacks_something_opens_the_form_with_what_was_typed(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("risk the vendor is on holiday", by=EVA, where=room.id)

    await war_room.fills(EVA, mitigation="Their deputy is called", owner=MAX)
    await war_room.submits(EVA)
    await war_room.settles()

    (risk,) = await record(war_room, ItemKind.RISK)
    assert risk.content.text == "the vendor is on holiday"
    assert risk.content.owner == MAX
    assert "R-1" in plan_of(room)


async def test_words_complete_block_cancel_and_reopen(war_room: WarRoom, room: Channel) -> None:
    for words, state in (
        ("start A-1", ItemState.IN_PROGRESS),
        ("block a1 no access to production", ItemState.BLOCKED),
        ("done A-1", ItemState.DONE),
        ("reopen A-1", ItemState.OPEN),
        ("cancel A-1 not needed any more", ItemState.CANCELLED),
    ):
        await war_room.types(words, by=EVA, where=room.id)
        assert (await labelled(war_room, "A-1")).state is state, war_room.ephemerals(EVA)[-1]
    await war_room.settles()

    assert any("A-1: cancelled (not needed any more)" in text for text in await told(war_room))


async def test_putting_off_needs_a_reason_and_keeps_the_slip(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("postpone A-1 to 2030-05-03 17:00", by=EVA, where=room.id)
    refused = war_room.ephemerals(EVA)[-1]
    await war_room.types(
        "postpone A-1 to 2030-05-03 17:00 the vendor is away", by=EVA, where=room.id
    )
    await war_room.settles()

    action = await labelled(war_room, "A-1")
    assert "Add a reason for postponing A-1" in refused
    assert [slip.reason for slip in action.slips] == ["the vendor is away"]


async def test_an_exit_criterion_is_ticked_only_with_evidence(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("done E-1", by=EVA, where=room.id)
    refused = war_room.ephemerals(EVA)[-1]
    await war_room.types("done E-1 seen in their monitoring", by=EVA, where=room.id)
    await war_room.settles()

    assert "Add evidence" in refused
    assert "☑" in plan_of(room)
    assert "seen in their monitoring" in plan_of(room)


async def test_an_item_is_edited_from_the_whole_plan(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("plan", by=EVA, where=room.id)
    whole = war_room.form(EVA)
    action = await labelled(war_room, "A-1")

    await war_room.play.click_in_view(EVA, whole.id, "item_edit", str(action.id))
    await war_room.rests()
    await war_room.fills(EVA, text="Call their plant manager")
    assert (await war_room.submits(EVA)).error is None
    await war_room.settles()

    assert (await labelled(war_room, "A-1")).content.text == "Call their plant manager"
    assert war_room.form(EVA).id == whole.id


async def test_two_people_edit_one_action_and_nothing_typed_is_lost(
    war_room: WarRoom, room: Channel
) -> None:
    for person in (EVA, MAX):
        await war_room.types("edit A-1", by=person, where=room.id)
    await war_room.fills(EVA, text="Call the customer now", priority="high")
    await war_room.fills(MAX, text="Write to the customer", blocked_by="no number")
    await war_room.submits(EVA)
    first = await war_room.submits(MAX)
    await war_room.settles()

    shown = war_room.form(MAX)
    assert first.error is None
    assert "Call the customer now" in words_of(shown.view["blocks"])
    kept = await labelled(war_room, "A-1")
    assert kept.content.text == "Call the customer now"

    await war_room.submits(MAX)
    await war_room.settles()

    kept = await labelled(war_room, "A-1")
    assert kept.content.text == "Write to the customer"
    assert kept.content.blocked_by == "no number"
    assert kept.content.priority == "high", "what only the other one changed stays"


async def test_the_playbook_is_applied_again_without_doubling(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("playbook", by=EVA, where=room.id)
    same = war_room.ephemerals(EVA)[-1]
    await war_room.types("severity s1 all sites", by=EVA, where=room.id)
    await war_room.types("playbook", by=EVA, where=room.id)
    more = war_room.ephemerals(EVA)[-1]
    await war_room.settles()

    assert "already has everything" in same
    assert "The playbook added" in more
    assert plan_of(room).count("Send the first written update") == 1


async def test_a_plan_of_sixty_actions_fits_and_shows_the_urgent_first(
    war_room: WarRoom, room: Channel
) -> None:
    first = await labelled(war_room, "A-1")
    async with war_room.bot.database.transaction() as tx:
        for number in range(60):
            content = replace(first.content, text=f"Step {number} {LONG}")
            if number == 59:
                content = replace(content, priority=Priority.HIGH)
            await items.add(tx, replace(first, content=content, key=None))
        refresh = RefreshRoom(escalation_id=first.escalation_id)
        await outbox.enqueue(tx, refresh, at=first.recorded_at)
    await war_room.settles()

    shown = plan_of(room)
    assert "more in the full plan" in shown
    assert f"❗ Step 59 {LONG}" in shown
    await war_room.play.click(EVA, room.id, marked(room, "plan")[0].ts, "plan_all")
    await war_room.rests()
    assert "Exit criteria" in words_of(war_room.form(EVA).view["blocks"])


async def test_a_copy_for_the_customer_holds_nothing_internal(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("note they threaten to leave", by=EVA, where=room.id)
    await war_room.types("plan customer", by=EVA, where=room.id)

    said = war_room.ephemerals(EVA)[-1]
    assert "Milestones" in said
    assert "threaten" not in said
    assert "Tell the customer who owns this" not in said


async def test_the_timeline_is_shown_page_by_page(war_room: WarRoom, room: Channel) -> None:
    for number in range(20):
        await war_room.types(f"note fact {number}", by=EVA, where=room.id)
    await war_room.types("timeline", by=EVA, where=room.id)
    newest = war_room.ephemerals(EVA)[-1]
    await war_room.types("timeline 2", by=EVA, where=room.id)
    older = war_room.ephemerals(EVA)[-1]

    assert "fact 19" in newest
    assert "fact 1\n" not in newest
    assert "opened at S3" in older


async def test_somebody_outside_a_private_room_sees_and_changes_nothing(
    war_room: WarRoom,
) -> None:
    await war_room.opens(by=EVA, owner=EVA, visibility="private")
    item = await labelled(war_room, "A-1")
    services = war_room.bot.services
    outsider = Person(id=SlackUserId(LEA), name="lea", kind=PersonKind.MEMBER)

    for look in (
        services.items.one(item.id, to=outsider),
        services.items.all(item.escalation_id, to=outsider),
        services.items.act(item.id, Verb.DONE, "", by=outsider),
        services.timelines.page(item.escalation_id, 1, to=outsider),
    ):
        with pytest.raises(NotFound):
            await look


async def test_names_are_typed_as_people_type_them(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("action @max by 2030-05-03 17:00 replay it", by=EVA, where=room.id)
    await war_room.types("give A-1 @max", by=EVA, where=room.id)
    await war_room.types("risk mail to a@max.example bounces", by=EVA, where=room.id)
    await war_room.settles()

    (action,) = await record(war_room, ItemKind.ACTION)
    assert action.content.owner == MAX
    assert (await labelled(war_room, "A-1")).content.owner == MAX
    asked = next(b for b in war_room.form(EVA).view["blocks"] if b["block_id"] == "text")
    assert asked["element"]["initial_value"] == "mail to a@max.example bounces"
