"""`/escalate` and where each of its words leads."""

import difflib
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.escalation.room import Room
from bot.services.rooms.rooms import Rooms
from bot.views.block_kit.action_ids import Action
from bot.views.command import refusals
from bot.views.command.help import help_text
from handlers import payloads
from handlers.escalation.opening import OpeningListeners
from handlers.hub.menu import HubListeners
from handlers.listening import Ack, RequestContext, answer
from handlers.payloads import Actor
from handlers.words import CommandText, Words

NOTE = "note"  # the word that logs a note
LIKENESS = 0.75  # of a mistyped word to one of ours


class SlashCommand:
    def __init__(
        self,
        doorway: RequestContext,
        rooms: Rooms,
        opening: OpeningListeners,
        hub: HubListeners,
        words: Words,
    ) -> None:
        self._doorway = doorway
        self._rooms = rooms
        self._opening = opening
        self._hub = hub
        self._words = words

    @property
    def words(self) -> frozenset[str]:
        """Every word it knows."""
        return frozenset(self._words)

    def register(self, app: AsyncApp) -> None:
        app.command("/escalate")(self.escalate)
        app.action(Action.COMMAND_RUN.value)(self.run)
        app.action(Action.COMMAND_NOTE.value)(self.note)

    async def escalate(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer `/escalate`, with or without words behind it."""
        await self._answer(ack, payloads.actor(body), payloads.command_text(body))

    async def run(self, ack: Ack, body: dict[str, Any]) -> None:
        """Run the word that somebody was asked about, as if they had typed it."""
        await self._pressed(ack, body, payloads.pressed(body))

    async def note(self, ack: Ack, body: dict[str, Any]) -> None:
        """Log a sentence that was typed as a word as a note of the room."""
        await self._pressed(ack, body, f"{NOTE} {payloads.pressed(body)}")

    async def _pressed(self, ack: Ack, body: dict[str, Any], notated: str) -> None:
        actor = payloads.actor(body)
        await self._answer(self._doorway.spoken_ack(ack, actor), actor, notated)

    async def _answer(self, ack: Ack, actor: Actor, notated: str) -> None:
        typed = CommandText.read(notated, await self._doorway.names_in(notated))
        word = self._words.get(typed.word)
        if word is not None:
            await word(ack, actor, typed)
        elif suggestion := self._meant(typed):
            in_room = await self._room(actor) is not None
            asked = refusals.did_you_mean(
                typed.word,
                typed.source,
                suggestion=suggestion,
                run=f"{suggestion} {typed.notated}",
                in_room=in_room,
            )
            await answer(ack, asked)
        else:
            await self._form_or_menu(ack, actor, typed)

    async def _form_or_menu(self, ack: Ack, actor: Actor, typed: CommandText) -> None:
        room = await self._room(actor) if not typed.text else None
        await ack()
        if room is not None:
            self._hub.show(actor, room.escalation_id)
        else:
            self._opening.show_form(actor, typed.text)

    async def _room(self, actor: Actor) -> Room | None:
        return await self._rooms.in_channel(actor.channel) if actor.channel else None

    def _meant(self, typed: CommandText) -> str | None:
        """Return the word somebody nearly typed; plain sentences have none."""
        near = difflib.get_close_matches(typed.word, self._words, n=1, cutoff=LIKENESS)
        return near[0] if near else None


async def answer_help(ack: Ack, _actor: Actor, _typed: CommandText) -> None:
    """Answer `/escalate help`."""
    await answer(ack, help_text())
