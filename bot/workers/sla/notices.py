"""Clocks in Slack: the room's clocks message, what is told of steps, and the bell of the sweep."""

from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.effects import PostInRoom
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.publishing.recipients import ChannelRecipient, Posted, WarRoomRecipient
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.domain.sla.notice import Notice, NoticeId, Spot
from bot.services.rooms.rooms import Rooms
from bot.services.sla.notices import ClockNotices
from bot.services.sla.sweep import SlaSweep
from bot.slack.failures import PermanentError, TransientError
from bot.views.sla import clock_notices as views
from bot.views.sla import notices as sla_notices
from bot.workers.delivery import Attempt
from bot.workers.escalation.notices import open_room, opened
from bot.workers.publishing.content import MessageContent, news, standing
from bot.workers.publishing.publisher import EditResult, Publisher
from storage.queue.deadlines import Deadline

MOST_AT_ONCE = 100  # clocks of one transaction: short enough that nobody waits for it
A_MOMENT = timedelta(seconds=1)
PATIENT = 10  # attempts after which a step is told in the channel, thread or not
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
        found = await open_room(self._rooms, effect)
        if found is None:
            return
        picture = await self._clocks.picture(effect.escalation_id)
        room = picture.war_room.room
        if room.clocks_ts is None and not picture.has_begun:
            return
        message = views.clocks(picture)
        if room.clocks_ts is not None and room.clocks_digest == message.digest():
            return
        content = standing(message, effect.escalation_id)  # while withheld, it stands still
        if room.clocks_ts is None:
            at = await self._publisher.post(content, found.to, attempt)
        else:
            stood = Posted(channel=found.to.channel, ts=room.clocks_ts)
            at = await self._publisher.replace(content, found.to, stood, attempt)
        await self._clocks.drawn(effect.escalation_id, at.ts, message.digest())

    async def tell(self, effect: PostClockNotice, attempt: Attempt) -> None:
        """Post a message about clocks once, and edit it from then on.

        Raises:
            TransientError: It belongs into the thread of the clocks message, which is not there
                yet.
        """
        told = await self._clocks.notice(NoticeId(effect.notice_id))
        picture = await self._clocks.picture(effect.escalation_id)
        bind_contextvars(room=picture.war_room.room.channel_id)
        to = _recipient(told, picture.war_room) if told is not None else None
        if told is None or to is None:
            return
        message = views.notice(told, picture)
        if message.digest() == told.digest:
            return
        content = news(message, effect.escalation_id)
        at = _stands(told)
        if at is not None and at.channel != to.channel:
            at = None  # the manager was told instead, and is told of what has changed since
        # Where somebody deleted it, it is enough.
        if at is None or await self._publisher.update(content, to, at) is EditResult.CLOSED:
            at = await self._post(told, to, content, picture.war_room.room, attempt)
        await self._clocks.told(told.id, at.channel, at.ts, message.digest())

    async def say(self, effect: PostInRoom, attempt: Attempt) -> None:
        found = await open_room(self._rooms, effect)
        if found is not None:
            marker = sla_notices.marker(attempt.effect_id)
            message = sla_notices.said(effect.text, marker, effect.link)
            await self._publisher.post(news(message, effect.escalation_id), found.to, attempt)

    async def _post(
        self,
        told: Notice,
        to: WarRoomRecipient | ChannelRecipient,
        content: MessageContent,
        room: Room,
        attempt: Attempt,
    ) -> Posted:
        is_readable = await self._publisher.why_not(content, to) is None
        thread = self._thread(told, room, attempt) if is_readable else None
        try:
            return await self._publisher.post(content, to, attempt, thread_ts=thread)
        except PermanentError as failure:
            if failure.code not in NO_THREAD or thread is None:
                raise
            await self._clocks.lost(told.escalation_id)
            raise TransientError(A_MOMENT, "The clocks message was deleted.") from failure

    def _thread(self, told: Notice, room: Room, attempt: Attempt) -> MessageTs | None:
        if told.spot is not Spot.THREAD or attempt.number > PATIENT:
            return None
        if room.clocks_ts is None:
            raise TransientError(A_MOMENT, "The clocks message is still being posted.")
        return room.clocks_ts


def _recipient(told: Notice, war_room: WarRoom) -> WarRoomRecipient | ChannelRecipient | None:
    """Return where it is told; None when there is no room to tell it in."""
    if told.spot is Spot.LEADERSHIP:
        return ChannelRecipient(channel=ChannelId(told.place))
    room = opened(war_room)
    return None if room is None else room.to


def _stands(told: Notice) -> Posted | None:
    """Return where our message stands; None before it was posted."""
    if told.channel_id is None or told.ts is None:
        return None
    return Posted(channel=told.channel_id, ts=told.ts)
