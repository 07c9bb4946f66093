"""The grammar of `/escalate …` and where each word leads."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.changes import Wish
from bot.domain.errors import InvalidInput
from bot.domain.escalation import EscalationId, Severity, Status
from bot.domain.people import ESCALATION_MANAGER, Person, RoleKey, SlackUserId
from bot.domain.room import Room
from bot.services.escalations import Escalations
from bot.services.rooms import Rooms
from bot.views import replies
from bot.views.block_kit import Message
from handlers import payloads
from handlers.listening import Ack, Doorway, answer
from handlers.opening import OpeningListeners
from handlers.payloads import Actor
from handlers.room_menu import RoomMenuListeners

ROOM_WORDS = ("acknowledge", "severity", "status", "assign")
OTHER_WORDS = ("help",)
LIKENESS = 0.75  # of a mistyped word to one of ours
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands behind the command: its first word in lower case, and what follows it."""

    word: str
    rest: str
    text: str

    @classmethod
    def read(cls, text: str) -> "Typed":
        word, _, rest = text.strip().partition(" ")
        return cls(word=word.casefold(), rest=rest.strip(), text=text.strip())


class SlashCommand:
    def __init__(
        self,
        doorway: Doorway,
        rooms: Rooms,
        escalations: Escalations,
        opening: OpeningListeners,
        menu: RoomMenuListeners,
    ) -> None:
        self._doorway = doorway
        self._rooms = rooms
        self._escalations = escalations
        self._opening = opening
        self._menu = menu

    def register(self, app: AsyncApp) -> None:
        app.command("/escalate")(self.escalate)

    async def escalate(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer `/escalate`, with or without words behind it."""
        actor = payloads.actor(body)
        typed = Typed.read(payloads.command_text(body))
        if typed.word == "help":
            await answer(ack, replies.help_text())
        elif typed.word in ROOM_WORDS:
            await self._room_word(ack, actor, typed)
        elif suggestion := _meant(typed):
            await answer(ack, replies.did_you_mean(typed.word, suggestion, typed.text))
        else:
            await self._form_or_menu(ack, actor, typed)

    async def _form_or_menu(self, ack: Ack, actor: Actor, typed: Typed) -> None:
        room = await self._room(actor) if not typed.text else None
        await ack()
        if room is not None:
            self._menu.show(actor, room.escalation_id)
        else:
            self._opening.show_form(actor, typed.text)

    async def _room_word(self, ack: Ack, actor: Actor, typed: Typed) -> None:
        room = await self._room(actor)
        if room is None:
            await answer(ack, replies.only_in_room(typed.word))
            return
        escalation_id = room.escalation_id

        async def act(person: Person) -> Message | None:
            return await self._act(escalation_id, typed, person)

        await self._doorway.act(ack, actor, act)

    async def _act(
        self, escalation_id: EscalationId, typed: Typed, person: Person
    ) -> Message | None:
        match typed.word:
            case "acknowledge":
                done = await self._escalations.acknowledge(escalation_id, by=person)
                return replies.plain(f"{done.number} is yours. Tell the customer who owns it.")
            case "assign":
                user, role = _assignee(typed.rest)
                await self._escalations.assign(escalation_id, role, user, by=person)
            case _:
                wish = _severity(typed.rest) if typed.word == "severity" else _status(typed.rest)
                await self._escalations.change(escalation_id, wish, by=person)
        return replies.plain("Done. The card and the plan follow.")

    async def _room(self, actor: Actor) -> Room | None:
        return await self._rooms.in_channel(actor.channel) if actor.channel else None


def _meant(typed: Typed) -> str | None:
    """Return the word somebody nearly typed; plain sentences have none."""
    near = difflib.get_close_matches(typed.word, [*ROOM_WORDS, *OTHER_WORDS], n=1, cutoff=LIKENESS)
    return near[0] if near else None


def _severity(rest: str) -> Wish:
    word, _, why = rest.partition(" ")
    try:
        return Wish(severity=Severity(word.casefold()), reason=why.strip())
    except ValueError:
        raise InvalidInput(
            {"severity": "Name a severity, from s1 (worst) to s4: /escalate severity s2 why"}
        ) from None


def _status(rest: str) -> Wish:
    word, _, why = rest.partition(" ")
    try:
        return Wish(status=Status(word.casefold().replace("-", "_")), reason=why.strip())
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise InvalidInput({"status": f"Name a status: {known}."}) from None


def _assignee(rest: str) -> tuple[SlackUserId, RoleKey]:
    found = MENTION.search(rest)
    if found is None:
        raise InvalidInput(
            {"user": "Name the person with an @, for example: /escalate assign @eva comms_lead"}
        )
    role = MENTION.sub("", rest).strip().casefold().replace(" ", "_")
    return SlackUserId(found[1]), RoleKey(role) if role else ESCALATION_MANAGER
