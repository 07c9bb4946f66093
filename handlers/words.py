"""The words behind `/escalate`: how they are read, and what those of a war room share."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.text.folding import fold
from bot.domain.text.words import first_word
from bot.services.rooms import Rooms
from bot.views import replies
from bot.views.block_kit import Message
from handlers.listening import Ack, Doorway, answer
from handlers.payloads import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands behind the command: its first word folded, and what follows it."""

    word: str
    rest: str
    text: str

    @classmethod
    def read(cls, text: str) -> "Typed":
        word, rest = first_word(text)
        return cls(word=fold(word), rest=rest, text=text.strip())

    def number(self) -> int:
        """Return the page that was asked for, 1 when none was."""
        return int(self.rest) if re.fullmatch(r"\d{1,6}", self.rest) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word that somebody typed in the war room of an escalation."""

    escalation_id: EscalationId
    typed: Typed
    actor: Actor


Word = Callable[[Ack, Actor, Typed], Awaitable[None]]
Words = Mapping[str, Word]
RoomWork = Callable[[Said, Person], Awaitable[Message | None]]


class RoomWords:
    """Makes words that act on the war room they are typed in."""

    def __init__(self, doorway: Doorway, rooms: Rooms) -> None:
        self._doorway = doorway
        self._rooms = rooms

    def at_once(self, work: RoomWork) -> Word:
        """A word whose work is recorded before it is acknowledged."""

        async def word(ack: Ack, actor: Actor, typed: Typed) -> None:
            said = await self._said(actor, typed)
            if said is None:
                await answer(ack, replies.only_in_room(typed.word))
                return
            await self._doorway.act(ack, actor, lambda person: work(said, person))

        return word

    def afterwards(self, work: RoomWork) -> Word:
        """A word that opens a form or looks something up after it was acknowledged."""

        async def word(ack: Ack, actor: Actor, typed: Typed) -> None:
            said = await self._said(actor, typed)
            if said is None:
                await answer(ack, replies.only_in_room(typed.word))
                return
            await ack()

            async def act() -> Message | None:
                return await work(said, await self._doorway.person(actor))

            self._doorway.later(actor, act)

        return word

    async def _said(self, actor: Actor, typed: Typed) -> Said | None:
        room = await self._rooms.in_channel(actor.channel) if actor.channel else None
        if room is None:
            return None
        return Said(escalation_id=room.escalation_id, typed=typed, actor=actor)
