"""Keeping the pictures true: card, plan, topic and announcement of an open room."""

import asyncio

import structlog
from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import Audience, EntryKind
from bot.domain.policy.policy import Policy
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    Posted,
    WarRoomRecipient,
    room_recipient,
)
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import RefreshRoom
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError
from bot.views.escalation import announcement, room_card
from bot.views.plan import plan as plan_view
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.publishing.content import MessageContent, TopicContent, standing
from bot.workers.publishing.publisher import EditResult, Publisher

log = structlog.get_logger(__name__)

NO_ACCESS = {
    "is_archived": EntryKind.ROOM_ARCHIVED,
    "is_inactive": EntryKind.ROOM_ARCHIVED,
    "channel_not_found": EntryKind.BOT_REMOVED,
    "not_in_channel": EntryKind.BOT_REMOVED,
}


class Refresher:
    """Performs RefreshRoom; what looks the same already costs no call."""

    def __init__(self, rooms: Rooms, publisher: Publisher, policy: Policy) -> None:
        self._rooms = rooms
        self._publisher = publisher
        self._policy = policy

    async def perform(self, effect: RefreshRoom, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        # The announcement stands elsewhere and follows even when the room cannot be reached.
        ended = await asyncio.gather(
            self._announcement(war_room), self._room(war_room, attempt), return_exceptions=True
        )
        for failure in ended:
            if failure is not None:
                raise failure

    async def _room(self, war_room: WarRoom, attempt: Attempt) -> None:
        to = room_recipient(war_room.room)
        if war_room.room.state is not RoomState.OPEN or to is None:
            return
        try:
            for draw in (self._plan, self._card, self._topic):
                await draw(war_room, to, attempt)
        except WithheldText as refused:  # it stands still for as long as that is so
            log.info("room_not_drawn", reason=refused.reason.value)
        except PermanentError as failure:
            if failure.code not in NO_ACCESS:
                raise
            found = f"refresh-{attempt.effect_id}"
            what = NO_ACCESS[failure.code]
            await self._rooms.followed(found, to.channel, what, by=None)

    async def _plan(self, war_room: WarRoom, to: WarRoomRecipient, attempt: Attempt) -> None:
        room, message = war_room.room, plan_view.plan(war_room, self._policy)
        if room.plan_ts is None or room.plan_digest == message.digest():
            return
        stood = Posted(channel=to.channel, ts=room.plan_ts)
        at = await self._publisher.replace(standing(message, to.escalation_id), to, stood, attempt)
        if at != stood:
            await self._publisher.unpin(stood)
            await self._publisher.pin(at)
        await self._rooms.record(room.escalation_id, plan_ts=at.ts, plan_digest=message.digest())

    async def _card(self, war_room: WarRoom, to: WarRoomRecipient, attempt: Attempt) -> None:
        room, message = war_room.room, room_card.card(war_room, self._policy)
        if room.card_ts is None or room.card_digest == message.digest():
            return
        stood = Posted(channel=to.channel, ts=room.card_ts)
        at = await self._publisher.replace(standing(message, to.escalation_id), to, stood, attempt)
        if at != stood:
            await self._publisher.unpin(stood)
        await self._rooms.record(room.escalation_id, card_ts=at.ts, card_digest=message.digest())

    async def _topic(self, war_room: WarRoom, to: WarRoomRecipient, _attempt: Attempt) -> None:
        topic = room_card.topic(war_room, self._policy)
        if topic != war_room.room.topic:
            content = TopicContent(about=(to.escalation_id,), text=topic)
            await self._publisher.set_head(content, to)
            await self._rooms.record(to.escalation_id, topic=topic)

    async def _announcement(self, war_room: WarRoom) -> None:
        room = war_room.room
        if room.announcement_channel is None or room.announcement_ts is None:
            return
        content = self._announced(war_room)
        digest = content.message.digest()
        if digest == room.announcement_digest:
            return
        at = Posted(channel=room.announcement_channel, ts=room.announcement_ts)
        is_shown = await self._is_shown(content, at)
        # Without a digest it is drawn again with the next change, and as soon as it can be.
        shown = digest if is_shown else ""
        if shown != room.announcement_digest:
            await self._rooms.record(room.escalation_id, announcement_digest=shown)

    def _announced(self, war_room: WarRoom) -> MessageContent:
        """Return what is announced; of a private escalation only that it is private."""
        escalation = war_room.escalation
        if escalation.is_private:
            message = announcement.withdrawn(escalation)
            return MessageContent(message=message, audience=Audience.CUSTOMER)
        return standing(announcement.announcement(war_room, self._policy), escalation.id)

    async def _is_shown(self, content: MessageContent, at: Posted) -> bool:
        """Show an announcement as it should be, and say whether nothing else is left to show."""
        to = ChannelRecipient(channel=at.channel)
        try:
            edit = await self._publisher.update(content, to, at)
            if edit is EditResult.CLOSED and not content.about:
                await self._publisher.delete(to, at)
                return True
        except WithheldText as refused:
            log.info("announcement_withheld", reason=refused.reason.value)
            return False
        except PermanentError as failure:
            log.warning("announcement_not_shown", code=failure.code)
            return failure.code == "message_not_found"
        return edit is not EditResult.CLOSED
