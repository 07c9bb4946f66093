"""Words that ask in a form: what is missing, or whether to do what everybody will see.

Each form belongs to one word. It is opened by the word, typed or pressed in the hub, and by
submitting it the same is done that the word does when all is said at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId
from bot.domain.people import Person
from bot.views import answers as answers_view
from bot.views import replies
from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import Message
from bot.views.hub import forms as forms_view
from handlers import payloads
from handlers.listening import Ack, RequestContext, carried
from handlers.payloads import Actor
from handlers.words import CommandText, RoomCommand, RoomCommands, Takes, Word, Words

Json = dict[str, Any]

# What everybody sees is shown first, and done when that is confirmed.
CONFIRMED = frozenset({"met", "up"})
TAKES = {"up": Takes.NOTHING}
# Typed alone, `digest` says in any channel what that channel gets.
ONLY_IN_HUB = frozenset({"digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form that was filled in.

    Attributes:
        kept: What the form carried.
        channel: Where the word was typed, or the room of the hub; None when it is not known.
    """

    escalation_id: EscalationId
    values: Json
    kept: Json
    channel: ChannelId | None

    def text(self, name: str) -> str:
        return payloads.text(self.values, name).strip()


class WordForm(Protocol):
    """One word's form."""

    async def view(self, said: RoomCommand, person: Person, /) -> Json:
        """Return the form, with what was typed filled in; raises what keeps from asking."""
        ...

    async def do(self, form: Submitted, person: Person, /) -> Message | Json:
        """Do it and say so, or return the next form.

        Raises:
            InvalidInput: Something stands wrong in a field.
        """
        ...


class WordForms:
    """Opens the forms of words and takes what they bring back."""

    def __init__(self, doorway: RequestContext, forms: Mapping[str, WordForm]) -> None:
        self._doorway = doorway
        self._forms = forms

    def register(self, app: AsyncApp) -> None:
        app.view(View.WORD_FORM.value)(self.submitted)

    def asking(self, words: Words, in_room: RoomCommands) -> Words:
        """Return the words that open a form: with nothing behind them, or to be confirmed."""
        opening = {name: self.word(name, in_room) for name in self._forms}
        alone = {
            name: alone_asks(words[name], form)
            for name, form in opening.items()
            if name in words and name not in CONFIRMED | ONLY_IN_HUB
        }
        return alone | {name: opening[name] for name in CONFIRMED}

    def of_hub(self, in_room: RoomCommands) -> Words:
        """Return what the hub's buttons open and no word alone does."""
        names = [name for name in self._forms if " " in name or name in ONLY_IN_HUB]
        return {name: self.word(name, in_room) for name in names}

    def word(self, name: str, in_room: RoomCommands) -> Word:
        """Return what opens the form of that name in the room it is typed in."""
        form, takes = self._forms[name], TAKES.get(name, Takes.TEXT)

        async def show(said: RoomCommand, person: Person) -> Message | None:
            view = await form.view(said, person)
            kept = {"word": name, "escalation": said.escalation_id, "channel": said.actor.channel}
            await self._doorway.show(said.actor, forms_view.carrying(view, kept))
            return None

        return in_room.afterwards(show, takes)

    async def submitted(self, ack: Ack, body: Json) -> None:
        """Do what the form asks for and show what came of it in its place.

        What is wrong is said on its field; what keeps it from being done at all is said beside
        the first one, and nothing typed is lost.
        """
        actor, view = payloads.actor(body), body["view"]
        kept = payloads.metadata(view)
        try:
            said = await self._done(actor, view, kept)
        except WarRoomError as error:
            fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
            if fields:
                await ack(response_action="errors", errors=_errors(error, fields))
                return
            said = replies.refusal(error)
        shown = answers_view.over(said) if isinstance(said, Message) else said
        await ack(response_action="update", view=carried(actor.modal, shown))

    async def _done(self, actor: Actor, view: Json, kept: Json) -> Message | Json:
        person = await self._doorway.recognised(actor)
        form = Submitted(
            escalation_id=EscalationId(kept["escalation"]),
            values=view["state"]["values"],
            kept=kept,
            channel=kept.get("channel"),
        )
        return await self._forms[kept["word"]].do(form, person)


def _errors(error: WarRoomError, fields: list[str]) -> dict[str, str]:
    named = error.fields if isinstance(error, InvalidInput) else {}
    known = {name: words for name, words in named.items() if name in fields}
    return known or {fields[0]: error.message}


def alone_asks(word: Word, form: Word) -> Word:
    """Return a word that opens its form when nothing stands behind it."""

    async def either(ack: Ack, actor: Actor, typed: CommandText) -> None:
        await (word if typed.rest else form)(ack, actor, typed)

    return either
