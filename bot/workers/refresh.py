"""Keeping the pictures true: card, plan, topic and announcement of an open room."""

from collections.abc import Awaitable, Callable

import structlog
from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import ChannelId, MessageTs, RoomState
from bot.domain.escalation.timeline import EntryKind
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import RefreshRoom
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from bot.views.block_kit.blocks import Message
from bot.views.escalation import announcement, room_card
from bot.views.plan import plan as plan_view
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.publishing.publisher import InChannel, InRoom, Publisher

log = structlog.get_logger(__name__)

GONE = frozenset({"message_not_found", "channel_not_found"})
CANNOT_EDIT = frozenset({"cant_update_message", "edit_window_closed"})
NO_ACCESS = {
    "is_archived": EntryKind.ROOM_ARCHIVED,
    "is_inactive": EntryKind.ROOM_ARCHIVED,
    "channel_not_found": EntryKind.BOT_REMOVED,
    "not_in_channel": EntryKind.BOT_REMOVED,
}


class Refresher:
    """Performs RefreshRoom; what looks the same already costs no call."""

    def __init__(
        self, rooms: Rooms, publisher: Publisher, gateway: Gateway, policy: Policy
    ) -> None:
        self._rooms = rooms
        self._publisher = publisher
        self._gateway = gateway
        self._policy = policy

    async def perform(self, effect: RefreshRoom, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        # The announcement stands elsewhere and follows even when the room cannot be reached.
        await self._announcement(war_room)
        if war_room.room.state is not RoomState.OPEN or war_room.room.channel_id is None:
            return
        place = InRoom(war_room=war_room, channel=war_room.room.channel_id)
        if await self._publisher.why_not(place) is not None:  # it stands still as long as that is
            return
        try:
            for draw in self._drawings():
                await draw(war_room, war_room.room.channel_id, attempt)
        except PermanentError as failure:
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
        except PermanentError as failure:
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
        channel, ts = room.announcement_channel, room.announcement_ts
        is_shown = await self._announced(war_room, channel, ts, message)
        # Without a digest it is drawn again with the next change, and as soon as it can be.
        digest = message.digest() if is_shown else ""
        if digest != room.announcement_digest:
            await self._rooms.record(room.escalation_id, announcement_digest=digest)

    async def _announced(
        self, war_room: WarRoom, channel: ChannelId, ts: MessageTs, message: Message
    ) -> bool:
        """Show an announcement as it should be, and say whether nothing else is left to show."""
        room, is_private = war_room.room, war_room.escalation.is_private
        place = InChannel(channel=channel, about=room.escalation_id)
        try:
            if is_private:  # the sentence that takes its place tells nothing, whoever reads it
                await self._gateway.update(channel, ts, message)
            else:
                await self._publisher.update(place, channel, ts, message)
        except WithheldText:
            return False
        except PermanentError as failure:
            if is_private and failure.code in CANNOT_EDIT:
                return await self._removed(channel, ts)
            log.warning("announcement_not_shown", code=failure.code)
            return failure.code in GONE
        return True

    async def _removed(self, channel: ChannelId, ts: MessageTs) -> bool:
        try:
            await self._gateway.delete(channel, ts)
        except PermanentError as failure:
            log.warning("announcement_not_removed", code=failure.code)
            return failure.code in GONE
        return True
