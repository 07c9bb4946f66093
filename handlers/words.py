"""The words behind `/escalate`: how they are read, and what those of a war room share."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import structlog

from bot.domain.errors import NotFound, NotNow, WarRoomError
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person, SlackUserId
from bot.domain.text.folding import fold
from bot.domain.text.notation import readable, taken_person
from bot.domain.text.words import first_word
from bot.services.rooms.rooms import Rooms
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.command import refusals
from handlers.listening import Ack, RequestContext, answer
from handlers.payloads import Actor

log = structlog.get_logger(__name__)

PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandText:
    """What stands behind the command, as a person reads it.

    Attributes:
        word: The first word, folded.
        rest: What follows it.
        text: All of it.
        source: All of it, in Slack's notation.
        notated: What follows the word, in Slack's notation.
        names: Slack id to name of those it mentions, as far as we know them.
    """

    word: str
    rest: str
    text: str
    source: str
    notated: str
    names: Mapping[str, str]

    @classmethod
    def read(cls, notated: str, names: Mapping[str, str] | None = None) -> "CommandText":
        """Read what Slack sent, in its notation."""
        known = names or {}
        word, rest = first_word(notated)
        return cls(
            word=fold(word),
            rest=readable(rest, known),
            text=readable(notated, known).strip(),
            source=notated.strip(),
            notated=rest,
            names=known,
        )

    def behind(self) -> "CommandText":
        """Return what follows the word, read in its turn."""
        return CommandText.read(self.notated, self.names)

    def addressed(self) -> tuple[SlackUserId | None, str]:
        """Return the first person mentioned behind the word, and what else stands there.

        The person is None when nobody is mentioned. Nothing is said of what they are to us.
        """
        user, left = taken_person(self.notated)
        return user, readable(left, self.names)

    def number(self) -> int:
        """Return the page that was asked for, 1 when none was."""
        return int(self.rest) if PAGE.fullmatch(self.rest) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCommand:
    """A word that somebody typed in the war room of an escalation."""

    escalation_id: EscalationId
    typed: CommandText
    actor: Actor


class Takes(Enum):
    """What a word may have behind it; anything else was meant as a sentence."""

    NOTHING = "nothing"
    PAGE = "page"
    TEXT = "text"

    def accepts(self, typed: CommandText) -> bool:
        if self is Takes.TEXT or not typed.rest:
            return True
        return self is Takes.PAGE and PAGE.fullmatch(typed.rest) is not None


Word = Callable[[Ack, Actor, CommandText], Awaitable[None]]
Words = Mapping[str, Word]
RoomWork = Callable[[RoomCommand, Person], Awaitable[Message | None]]


NOT_KNOWN_YET = (
    "Warroom is checking with Slack whether you're in this channel. Try again in a few seconds."
)


class RoomCommands:
    """Makes words that act on the war room they are typed in."""

    def __init__(self, doorway: RequestContext, rooms: Rooms) -> None:
        self._doorway = doorway
        self._rooms = rooms

    def at_once(self, work: RoomWork, takes: Takes = Takes.TEXT) -> Word:
        """A word whose work is recorded before it is acknowledged."""

        async def word(ack: Ack, actor: Actor, typed: CommandText) -> None:
            said = await self._said(ack, actor, typed, takes)
            if said is not None:
                await self._doorway.act(ack, actor, lambda person: self._kept(said, work, person))

        return word

    def afterwards(self, work: RoomWork, takes: Takes = Takes.TEXT) -> Word:
        """A word that opens a form or looks something up after it was acknowledged."""

        async def word(ack: Ack, actor: Actor, typed: CommandText) -> None:
            said = await self._said(ack, actor, typed, takes)
            if said is None:
                return
            await ack()

            async def act() -> Message | None:
                return await self._kept(said, work, await self._doorway.person(actor))

            self._doorway.later(actor, act)

        return word

    async def _kept(self, said: RoomCommand, work: RoomWork, person: Person) -> Message | None:
        try:
            return await work(said, person)
        except WarRoomError as error:
            if isinstance(error, NotFound) and await self._rooms.ask_who_is_in(
                said.escalation_id, person
            ):
                error = NotNow(NOT_KNOWN_YET)
            return _refused(error, said.typed, in_room=True)

    async def _said(
        self, ack: Ack, actor: Actor, typed: CommandText, takes: Takes
    ) -> RoomCommand | None:
        """Return what was typed in which room; None when it was answered that it does nothing."""
        room = await self._rooms.in_channel(actor.channel) if actor.channel else None
        if room is None:
            await answer(ack, refusals.only_in_room(typed.word, typed.text, typed.source))
            return None
        if not takes.accepts(typed):
            await answer(
                ack, refusals.takes_no_text(typed.word, typed.text, typed.source, in_room=True)
            )
            return None
        return RoomCommand(escalation_id=room.escalation_id, typed=typed, actor=actor)


def alone(word: Word) -> Word:
    """Return a word of every channel that takes no text: with some, it asks what was meant."""

    async def guarded(ack: Ack, actor: Actor, typed: CommandText) -> None:
        if typed.rest:
            await answer(
                ack, refusals.takes_no_text(typed.word, typed.text, typed.source, in_room=False)
            )
            return
        await word(ack, actor, typed)

    return guarded


async def keeping(typed: CommandText, work: Awaitable[Message | None]) -> Message | None:
    """Await the work of a word of every channel; a refusal gives back what was typed."""
    try:
        return await work
    except WarRoomError as error:
        return _refused(error, typed, in_room=False)


def _refused(error: WarRoomError, typed: CommandText, *, in_room: bool) -> Message:
    log.info("refused", kind=type(error).__name__)
    if not typed.rest:
        return replies.refusal(error)
    return refusals.refused(error, typed.text, typed.source, in_room=in_room)
