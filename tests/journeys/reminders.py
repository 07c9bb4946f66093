"""What people were reminded of, for tests to compare."""

from bot.sandbox.workspace import Channel, Message
from storage.reminders import reminders
from tests.war_room import WarRoom, until, words_of


def messages(place: Channel | None) -> list[Message]:
    """Return the messages of reminders that stand in a channel."""
    return [
        m
        for m in (place.visible() if place else [])
        if m.blocks and str(m.blocks[0].get("block_id")).startswith("reminder:")
    ]


def sent(war_room: WarRoom, user: str) -> list[Message]:
    """Return the direct messages of reminders to somebody."""
    return messages(war_room.sandbox.workspace.dm(user))


def said(war_room: WarRoom, user: str) -> list[str]:
    return [words_of(message.blocks) for message in sent(war_room, user)]


async def rings(war_room: WarRoom, **time: float) -> None:
    """Let time pass and have everything said that falls due; the bot's own bell may be sooner."""
    war_room.passes(**time)

    async def is_said() -> bool:
        # What another sweep is at work on is passed over, and looked at again.
        for bot in war_room.bots:
            await bot.services.reminders.sweep()
        async with war_room.bot.database.reading() as tx:
            return not await reminders.is_anything_due(tx, now=war_room.now())

    await until(is_said)
    await war_room.settles()


async def presses(
    war_room: WarRoom, user: str, action: str, label: str, *, choice: str | None = None
) -> None:
    """Press a button, or choose from the select, beside the line of that label."""
    dm = war_room.sandbox.workspace.dm(user)
    assert dm is not None
    message = [m for m in sent(war_room, user) if f"{label} " in words_of(m.blocks)][-1]
    value = value_beside(message, label)
    value = f"{value}:{choice}" if choice else value
    await war_room.play.click(user, dm.id, message.ts, action, value)
    await war_room.settles()


def value_beside(message: Message, label: str) -> str:
    """Return what the Stop button beside that line carries."""
    is_next = False
    for block in message.blocks:
        if block["type"] == "rich_text":
            is_next = is_next or f"{label} " in words_of(block)
        elif block["type"] == "actions" and is_next:
            return str(block["elements"][-1]["value"])
    raise AssertionError(f"no buttons beside {label}")
