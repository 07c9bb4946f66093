"""`/escalate` and where each of its words leads."""

import difflib
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.room import Room
from bot.services.rooms import Rooms
from bot.views import replies
from handlers import payloads
from handlers.listening import Ack, answer
from handlers.opening import OpeningListeners
from handlers.payloads import Actor
from handlers.room_menu import RoomMenuListeners
from handlers.words import Typed, Words

LIKENESS = 0.75  # of a mistyped word to one of ours


class SlashCommand:
    def __init__(
        self, rooms: Rooms, opening: OpeningListeners, menu: RoomMenuListeners, words: Words
    ) -> None:
        self._rooms = rooms
        self._opening = opening
        self._menu = menu
        self._words = {**words, "help": self._help}

    @property
    def words(self) -> frozenset[str]:
        """Every word it knows."""
        return frozenset(self._words)

    def register(self, app: AsyncApp) -> None:
        app.command("/escalate")(self.escalate)

    async def escalate(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer `/escalate`, with or without words behind it."""
        actor = payloads.actor(body)
        typed = Typed.read(payloads.command_text(body))
        word = self._words.get(typed.word)
        if word is not None:
            await word(ack, actor, typed)
        elif suggestion := self._meant(typed):
            await answer(ack, replies.did_you_mean(typed.word, suggestion, typed.text))
        else:
            await self._form_or_menu(ack, actor, typed)

    async def _help(self, ack: Ack, _actor: Actor, _typed: Typed) -> None:
        await answer(ack, replies.help_text())

    async def _form_or_menu(self, ack: Ack, actor: Actor, typed: Typed) -> None:
        room = await self._room(actor) if not typed.text else None
        await ack()
        if room is not None:
            self._menu.show(actor, room.escalation_id)
        else:
            self._opening.show_form(actor, typed.text)

    async def _room(self, actor: Actor) -> Room | None:
        return await self._rooms.in_channel(actor.channel) if actor.channel else None

    def _meant(self, typed: Typed) -> str | None:
        """Return the word somebody nearly typed; plain sentences have none."""
        near = difflib.get_close_matches(typed.word, self._words, n=1, cutoff=LIKENESS)
        return near[0] if near else None
