"""Reminders in Slack: say them in one message, and draw that again when somebody answers."""

import contextlib
from dataclasses import replace

from structlog.contextvars import bind_contextvars

from bot.domain.effects import DrawReminders, SendReminders
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.policy import Policy
from bot.domain.reminder import ReminderId
from bot.domain.reminder_message import Batch
from bot.domain.room import MessageTs, Room, RoomState
from bot.services.people import People
from bot.services.reminders import Reminders
from bot.slack.directory import Directory
from bot.slack.failures import GiveUp, RetryLater
from bot.slack.gateway import Gateway, Posted
from bot.views import reminders as reminders_view
from bot.views.block_kit import Message
from bot.workers.delivery import Attempt
from bot.workers.notices import SOON
from bot.workers.posting import post_once, tell_once


class Reminding:
    """Performs SendReminders and DrawReminders."""

    def __init__(
        self,
        reminders: Reminders,
        people: People,
        directory: Directory,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._reminders = reminders
        self._people = people
        self._directory = directory
        self._gateway = gateway
        self._policy = policy

    async def send(self, effect: SendReminders, attempt: Attempt) -> None:
        """Say everything that is due for one person, each once, whatever earlier attempts did."""
        if effect.room is None and not await self._is_member(effect.user):
            await self._reminders.into_rooms(effect.user)
            return
        while batch := await self._reminders.take(effect.user, effect.room):
            one = replace(attempt, in_doubt=attempt.in_doubt or batch.in_doubt)
            try:
                posted = await self._post(batch, one)
            except GiveUp:
                if effect.room is not None:
                    raise
                # They cannot be written to: what is due for them is said where they work.
                await self._reminders.into_rooms(effect.user)
                return
            where = (posted.channel, posted.ts) if posted else (None, None)
            await self._reminders.told(batch, *where)

    async def draw(self, effect: DrawReminders, _attempt: Attempt) -> None:
        """Show what became of each reminder; a message that is gone needs nothing."""
        batch = await self._reminders.said(effect.batch)
        if batch is None:
            return
        first = batch.lines[0].reminder
        if first.channel is None or first.ts is None:
            return
        with contextlib.suppress(GiveUp):
            await self._gateway.update(first.channel, first.ts, await self._message(batch))

    async def _post(self, batch: Batch, attempt: Attempt) -> Posted | None:
        message = await self._message(batch)
        line = batch.lines[0]
        if not line.reminder.in_room:
            return await tell_once(self._gateway, batch.person, message, attempt)
        room = line.room
        bind_contextvars(room=room.channel_id)
        if room.state is RoomState.OPENING:
            raise RetryLater(SOON, "The room is being opened.")
        if room.state is not RoomState.OPEN or room.channel_id is None:
            # Nobody can be told there; members can be told directly, others not at all.
            if not await self._is_member(batch.person):
                return None
            return await tell_once(self._gateway, batch.person, message, attempt)
        thread = _thread(batch, room)
        return await post_once(self._gateway, room.channel_id, message, attempt, thread_ts=thread)

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
        try:
            return (await self._person(user)).kind is PersonKind.MEMBER
        except GiveUp:
            return False

    async def _person(self, user: SlackUserId) -> Person:
        person = await self._people.find(user)
        if person is None:
            team = (await self._gateway.identity()).team_id
            person = await self._directory.person(user, team=team)
            await self._people.learn(person)
        return person


def _thread(batch: Batch, room: Room) -> MessageTs | None:
    """Return the thread of the one item it is all about, or the plan's."""
    item = batch.lines[0].item
    if item is None or len(batch.lines) > 1 or item.key is not None:
        return room.plan_ts
    if item.source is not None and not item.source.is_gone:
        return item.source.thread
    return item.told_ts or room.plan_ts
