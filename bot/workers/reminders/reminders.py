"""Reminders in Slack: say them in one message, and draw that again when somebody answers."""

import contextlib
from dataclasses import replace

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import MessageTs, Room, RoomState
from bot.domain.people import SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.publishing.recipients import (
    PersonRecipient,
    Posted,
    WarRoomRecipient,
    room_recipient,
)
from bot.domain.reminders.effects import RefreshReminders, SendReminders
from bot.domain.reminders.message import Batch
from bot.domain.reminders.reminder import ReminderId
from bot.services.reminders.reminders import Reminders
from bot.slack.failures import PermanentError, TransientError
from bot.slack.gateway import Gateway
from bot.views.block_kit.blocks import Message
from bot.views.reminders import reminders as reminders_view
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.escalation.notices import SOON
from bot.workers.publishing.content import MessageContent, OutgoingContent, news
from bot.workers.publishing.publisher import EditResult, Publisher


class ReminderPublisher:
    """Performs SendReminders and RefreshReminders."""

    def __init__(
        self,
        reminders: Reminders,
        publisher: Publisher,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._reminders = reminders
        self._publisher = publisher
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
        """Show what became of each reminder; a message that is gone needs nothing.

        Where they may not read it any more, what they read before stays.
        """
        batch = await self._reminders.said(effect.batch)
        if batch is None:
            return
        first = batch.lines[0].reminder
        if first.channel is None or first.ts is None:
            return
        at = Posted(channel=first.channel, ts=first.ts)
        to = _room_of(batch) if first.in_room else PersonRecipient(user=batch.person)
        if isinstance(to, WarRoomRecipient) and to.channel != at.channel:
            to = PersonRecipient(user=batch.person)  # their room could not be written to
        if to is not None:
            with contextlib.suppress(PermanentError):
                await self._publisher.update(await self._content(batch), to, at)

    async def _post(self, batch: Batch, attempt: Attempt) -> Posted | None:
        content, person = await self._content(batch), PersonRecipient(user=batch.person)
        line = batch.lines[0]
        if not line.reminder.in_room:
            return await self._publisher.post(content, person, attempt)
        room = line.room
        bind_contextvars(room=room.channel_id)
        if room.state is RoomState.OPENING:
            raise TransientError(SOON, "The room is still being opened.")
        to = _room_of(batch)
        try:
            if room.state is not RoomState.OPEN or to is None:
                # Nobody can be told there; members can be told directly, others not at all.
                return await self._publisher.post(content, person, attempt)
            thread = _thread(batch, room)
            return await self._publisher.post(content, to, attempt, thread_ts=thread)
        except WithheldText:
            return None

    async def _joined(self, batch: Batch) -> Posted | None:
        """Add what is due to the message that was sent before; None when that is not there."""
        if batch.channel is None or batch.ts is None:
            return None
        at, person = Posted(channel=batch.channel, ts=batch.ts), PersonRecipient(user=batch.person)
        edit = await self._publisher.update(await self._content(batch), person, at)
        return at if edit is EditResult.DONE else None

    async def _content(self, batch: Batch) -> MessageContent:
        return news(await self._message(batch), *_about(batch))

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
        return await self._publisher.why_not(OutgoingContent(), PersonRecipient(user=user)) is None

    async def _may_hear(self, batch: Batch) -> bool:
        """Whether they are in the rooms of all the private escalations it speaks of."""
        content, person = OutgoingContent(about=_about(batch)), PersonRecipient(user=batch.person)
        return await self._publisher.why_not(content, person) is None


def _about(batch: Batch) -> tuple[EscalationId, ...]:
    return tuple(dict.fromkeys(line.escalation.id for line in batch.lines))


def _room_of(batch: Batch) -> WarRoomRecipient | None:
    """Return the room of the escalation it is about; None before there is a channel."""
    return room_recipient(batch.lines[0].room)


def _thread(batch: Batch, room: Room) -> MessageTs | None:
    """Return the thread of the one item it is all about, or the plan's."""
    item = batch.lines[0].item
    if item is None or len(batch.lines) > 1 or item.key is not None:
        return room.plan_ts
    if item.source is not None and not item.source.is_gone:
        return item.source.thread
    return item.told_ts or room.plan_ts
