"""Clocks in Slack: the room's clocks message, what is told of steps, and the bell of the sweep."""

from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.effects import PostInRoom
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.domain.sla.notice import Notice, NoticeId, Spot
from bot.services.rooms.rooms import Rooms
from bot.services.sla.notices import ClockNotices
from bot.services.sla.sweep import SlaSweep
from bot.slack.failures import PermanentError, TransientError
from bot.views.block_kit.blocks import Message
from bot.views.sla import clock_notices as views
from bot.views.sla import notices as sla_notices
from bot.workers.delivery import Attempt
from bot.workers.notices import open_room
from bot.workers.publishing.publisher import InChannel, InRoom, Publisher
from storage.queue.deadlines import Deadline

MOST_AT_ONCE = 100  # clocks of one transaction: short enough that nobody waits for it
A_MOMENT = timedelta(seconds=1)
PATIENT = 10  # attempts after which a step is told in the channel, thread or not
CANNOT_EDIT = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})


class SlaClockSweep:
    """Looks at the clocks that are due until none is left."""

    deadline = Deadline.CLOCK

    def __init__(self, sweep: SlaSweep) -> None:
        self._sweep = sweep

    async def sweep(self) -> None:
        while await self._sweep.mark_due(most=MOST_AT_ONCE) == MOST_AT_ONCE:
            pass


class ClockNoticePublisher:
    """Performs RefreshClocks, PostClockNotice and PostInRoom."""

    def __init__(self, clocks: ClockNotices, rooms: Rooms, publisher: Publisher) -> None:
        self._clocks = clocks
        self._rooms = rooms
        self._publisher = publisher

    async def refresh(self, effect: RefreshClocks, attempt: Attempt) -> None:
        """Keep the one clocks message of a room true; what looks the same costs no call."""
        place = await open_room(self._rooms, effect)
        if place is None or await self._publisher.why_not(place) is not None:
            return  # it stands still for as long as it may not be read there
        picture = await self._clocks.picture(effect.escalation_id)
        room = picture.war_room.room
        if room.clocks_ts is None and not picture.has_begun:
            return
        message, ts = views.clocks(picture), room.clocks_ts
        is_true = ts is not None and room.clocks_digest == message.digest()
        if ts is None or not (is_true or await self._is_edited(place, place.channel, ts, message)):
            ts = (await self._publisher.post(place, message, attempt)).ts
        await self._clocks.drawn(effect.escalation_id, ts, message.digest())

    async def tell(self, effect: PostClockNotice, attempt: Attempt) -> None:
        """Post a message about clocks once, and edit it from then on.

        Raises:
            RetryLater: It belongs into the thread of the clocks message, which is not there yet.
        """
        told = await self._clocks.notice(NoticeId(effect.notice_id))
        picture = await self._clocks.picture(effect.escalation_id)
        bind_contextvars(room=picture.war_room.room.channel_id)
        place = await self._place(effect, told, picture.war_room) if told is not None else None
        if told is None or place is None:
            return
        message = views.notice(told, picture)
        if message.digest() == told.digest:
            return
        if told.ts is None or told.channel_id is None:
            await self._post(told, place, message, picture.war_room.room, attempt)
        elif told.channel_id == place.channel:  # what was told elsewhere stays as it is
            await self._is_edited(place, place.channel, told.ts, message)
            await self._clocks.told(told.id, place.channel, told.ts, message.digest())

    async def say(self, effect: PostInRoom, attempt: Attempt) -> None:
        room = await open_room(self._rooms, effect)
        if room is not None:
            marker = sla_notices.marker(attempt.effect_id)
            message = sla_notices.said(effect.text, marker, effect.link)
            await self._publisher.post(room, message, attempt)

    async def _post(
        self,
        told: Notice,
        place: InRoom | InChannel,
        message: Message,
        room: Room,
        attempt: Attempt,
    ) -> None:
        is_readable = await self._publisher.why_not(place) is None
        thread = self._thread(told, room, attempt) if is_readable else None
        try:
            posted = await self._publisher.post(place, message, attempt, thread_ts=thread)
        except PermanentError as failure:
            if failure.code not in NO_THREAD or thread is None:
                raise
            await self._clocks.lost(told.escalation_id)
            raise TransientError(A_MOMENT, "The clocks message was deleted.") from failure
        await self._clocks.told(told.id, ChannelId(posted.channel), posted.ts, message.digest())

    async def _place(
        self, effect: PostClockNotice, told: Notice, war_room: WarRoom
    ) -> InRoom | InChannel | None:
        """Return where it is told; None when there is no room to tell it in."""
        if told.spot is not Spot.LEADERSHIP:
            return await open_room(self._rooms, effect)
        about, owner = told.escalation_id, war_room.escalation.owner
        return InChannel(channel=ChannelId(told.place), about=about, instead=owner)

    def _thread(self, told: Notice, room: Room, attempt: Attempt) -> MessageTs | None:
        if told.spot is not Spot.THREAD or attempt.number > PATIENT:
            return None
        if room.clocks_ts is None:
            raise TransientError(A_MOMENT, "The clocks message is still being posted.")
        return room.clocks_ts

    async def _is_edited(
        self, place: InRoom | InChannel, channel: ChannelId, ts: MessageTs, message: Message
    ) -> bool:
        """Edit a message; False when it is gone."""
        try:
            await self._publisher.update(place, channel, ts, message)
        except PermanentError as failure:
            if failure.code not in CANNOT_EDIT:
                raise
            return False
        return True
