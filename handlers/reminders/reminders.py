"""Reminders by button and word: done, later, never again, and what comes next."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.reminders.reminder import ReminderId
from bot.domain.text.words import first_word
from bot.services.plan.items import Items
from bot.services.reminders.answers import HOW_LONG, ReminderAnswers
from bot.services.reminders.reminders import Reminders
from bot.views import replies
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import Message
from bot.views.reminders import reminders as reminders_view
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.words import CommandText, RoomCommand, RoomCommands, Words, alone


class ReminderListeners:
    def __init__(
        self,
        doorway: RequestContext,
        reminders: Reminders,
        answers: ReminderAnswers,
        items: Items,
        policy: Policy,
    ) -> None:
        self._doorway = doorway
        self._reminders = reminders
        self._answers = answers
        self._items = items
        self._policy = policy

    def register(self, app: AsyncApp) -> None:
        app.action(Action.REMINDER_DONE.value)(self.done)
        app.action(Action.REMINDER_SNOOZE.value)(self.snooze)
        app.action(Action.REMINDER_STOP.value)(self.stop)

    def words(self, in_room: RoomCommands) -> Words:
        return {"snooze": in_room.at_once(self._snooze), "remind": alone(self._remind)}

    async def done(self, ack: Ack, body: dict[str, Any]) -> None:
        """Do what the reminder asks for: complete its item, or take the role."""
        found = ReminderId(int(payloads.pressed(body)))
        await self._pressed(ack, body, lambda person: self._answers.done(found, by=person))

    async def snooze(self, ack: Ack, body: dict[str, Any]) -> None:
        """Put a reminder off for as long as was chosen."""
        number, _, length = payloads.pressed(body).partition(":")
        found = ReminderId(int(number))
        await self._pressed(
            ack, body, lambda person: self._answers.snooze(found, length, by=person)
        )

    async def stop(self, ack: Ack, body: dict[str, Any]) -> None:
        """Never say a reminder again."""
        found = ReminderId(int(payloads.pressed(body)))
        await self._pressed(ack, body, lambda person: self._answers.stop(found, by=person))

    async def _pressed(
        self, ack: Ack, body: dict[str, Any], answer: Callable[[Person], Awaitable[str]]
    ) -> None:
        async def work(person: Person) -> Message | None:
            return replies.plain(await answer(person))

        await self._doorway.act(ack, payloads.actor(body), work)

    async def _snooze(self, said: RoomCommand, person: Person) -> Message | None:
        label, how_long = first_word(said.typed.rest)
        item = await self._items.labelled(said.escalation_id, label, to=person)
        if not how_long.strip():
            raise InvalidInput({"until": HOW_LONG})
        answered = await self._answers.snooze_item(said.escalation_id, item, how_long, by=person)
        return replies.plain(answered)

    async def _remind(self, ack: Ack, actor: Actor, _typed: CommandText) -> None:
        async def show(person: Person) -> Message | None:
            found = await self._reminders.upcoming(person)
            return reminders_view.upcoming(found, self._policy)

        await self._doorway.act(ack, actor, show)
