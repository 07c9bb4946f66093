"""What a room and its people are told while a script of hours passes, message by message."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.sandbox.demo import BOT
from bot.sandbox.workspace import Channel, Message
from bot.views.block_kit.action_ids import Marker
from tests.soak.direction import DEADLINES
from tests.war_room import WarRoom

PICTURES = (f"{Marker.CARD}:", f"{Marker.PLAN}:")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How many messages of ours there are.

    Attributes:
        room: In the room, threads included; top_level: of those, in the channel itself.
        direct: By person; mentions: in the room, by person, but for card and plan, which whoever
            opens the room has posted.
    """

    room: int
    top_level: int
    direct: Mapping[str, int]
    mentions: Mapping[str, int]

    @property
    def most_direct(self) -> int:
        return max(self.direct.values(), default=0)

    @property
    def most_mentions(self) -> int:
        return max(self.mentions.values(), default=0)

    def __str__(self) -> str:
        return (
            f"{self.room} in the room, {self.top_level} of them top level, at most "
            f"{self.most_direct} direct and {self.most_mentions} mentions of one person"
        )


async def pass_time(war_room: WarRoom, length: timedelta) -> None:
    """Let that much time pass, stopping at each deadline that comes, as the bot does."""
    end = war_room.now() + length
    while (now := war_room.now()) < end:
        due = await _next_deadline(war_room)
        step = end if due is None else min(max(due, now + timedelta(seconds=1)), end)
        war_room.passes(seconds=(step - now).total_seconds() + 0.05)
        await sweep(war_room)


async def sweep(war_room: WarRoom) -> None:
    services = war_room.bot.services
    while await services.sla_sweep.mark_due(most=100):
        pass
    while await services.meetings.call_due():
        pass
    await services.reminders.sweep()
    await war_room.settles()


def heard(war_room: WarRoom, room: Channel) -> Heard:
    """Count what is there to be read."""
    said = [message for message in room.visible() if message.user == BOT and message.blocks]
    direct = {
        channel.dm_with: sum(message.user == BOT for message in channel.visible())
        for channel in war_room.sandbox.workspace.channels.values()
        if channel.dm_with
    }
    mentions: Counter[str] = Counter()
    for message in said:
        if not str(message.blocks[0].get("block_id")).startswith(PICTURES):
            mentions.update(set(_mentioned(message)))
    return Heard(
        room=len(said),
        top_level=sum(message.thread_ts in {None, message.ts} for message in said),
        direct=direct,
        mentions=mentions,
    )


def _mentioned(message: Message) -> list[str]:
    found = MENTION.findall(message.text)
    waiting: list[object] = [message.blocks]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found += [node["user_id"]] if node.get("type") == "user" else []
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


async def _next_deadline(war_room: WarRoom) -> datetime | None:
    wanted = [
        select(func.min(at)).scalar_subquery().label(f"at_{i}") for i, at in enumerate(DEADLINES)
    ]
    async with war_room.bot.database.reading() as tx:
        row = await tx.one(select(*wanted))
    assert row is not None
    return min((at for at in row.values() if at is not None), default=None)
