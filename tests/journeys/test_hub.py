"""The hub of a room: everything there is to do in it, by buttons."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.command.commands import BY_KEY, ENTRIES, HubGroup
from bot.domain.escalation.escalation import Transition
from bot.sandbox import changes
from bot.sandbox.demo import EVA, KIM, LEA, MAX
from bot.sandbox.workspace import Channel
from bot.views.block_kit.action_ids import Action
from handlers.slash_command import SlashCommand
from tests.journeys.moves import moves
from tests.war_room import WarRoom, marked, words_of

OURS = {"invalid_arguments", "invalid_blocks", "view_too_large", "unknown_method", "missing_scope"}
Pressable = tuple[str, str]


def pressable(view: dict[str, Any]) -> Iterator[Pressable]:
    """Yield name and value of every button, and of every choice of a list."""
    for block in view["blocks"]:
        for element in block.get("elements", []):
            if "action_id" in element:
                for one in element.get("options") or [element]:
                    yield element["action_id"], one["value"]


def entries(view: dict[str, Any]) -> dict[str, Pressable]:
    """Return what a hub offers by the key of its entry."""
    return {
        value.partition(":")[2]: (action, value)
        for action, value in pressable(view)
        if action.startswith(f"{Action.HUB.value}:")
    }


async def opens_hub(war_room: WarRoom, room: Channel, by: str = LEA) -> dict[str, Any]:
    for view in war_room.sandbox.workspace.stack_of(by):
        view.closed = True
    await war_room.types("", by=by, where=room.id)
    assert war_room.sandbox.workspace.open_view(by) is not None, war_room.ephemerals(by)
    return war_room.form(by).view


async def presses(war_room: WarRoom, key: str, by: str = LEA) -> None:
    """Press an entry of the hub that is open, and wait until what it started rests."""
    hub = war_room.sandbox.workspace.stack_of(by)[0]
    action, value = entries(hub.view)[key]
    await war_room.play.click_in_view(by, hub.id, action, value)
    await war_room.rests()


def refused(war_room: WarRoom) -> list[tuple[str, str | None]]:
    return [(c.method, c.error) for c in war_room.sandbox.calls if c.error in OURS]


def test_the_hub_reaches_every_word(known_words: frozenset[str]) -> None:
    assert {entry.word for entry in ENTRIES} == known_words


@pytest.fixture
def known_words(war_room: WarRoom) -> frozenset[str]:
    found = [x for x in war_room.bot.listeners if isinstance(x, SlashCommand)]
    return found[0].words


def test_no_two_entries_have_the_same_name() -> None:
    assert len(BY_KEY) == len(ENTRIES)


@pytest.mark.parametrize("group", HubGroup, ids=lambda group: group.value)
async def test_every_entry_answers_whoever_presses_it(lively: "Lively", group: HubGroup) -> None:
    """Something stands over the hub then, or the entry was not offered and the hub says why."""
    war_room, unanswered = lively.war_room, []
    for entry in (entry for entry in ENTRIES if entry.group is group):
        hub = await opens_hub(war_room, lively.room)
        if entry.key not in entries(hub):
            assert entry.is_quiet or entry.title in words_of(hub["blocks"]), entry.key
            continue
        await presses(war_room, entry.key)
        stack = war_room.sandbox.workspace.stack_of(LEA)
        if len(stack) != 2 or "Something went wrong" in words_of(stack[1].view["blocks"]):
            unanswered.append(entry.key)

    assert unanswered == []
    assert refused(war_room) == []


class Lively:
    """A room in which there is something of everything."""

    def __init__(self, war_room: WarRoom, room: Channel) -> None:
        self.war_room = war_room
        self.room = room


@pytest.fixture
async def lively(war_room: WarRoom) -> Lively:
    room = await war_room.opens(owner=LEA)
    for words in ("action @lea by fri 17:00 replay the export", "decide we fail over"):
        await war_room.types(words.replace("@lea", f"<@{LEA}>"), where=room.id)
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE, by=LEA)
    await war_room.settles()
    return Lively(war_room, room)


async def test_the_hub_opens_by_the_word_and_by_the_card(war_room: WarRoom) -> None:
    room = await war_room.opens()
    by_word = await opens_hub(war_room, room)
    await war_room.play.close(LEA, war_room.form().id)

    card = marked(room, "card")[0]
    await war_room.play.click(LEA, room.id, card.ts, Action.ROOM_MENU_OPEN.value)
    await war_room.rests()

    assert words_of(war_room.form().view["blocks"]) == words_of(by_word["blocks"])
    assert entries(war_room.form().view).keys() == entries(by_word).keys()


async def test_what_waits_for_somebody_stands_first_and_goes_when_done(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    hub = await opens_hub(war_room, room)
    said = words_of(hub["blocks"])
    assert said.index("Waiting for you (1)") < said.index("View full plan")
    assert "You're the escalation manager" in said

    view = war_room.form()
    await war_room.play.click_in_view(LEA, view.id, Action.ACKNOWLEDGE.value, "1")
    await war_room.rests()

    stack = war_room.sandbox.workspace.stack_of(LEA)
    assert "You own ESC-" in words_of(stack[1].view["blocks"])
    assert "You're all caught up." in words_of(stack[0].view["blocks"])


async def test_an_item_that_is_mine_is_done_from_the_hub(lively: Lively) -> None:
    war_room = lively.war_room
    war_room.passes(days=8)
    hub = await opens_hub(war_room, lively.room)
    assert "overdue since" in words_of(hub["blocks"])
    done = next(p for p in pressable(hub) if p[0] == Action.ITEM_DONE.value)

    await war_room.play.click_in_view(LEA, war_room.form().id, *done)
    await war_room.settles()

    assert "replay the export" not in words_of(war_room.form().view["blocks"])


async def test_somebody_asked_to_take_over_answers_in_the_hub(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    await opens_hub(war_room, room)
    await presses(war_room, "handover")
    await war_room.fills(user=EVA, note="Call Ana at nine")
    done = await war_room.submits()
    await war_room.settles()
    assert "Sent. You stay" in words_of(done.view.view["blocks"] if done.view else [])

    hub = await opens_hub(war_room, room, by=EVA)
    assert "asks you to take over" in words_of(hub["blocks"])
    accept = next(p for p in pressable(hub) if p[0] == Action.ROLE_ACCEPT.value)
    await war_room.play.click_in_view(EVA, war_room.form(EVA).id, *accept)
    await war_room.settles()

    card = words_of(marked(room, "card")[0].blocks)
    assert f"Escalation manager: @{EVA}" in card


async def test_a_form_over_the_hub_leaves_it_up_to_date(lively: Lively) -> None:
    war_room = lively.war_room
    await opens_hub(war_room, lively.room)
    await presses(war_room, "pause")
    await war_room.fills(reason="waiting_customer_info", evidence="asked Ana at nine")
    assert (await war_room.submits()).closed
    await war_room.rests()

    assert "resume" in entries(war_room.form().view)
    await presses(war_room, "resume")

    stack = war_room.sandbox.workspace.stack_of(LEA)
    assert "Resumed" in words_of(stack[1].view["blocks"])
    assert "Resume (no clock is paused)" in words_of(stack[0].view["blocks"])


async def test_what_is_wrong_in_a_form_is_said_and_nothing_typed_is_lost(lively: Lively) -> None:
    war_room = lively.war_room
    await opens_hub(war_room, lively.room)
    await presses(war_room, "handover")
    await war_room.fills(user=LEA, note="me again")

    said = await war_room.submits()

    assert said.errors == {"user": "You're already the escalation manager."}
    assert war_room.form().state["note"]["value"]["value"] == "me again"


FORMS = {
    "action": "item_form",
    "plan": "whole_plan",
    "severity": "room_menu",
    "move_hold": "move_form",
    "checkpoint_skip": "rhythm_skip_form",
    "recovery": "recovery_form",
    "pause": "pause_form",
    **dict.fromkeys(("met", "waive", "replied", "up", "assign"), "word_form"),
    **dict.fromkeys(("done", "give", "postpone", "edit", "digest", "similar_words"), "word_form"),
}


async def test_entries_that_ask_open_their_forms(lively: Lively) -> None:
    war_room, opened = lively.war_room, {}
    for key in FORMS:
        await opens_hub(war_room, lively.room)
        await presses(war_room, key)
        opened[key] = war_room.form().view["callback_id"]

    assert opened == FORMS


async def test_what_became_impossible_meanwhile_is_said(lively: Lively) -> None:
    war_room = lively.war_room
    await opens_hub(war_room, lively.room)
    await moves(war_room, Transition.DEESCALATE, by=LEA)

    await presses(war_room, "pause")

    stack = war_room.sandbox.workspace.stack_of(LEA)
    assert "isn't available" in words_of(stack[1].view["blocks"])


async def test_somebody_who_is_not_the_manager_sees_whose_move_it_is(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await moves(war_room, Transition.ACCEPT)

    hub = await opens_hub(war_room, room, by=MAX)

    said = words_of(hub["blocks"])
    assert f"Next step: Start work, by @{EVA}." in said
    assert "move_activate" not in entries(hub)
    assert "Hand over (only the escalation manager can)" in said


async def test_a_guest_of_the_room_may_look_and_is_told_whom_to_ask(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    changes.join(war_room.sandbox, room, KIM)
    await war_room.settles()

    hub = await opens_hub(war_room, room, by=KIM)

    said = words_of(hub["blocks"])
    assert f"To make changes, ask @{LEA}." in said
    assert all(BY_KEY[key].is_look for key in entries(hub))
    assert "timeline" in entries(hub)


async def test_whoever_may_not_know_of_a_room_gets_no_hub(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    room.members.append(KIM)  # Slack shows the channel, and we were not told yet

    await war_room.types("", by=KIM, where=room.id)

    assert war_room.sandbox.workspace.open_view(KIM) is None
    assert war_room.ephemerals(KIM)


async def test_an_ended_escalation_offers_to_look_and_to_reopen(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=LEA)
    await moves(war_room, Transition.ACCEPT, Transition.DEESCALATE, by=LEA)

    offered = entries(await opens_hub(war_room, room))

    assert {"move_reopen", "timeline", "export", "plan"} <= offered.keys()
    assert not {"pause", "action", "up", "acknowledge", "assign"} & offered.keys()


async def test_up_tells_nobody_before_it_is_confirmed(lively: Lively) -> None:
    war_room, room = lively.war_room, lively.room
    before = len(room.visible())
    await war_room.types("up", where=room.id)
    await war_room.settles()
    shown = words_of(war_room.form().view["blocks"])
    assert "Who: " in shown
    assert len(room.visible()) == before

    said = await war_room.submits()
    await war_room.settles()

    assert "notified" in words_of(said.view.view["blocks"] if said.view else [])
    assert len(room.visible()) > before


async def test_met_shows_what_will_be_recorded_before_it_is(lively: Lively) -> None:
    war_room, room = lively.war_room, lively.room
    await war_room.types("met first_response called Ana", where=room.id)
    form = war_room.form()
    assert form.state["how"]["value"]["value"] == "called Ana"
    assert not [m for m in room.visible() if "called Ana" in words_of(m.blocks)]

    await war_room.submits()
    await war_room.settles()

    assert [m for m in room.visible() if "called Ana" in words_of(m.blocks)]
