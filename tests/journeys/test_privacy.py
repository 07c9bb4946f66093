"""Who learns of an escalation, outlet by outlet; requests come as no window would send them.

An outlet returns everything one person can read there. A new one is a line in OUTLETS.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import pytest

from bot.sandbox.demo import ESCALATIONS, EVA, EXT, KIM, LEA, MAX, SAM, SUPPORT
from bot.sandbox.errors import NotPossibleError
from bot.sandbox.play import Play
from bot.sandbox.web_api import views
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, words_of

SECRET = "Merger of Umbrella"
WITH_PART, WITHOUT, GUEST, OUTSIDER = MAX, SAM, KIM, EXT
VIEWERS = {"with a part": MAX, "without": SAM, "guest": KIM, "from outside": EXT}


class Forged(Play):
    """Sends what Slack's own window would not let that person send."""

    def _only_own_people(self, user: str, what: str) -> None:
        """Let everybody use commands."""

    def _channel(self, channel: str, user: str) -> Channel:
        return self._sandbox.workspace.channels[channel]


@dataclass(frozen=True)
class Stage:
    war_room: WarRoom
    room: Channel

    def told(self, viewer: str) -> str:
        """Return every private word the bot has said to somebody."""
        return "\n".join([*self.war_room.ephemerals(viewer), *self.war_room.dm(viewer)])


async def announcement(stage: Stage, viewer: str) -> str:
    place = stage.war_room.sandbox.workspace.channels[ESCALATIONS]
    seen = place.visible() if viewer in place.members else []
    return "\n".join(words_of(m.blocks) + m.text for m in seen)


async def home(stage: Stage, viewer: str) -> str:
    await stage.war_room.looks_home(viewer)
    with contextlib.suppress(NotPossibleError):  # who sees nothing has nothing to choose
        await Forged(stage.war_room.sandbox).click_in_home(viewer, "home_scope", "all")
    return await stage.war_room.home(viewer)


async def warning(stage: Stage, viewer: str) -> str:
    """Open the form and name the customer."""
    war_room = stage.war_room
    await Forged(war_room.sandbox).command(viewer, SUPPORT, "/escalate", "")
    await war_room.rests()
    if war_room.sandbox.workspace.open_view(viewer) is None:
        return stage.told(viewer)
    await war_room.fills(viewer, customer="Acme")
    return words_of(war_room.form(viewer).view["blocks"])


def word(text: str, *, in_room: bool) -> Callable[[Stage, str], Awaitable[str]]:
    """An outlet that is a word of the command, typed in the escalation's room or elsewhere."""

    async def outlet(stage: Stage, viewer: str) -> str:
        where = stage.room.id if in_room else SUPPORT
        await Forged(stage.war_room.sandbox).command(viewer, where, "/escalate", text)
        await stage.war_room.rests()
        return stage.told(viewer)

    return outlet


async def export(stage: Stage, viewer: str) -> str:
    """Ask for the dossier, and read the files that stand in the room."""
    war_room, room = stage.war_room, stage.room
    told = await word("export", in_room=True)(stage, viewer)
    await war_room.settles()
    shared = [f for m in room.visible() for f in m.files] if viewer in room.members else []
    return told + "".join((file.content or b"").decode() for file in shared)


OUTLETS: Mapping[str, Callable[[Stage, str], Awaitable[str]]] = {
    "announcement": announcement,
    "home": home,
    "warning": warning,
    "list": word("list all", in_room=False),
    "catchup": word("catchup", in_room=True),
    "similar": word(f"similar {SECRET}", in_room=False),
    "export": export,
    "timeline": word("timeline", in_room=True),
    "decisions": word("decisions", in_room=True),
    "plan for the customer": word("plan customer", in_room=True),
}


def may_know(viewer: str, visibility: str) -> bool:
    return viewer == WITH_PART or (viewer == WITHOUT and visibility == "public")


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS.keys())
@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=OUTLETS.keys())
async def test_nobody_learns_of_what_they_may_not_know(
    war_room: WarRoom,
    outlet: Callable[[Stage, str], Awaitable[str]],
    visibility: str,
    viewer: str,
) -> None:
    room = await war_room.opens(
        by=EVA, owner=EVA, title=SECRET, invited=[MAX], visibility=visibility, customer_ask=SECRET
    )
    await war_room.types(f"decide {SECRET}", by=EVA, where=room.id)
    await war_room.settles()
    war_room.sandbox.workspace.ephemerals.clear()

    shown = await outlet(Stage(war_room, room), viewer)

    number = "ESC-" + "-".join(room.name.split("-")[1:3])
    learnt = [secret for secret in (SECRET, number, room.id, room.name) if secret in shown]
    announced_nowhere = outlet is announcement and visibility == "private"
    if may_know(viewer, visibility) and not announced_nowhere:
        assert learnt
    else:
        assert not learnt


@pytest.mark.parametrize("viewer", [GUEST, OUTSIDER], ids=["guest", "from outside"])
async def test_who_was_let_into_the_room_reads_there_what_stands_there(
    war_room: WarRoom, viewer: str
) -> None:
    room = await war_room.opens(by=EVA, owner=EVA, title=SECRET, visibility="private")
    war_room.play.invite(EVA, room.id, viewer)
    await war_room.settles()

    assert SECRET in await war_room.looks_home(viewer)

    war_room.play.kick(EVA, room.id, viewer)
    await war_room.settles()

    assert SECRET not in await war_room.looks_home(viewer)


async def test_a_room_made_private_is_taken_from_every_list(war_room: WarRoom) -> None:
    room = await war_room.opens(by=EVA, owner=EVA, title=SECRET)
    stage = Stage(war_room, room)
    assert SECRET in await home(stage, WITHOUT)

    war_room.play.make_private(EVA, room.id)
    await war_room.settles()

    assert SECRET not in await home(stage, WITHOUT)
    assert SECRET not in await OUTLETS["list"](stage, WITHOUT)


@pytest.mark.parametrize("viewer", [GUEST, OUTSIDER], ids=["guest", "from outside"])
async def test_who_may_open_nothing_is_offered_no_customers(war_room: WarRoom, viewer: str) -> None:
    await war_room.opens(customer="Acme")
    await war_room.types("")
    form = views.as_json(war_room.sandbox, war_room.form())

    answers = [
        await war_room.sandbox.delivery.interaction(
            Forged(war_room.sandbox)._payload("block_suggestion", user)
            | {"action_id": "opening_customer", "value": "Acme", "view": form}
        )
        for user in (LEA, viewer)
    ]

    offered = [answer.body["options"] for answer in answers]
    assert [len(options) for options in offered] == [1, 0]
