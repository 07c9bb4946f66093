"""Keeping the pictures true: card, plan, topic and announcement of an open room."""

import contextlib
from collections.abc import Awaitable, Callable

from structlog.contextvars import bind_contextvars

from bot.domain.effects import RefreshRoom
from bot.domain.policy import Policy
from bot.domain.room import ChannelId, MessageTs, RoomState
from bot.domain.timeline import EntryKind
from bot.domain.war_room import WarRoom
from bot.services.rooms import Rooms
from bot.slack.failures import GiveUp
from bot.slack.gateway import Gateway
from bot.views import announcement, room_card
from bot.views import plan as plan_view
from bot.views.block_kit import Message
from bot.workers.delivery import Attempt

CANNOT_EDIT = frozenset({"cant_update_message", "edit_window_closed"})
NO_ACCESS = {
    "is_archived": EntryKind.ROOM_ARCHIVED,
    "is_inactive": EntryKind.ROOM_ARCHIVED,
    "channel_not_found": EntryKind.BOT_REMOVED,
    "not_in_channel": EntryKind.BOT_REMOVED,
}


class Refresher:
    """Performs RefreshRoom; what looks the same already costs no call."""

    def __init__(self, rooms: Rooms, gateway: Gateway, policy: Policy) -> None:
        self._rooms = rooms
        self._gateway = gateway
        self._policy = policy

    async def perform(self, effect: RefreshRoom, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        # The announcement stands elsewhere and follows even when the room cannot be reached.
        await self._announcement(war_room)
        if war_room.room.state is not RoomState.OPEN or war_room.room.channel_id is None:
            return
        try:
            for draw in self._drawings():
                await draw(war_room, war_room.room.channel_id, attempt)
        except GiveUp as failure:
            if failure.code not in NO_ACCESS:
                raise
            found = f"refresh-{attempt.effect_id}"
            what = NO_ACCESS[failure.code]
            await self._rooms.followed(found, war_room.room.channel_id, what, by=None)

    def _drawings(
        self,
    ) -> tuple[Callable[[WarRoom, ChannelId, Attempt], Awaitable[None]], ...]:
        return (self._plan, self._card, self._topic)

    async def _plan(self, war_room: WarRoom, channel: ChannelId, attempt: Attempt) -> None:
        room, message = war_room.room, plan_view.plan(war_room, self._policy)
        if room.plan_ts is None or room.plan_digest == message.digest():
            return
        ts = await self._draw(channel, room.plan_ts, message, attempt)
        if ts != room.plan_ts:
            await self._gateway.pin(channel, ts)
        await self._rooms.record(room.escalation_id, plan_ts=ts, plan_digest=message.digest())

    async def _card(self, war_room: WarRoom, channel: ChannelId, attempt: Attempt) -> None:
        room, message = war_room.room, room_card.card(war_room, self._policy)
        if room.card_ts is None or room.card_digest == message.digest():
            return
        ts = await self._draw(channel, room.card_ts, message, attempt)
        await self._rooms.record(room.escalation_id, card_ts=ts, card_digest=message.digest())

    async def _draw(
        self, channel: ChannelId, ts: MessageTs, message: Message, attempt: Attempt
    ) -> MessageTs:
        """Edit a message in place; post it anew when it is gone or may not be edited."""
        try:
            await self._gateway.update(channel, ts, message)
        except GiveUp as failure:
            if failure.code in CANNOT_EDIT:
                await self._gateway.unpin(channel, ts)
            elif failure.code != "message_not_found":
                raise
        else:
            return ts
        if attempt.in_doubt:
            marker = message.blocks[0]["block_id"]
            found = await self._gateway.find_message(channel, marker, since=attempt.asked_at)
            if found is not None and found != ts:
                return found
        return (await self._gateway.post(channel, message)).ts

    async def _topic(self, war_room: WarRoom, channel: ChannelId, _attempt: Attempt) -> None:
        topic = room_card.topic(war_room, self._policy)
        if topic != war_room.room.topic:
            await self._gateway.set_topic(channel, topic)
            await self._rooms.record(war_room.room.escalation_id, topic=topic)

    async def _announcement(self, war_room: WarRoom) -> None:
        room, escalation = war_room.room, war_room.escalation
        if room.announcement_channel is None or room.announcement_ts is None:
            return
        message = (
            announcement.withdrawn(escalation)
            if escalation.is_private
            else announcement.announcement(war_room, self._policy)
        )
        if message.digest() == room.announcement_digest:
            return
        # Deleted, or out of our reach: then nothing of it is ours to mend.
        with contextlib.suppress(GiveUp):
            await self._gateway.update(room.announcement_channel, room.announcement_ts, message)
        await self._rooms.record(room.escalation_id, announcement_digest=message.digest())
