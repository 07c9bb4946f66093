"""Whatever can be pressed in a war room does something: Slack refuses none of its answers."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.demo import LEA
from bot.views.block_kit.action_ids import VALUE, Action
from tests.war_room import WarRoom

# What a wrong answer of ours is called; a form that is open already or gone is nobody's mistake.
OURS = {"invalid_arguments", "invalid_blocks", "view_too_large", "unknown_method", "missing_scope"}


def pressable(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each button, and of the first choice of each select."""
    for block in blocks:
        for element in (*block.get("elements", []), block.get("accessory") or {}):
            if "action_id" in element:
                options = element.get("options") or [element]
                yield element["action_id"], options[0].get("value")


def closes_all(war_room: WarRoom) -> None:
    for view in war_room.sandbox.workspace.stack_of(LEA):
        view.closed = True


def refused(war_room: WarRoom) -> list[tuple[str, str | None]]:
    return [(c.method, c.error) for c in war_room.sandbox.calls if c.error in OURS]


async def test_every_button_of_a_room_is_answered(war_room: WarRoom) -> None:
    room = await war_room.opens()
    await war_room.types("action @lea by fri 17:00 replay the export", where=room.id)
    await war_room.settles()
    pressed = set()

    for message in list(room.visible()):
        for action, value in reversed([*pressable(message.blocks or [])]):
            if (action, value) not in pressable(message.blocks or []):
                continue  # what was pressed before has taken it away
            await war_room.play.click(LEA, room.id, message.ts, action, value)
            await war_room.settles()
            pressed.add(action)
            closes_all(war_room)

    assert refused(war_room) == []
    assert {Action.ITEM_ADD, Action.PLAN_ALL, Action.SITUATION, Action.ACKNOWLEDGE} <= pressed
    assert Action.ROOM_MENU_OPEN in pressed


async def test_every_button_of_the_whole_plan_is_answered(war_room: WarRoom) -> None:
    room = await war_room.opens()
    await war_room.types("plan", where=room.id)
    plan = war_room.form()
    buttons = list(pressable(plan.view["blocks"]))

    for action, value in buttons:
        await war_room.play.click_in_view(LEA, plan.id, action, value)
        await war_room.rests()
        above = war_room.form()
        assert above.id != plan.id, (action, value, refused(war_room))
        await war_room.play.close(LEA, above.id)

    assert buttons
    assert refused(war_room) == []


async def test_an_item_is_edited_from_the_whole_plan(war_room: WarRoom) -> None:
    room = await war_room.opens()
    await war_room.types("plan", where=room.id)
    plan = war_room.form()
    action, value = next(pressable(plan.view["blocks"]))
    await war_room.play.click_in_view(LEA, plan.id, action, value)
    await war_room.rests()
    await war_room.fills(text="Everybody can order again")

    done = await war_room.submits()
    await war_room.settles()

    assert (done.errors, done.error) == ({}, None)
    assert any("Everybody can order again" in str(m.blocks) for m in room.visible())


async def test_whatever_is_rendered_has_a_name_of_ours(war_room: WarRoom) -> None:
    """An action named by a string of its own would be swallowed by what catches the rest."""
    room = await war_room.opens()
    await war_room.types("", where=room.id)
    await war_room.types("plan", where=room.id)
    shown: list[dict[str, Any]] = [v.view for v in war_room.sandbox.workspace.views.values()]
    shown += [
        {"blocks": m.blocks or []}
        for c in war_room.sandbox.workspace.channels.values()
        for m in c.messages
    ]

    named = {action.partition(":")[0] for view in shown for action, _ in pressable(view["blocks"])}
    filled = [b["element"] for v in shown for b in v["blocks"] if b["type"] == "input"]

    assert named <= {action.value for action in Action}
    assert {e["action_id"].partition(".")[0] for e in filled} <= {VALUE, Action.OPENING_CUSTOMER}
