"""Whatever order, repetition or loss: the record ends equal to what stands in the channel."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import EVA, LEA, MAX
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel, Message
from storage.plan import items
from tests.war_room import WarRoom

PEOPLE = (EVA, LEA, MAX)
KINDS = {
    "scales": ItemKind.DECISION,
    "warning": ItemKind.RISK,
    "raised_hand": ItemKind.ACTION,
}
TICK = "white_check_mark"
FAULTS = (
    FaultKind.RATE_LIMITED,
    FaultKind.DONE_NO_ANSWER,
)

Act = tuple[str, str, str]  # what is done, by whom, with which emoji

acts = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["react", "unreact"]),
            st.sampled_from(PEOPLE),
            st.sampled_from([*KINDS, TICK]),
        ),
        st.just(("edit", EVA, "")),
        st.just(("settle", EVA, "")),
    ),
    min_size=1,
    max_size=9,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    done=acts,
    is_deleted=st.booleans(),
    backwards=st.booleans(),
    twice=st.booleans(),
    fails=st.sampled_from([None, *FAULTS]),
)
@pytest.mark.timeout(300)
async def test_the_record_ends_equal_to_the_channel(
    war_room: WarRoom,
    done: list[Act],
    is_deleted: bool,
    backwards: bool,
    twice: bool,
    fails: FaultKind | None,
) -> None:
    room = await _room(war_room)
    sandbox = war_room.sandbox
    sandbox.faults.clear()
    ts = war_room.play.say(EVA, room.id, "Text 0")
    sandbox.faults.deliver_twice = twice
    if fails is not None:
        sandbox.faults.add(Fault(kind=fails, method="reactions.get", nth=1, retry_after=0.1))
    sandbox.delivery.hold_events()
    for number, act in enumerate(done, 1):
        if act[0] == "settle":
            sandbox.delivery.release_events(backwards=backwards)
            await war_room.settles()
            sandbox.delivery.hold_events()
        else:
            _do(war_room, room, ts, act, f"Text {number}")
    before = room.message(ts)
    assert before is not None
    before = replace(before, reactions={n: list(u) for n, u in before.reactions.items()})
    if is_deleted:
        sandbox.delivery.release_events(backwards=backwards)
        await war_room.settles()
        sandbox.delivery.hold_events()
        war_room.play.delete(EVA, room.id, ts)
    sandbox.delivery.release_events(backwards=backwards)
    await war_room.settles()

    await _assert_equal(war_room, room, before, is_deleted)


async def _room(war_room: WarRoom) -> Channel:
    rooms = [c for c in war_room.rooms() if not c.is_archived]
    return rooms[0] if rooms else await war_room.opens(owner=EVA, invited=[MAX])


def _do(war_room: WarRoom, room: Channel, ts: str, act: Act, text: str) -> None:
    what, user, emoji = act
    doing: dict[str, Callable[[], None]] = {
        "react": lambda: war_room.play.react(user, room.id, ts, emoji),
        "unreact": lambda: war_room.play.unreact(user, room.id, ts, emoji),
        "edit": lambda: war_room.play.edit(user, room.id, ts, text),
    }
    doing[what]()


async def _assert_equal(
    war_room: WarRoom,
    room: Channel,
    message: Message,
    is_deleted: bool,
) -> None:
    async with war_room.bot.database.reading() as tx:
        found = await items.of_message(tx, room.id, message.ts)  # type: ignore[arg-type]
    standing = message.reactions
    by_kind = {item.kind: item for item in found}
    assert len(by_kind) == len(found), "one message is one item of a kind"
    for emoji, kind in KINDS.items():
        item = by_kind.get(kind)
        is_marked = bool(standing.get(emoji))
        assert item is not None or not is_marked
        if item is None:
            continue
        ticked = bool(standing.get(TICK)) and kind is not ItemKind.DECISION
        expected = {ItemState.OPEN} if is_marked else {ItemState.RETRACTED}
        if ticked and is_marked:
            expected = {ItemState.DONE}
        elif ticked:
            # What was ticked while it stood is done; taking the mark back does not undo work.
            expected |= {ItemState.DONE}
        assert item.state in expected, (kind, standing)
        assert item.source is not None
        assert item.source.is_gone is is_deleted
        assert (item.source.text_now or item.source.text) == message.text
    said = [m for m in room.visible() if m.thread_ts == message.ts and m.user != EVA]
    assert len(said) == len(found), "each is told once"
