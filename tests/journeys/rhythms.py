"""What comes round in a room, as tests see it."""

from bot.sandbox.demo import EVA
from bot.sandbox.workspace import Channel, Message
from storage.meetings import meetings
from storage.sla import clocks
from tests.war_room import WarRoom, marked, until, words_of

EVERY_ONE = 1_000  # clocks looked at in one transaction


def calls_of(room: Channel, title: str = "Checkpoint") -> list[Message]:
    """Return our messages about calls of a kind, the oldest first."""
    return [m for m in marked(room, "call") if title in words_of(m.blocks)]


def reads(room: Channel, title: str = "Checkpoint") -> str:
    """Return what the newest of them says."""
    return words_of(calls_of(room, title)[-1].blocks)


async def comes_round(war_room: WarRoom, **time: float) -> None:
    """Let time pass, have every replica look at what is due, and wait until all is said.

    Clocks first: what becomes of them is among what a call says has changed.
    """
    war_room.passes(**time)
    for bot in war_room.bots:
        await bot.services.sla_sweep.mark_due(most=EVERY_ONE)
    await until(lambda: _no_clock_is_due(war_room))
    for bot in war_room.bots:
        await bot.services.meetings.call_due()
    # The bot's own sweep may have been faster, and not have committed yet.
    await until(lambda: _nothing_is_due(war_room))
    await war_room.settles()


async def _no_clock_is_due(war_room: WarRoom) -> bool:
    async with war_room.bot.database.reading() as tx:
        return not await clocks.is_any_due(tx, now=war_room.now())


async def _nothing_is_due(war_room: WarRoom) -> bool:
    async with war_room.bot.database.reading() as tx:
        return not await meetings.is_any_due(tx, now=war_room.now())


async def says(war_room: WarRoom, room: Channel, words: str, by: str = EVA) -> None:
    await war_room.types(words, by=by, where=room.id)
    await war_room.settles()


async def presses(
    war_room: WarRoom, room: Channel, action: str, message: Message, by: str = EVA
) -> None:
    await war_room.play.click(by, room.id, message.ts, action)
    await war_room.rests()
    await war_room.settles()
