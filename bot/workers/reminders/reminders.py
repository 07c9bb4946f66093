"""Reminders in Slack: say them in one message, and draw that again when somebody answers."""

import contextlib
from dataclasses import replace

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import ChannelId, MessageTs, Room, RoomState
from bot.domain.people import SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.reminders.effects import RefreshReminders, SendReminders
from bot.domain.reminders.message import Batch
from bot.domain.reminders.reminder import ReminderId
from bot.services.reminders.reminders import Reminders
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError, TransientError
from bot.slack.gateway import Gateway, Posted
from bot.views.block_kit.blocks import Message
from bot.views.reminders import reminders as reminders_view
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.notices import SOON
from bot.workers.publishing.publisher import InRoom, Publisher, ToPerson

# Somebody deleted it, or it is too old to be edited: then it is said anew.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


class ReminderPublisher:
    """Performs SendReminders and RefreshReminders."""

    def __init__(
        self,
        reminders: Reminders,
        rooms: Rooms,
        publisher: Publisher,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._reminders = reminders
        self._publisher = publisher
        self._rooms = rooms
        self._gateway = gateway
        self._policy = policy

    async def send(self, effect: SendReminders, attempt: Attempt) -> None:
        """Say everything that is due for one person, each once, whatever earlier attempts did."""
        if effect.room is None and not await self._is_member(effect.user):
            await self._reminders.into_rooms(effect.user)
            return
        while batch := await self._reminders.take(effect.user, effect.room):
            if effect.room is None and not await self._may_hear(batch):
                await self._reminders.into_rooms(effect.user)
                return
            one = replace(attempt, in_doubt=attempt.in_doubt or batch.in_doubt)
            try:
                posted = await self._joined(batch) or await self._post(batch, one)
            except PermanentError:
                if effect.room is not None:
                    raise
                # They cannot be written to: what is due for them is said where they work.
                await self._reminders.into_rooms(effect.user)
                return
            where = (posted.channel, posted.ts) if posted else (None, None)
            await self._reminders.told(batch, *where)

    async def draw(self, effect: RefreshReminders, _attempt: Attempt) -> None:
        """Show what became of each reminder; a message that is gone needs nothing."""
        batch = await self._reminders.said(effect.batch)
        if batch is None:
            return
        first = batch.lines[0].reminder
        if first.channel is None or first.ts is None:
            return
        with contextlib.suppress(PermanentError):
            await self._draw(batch, first.channel, first.ts)

    async def _draw(self, batch: Batch, channel: ChannelId, ts: MessageTs) -> None:
        """Draw it again where they may still read it; what they read before stays."""
        if not batch.lines[0].reminder.in_room and not await self._may_hear(batch):
            return
        await self._gateway.update(channel, ts, await self._message(batch))

    async def _post(self, batch: Batch, attempt: Attempt) -> Posted | None:
        message = await self._message(batch)
        line = batch.lines[0]
        if not line.reminder.in_room:
            return await self._publisher.post(ToPerson(user=batch.person), message, attempt)
        room = line.room
        bind_contextvars(room=room.channel_id)
        if room.state is RoomState.OPENING:
            raise TransientError(SOON, "The room is still being opened.")
        if room.state is not RoomState.OPEN or room.channel_id is None:
            # Nobody can be told there; members can be told directly, others not at all.
            if not await self._may_hear(batch):
                return None
            return await self._publisher.post(ToPerson(user=batch.person), message, attempt)
        thread = _thread(batch, room)
        war_room = await self._rooms.war_room(line.reminder.escalation_id)
        place = InRoom(war_room=war_room, channel=room.channel_id)
        try:
            return await self._publisher.post(place, message, attempt, thread_ts=thread)
        except WithheldText:
            return None

    async def _joined(self, batch: Batch) -> Posted | None:
        """Add what is due to the message that was sent before; None when that is not there."""
        if batch.channel is None or batch.ts is None:
            return None
        try:
            message = await self._message(batch)
            await self._gateway.update(batch.channel, batch.ts, message)
        except PermanentError as failure:
            if failure.code not in GONE:
                raise
            return None
        return Posted(channel=batch.channel, ts=batch.ts)

    async def _message(self, batch: Batch) -> Message:
        links: dict[ReminderId, str] = {}
        for line in batch.lines:
            item = line.item
            if item is not None and item.told_channel and item.told_ts:
                links[line.reminder.id] = await self._gateway.permalink(
                    item.told_channel, item.told_ts
                )
        return reminders_view.message(batch, self._policy, links)

    async def _is_member(self, user: SlackUserId) -> bool:
        return await self._publisher.why_not(ToPerson(user=user)) is None

    async def _may_hear(self, batch: Batch) -> bool:
        """Whether they are in the rooms of all the private escalations it speaks of."""
        private = {line.escalation.id for line in batch.lines if line.escalation.is_private}
        for escalation_id in private:
            place = ToPerson(user=batch.person, about=escalation_id)
            if await self._publisher.why_not(place) is not None:
                return False
        return True


def _thread(batch: Batch, room: Room) -> MessageTs | None:
    """Return the thread of the one item it is all about, or the plan's."""
    item = batch.lines[0].item
    if item is None or len(batch.lines) > 1 or item.key is not None:
        return room.plan_ts
    if item.source is not None and not item.source.is_gone:
        return item.source.thread
    return item.told_ts or room.plan_ts
