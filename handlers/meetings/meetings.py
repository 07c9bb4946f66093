"""What comes round in a room: hold one now, leave one out, close one, see what comes next."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import EscalationId
from bot.domain.meetings.cadence import MeetingId
from bot.domain.meetings.policy import CadenceKind
from bot.domain.people import Person
from bot.domain.text.words import first_word
from bot.services.meetings.meetings import Meetings
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import Message
from bot.views.meetings import cadences as rhythms_view
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.words import RoomCommand, RoomCommands, Takes, Words

USAGE = "Run /escalate checkpoint to start one now, or /escalate checkpoint skip <why>."


class MeetingListeners:
    def __init__(self, doorway: RequestContext, rhythms: Meetings) -> None:
        self._doorway = doorway
        self._rhythms = rhythms

    def register(self, app: AsyncApp) -> None:
        app.action(Action.CALL_DONE.value)(self.done)
        app.action(Action.CALL_SKIP.value)(self.ask_why)
        app.action(Action.RHYTHM_SKIP.value)(self.ask_why)
        app.view(View.RHYTHM_SKIP_FORM.value)(self.skipped)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "checkpoint": in_room.at_once(self._checkpoint),
            "rhythm": in_room.at_once(self._rhythm, Takes.NOTHING),
        }

    async def done(self, ack: Ack, body: dict[str, Any]) -> None:
        actor, call_id = payloads.actor(body), MeetingId(int(payloads.pressed(body)))

        async def close(person: Person) -> Message | None:
            await self._rhythms.done(call_id, by=person)
            return None

        await self._doorway.act(ack, actor, close)

    async def ask_why(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form that leaves out a call, or the next of a kind."""
        await ack()
        number, kind, call = payloads.pressed(body).split(":")
        kept: dict[str, Any] = {"escalation": int(number), "kind": kind}
        if call:
            kept["call"] = int(call)
        self._ask(payloads.actor(body), CadenceKind(kind), kept)

    async def skipped(self, ack: Ack, body: dict[str, Any]) -> None:
        """Leave it out; what is wrong is said on the field, and nothing typed is lost."""
        actor, view = payloads.actor(body), body["view"]
        kept = payloads.metadata(view)
        call_id = MeetingId(kept["call"]) if "call" in kept else None
        reason = payloads.text(view["state"]["values"], "reason")
        try:
            person = await self._doorway.recognised(actor)
            await self._rhythms.skip(
                EscalationId(kept["escalation"]),
                CadenceKind(kept["kind"]),
                reason,
                by=person,
                call_id=call_id,
            )
        except WarRoomError as error:
            await ack(response_action="errors", errors={"reason": error.message})
        else:
            await ack()

    async def _checkpoint(self, said: RoomCommand, person: Person) -> Message | None:
        word, reason = first_word(said.typed.rest)
        if not word:
            return rhythms_view.called(await self._rhythms.call_now(said.escalation_id, by=person))
        if word.casefold() != "skip":
            raise InvalidInput({"checkpoint": USAGE})
        kind = CadenceKind.CHECKPOINT
        if not reason.strip():
            kept = {"escalation": said.escalation_id, "kind": kind.value}
            self._ask(said.actor, kind, kept)
            return None
        left = await self._rhythms.skip(said.escalation_id, kind, reason, by=person)
        return rhythms_view.skipped(left)

    async def _rhythm(self, said: RoomCommand, person: Person) -> Message | None:
        found = await self._rhythms.upcoming(said.escalation_id, to=person)
        return rhythms_view.upcoming(found.escalation, found.settings, found.rhythms)

    def _ask(self, actor: Actor, kind: CadenceKind, kept: dict[str, Any]) -> None:
        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            person.must_be_member()
            view = rhythms_view.skip_form(kind, metadata=kept)
            await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)
