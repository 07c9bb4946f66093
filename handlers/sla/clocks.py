"""Words and buttons of the SLA clocks: look, resume, meet, waive, answer, climb."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.people import Person
from bot.domain.sla.record import ClockId
from bot.domain.text.words import first_word
from bot.services.rooms.rooms import Rooms
from bot.services.sla.acceptance import SlaAcceptance
from bot.services.sla.clocks import SlaClocks
from bot.views import replies
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import Message
from bot.views.sla import breaches, explanations, notices
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.words import RoomCommand, RoomCommands, Takes, Words


class SlaListeners:
    def __init__(
        self, doorway: RequestContext, clocks: SlaClocks, acceptance: SlaAcceptance, rooms: Rooms
    ) -> None:
        self._doorway = doorway
        self._clocks = clocks
        self._acceptance = acceptance
        self._rooms = rooms

    def register(self, app: AsyncApp) -> None:
        app.action(Action.RUNG_ACKNOWLEDGE.value)(self.acknowledge)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "clocks": in_room.at_once(self._show, Takes.NOTHING),
            "resume": in_room.at_once(self._resume, Takes.NOTHING),
            "met": in_room.at_once(self._met),
            "accepted": in_room.at_once(self._accepted),
            "rejected": in_room.at_once(self._rejected),
            "waive": in_room.at_once(self._waive),
            "up": in_room.at_once(self._up, Takes.NOTHING),
        }

    async def acknowledge(self, ack: Ack, body: dict[str, Any]) -> None:
        """Take care of what a reminder is about; it is not repeated any more."""
        actor = payloads.actor(body)
        clock_id = ClockId(int(payloads.pressed(body)))

        async def take(person: Person) -> Message | None:
            title = await self._clocks.acknowledge_rung(clock_id, by=person)
            return notices.taken(title)

        await self._doorway.act(ack, actor, take)

    async def _show(self, said: RoomCommand, person: Person) -> Message | None:
        found = await self._clocks.explained(said.escalation_id, to=person)
        escalation = (await self._rooms.war_room(said.escalation_id)).escalation
        shown = [
            explanations.ClockView(
                title=one.title,
                explanation=one.explanation,
                region=one.region,
                reasons=self._clocks.pause_titles(),
                suspicions=one.suspicions,
                kept=breaches.shown(one.breach, one.recovery),
            )
            for one in found
        ]
        return explanations.clocks(escalation.number, shown)

    async def _resume(self, said: RoomCommand, person: Person) -> Message | None:
        resumed = await self._clocks.resume(said.escalation_id, by=person)
        return replies.plain(f"Resumed: {', '.join(resumed)}.")

    async def _met(self, said: RoomCommand, person: Person) -> Message | None:
        name, how = first_word(said.typed.rest)
        kind = await self._clocks.met(said.escalation_id, name, by=person, how=how)
        return replies.plain(f"Marked {kind} as met. See /escalate clocks.")

    async def _accepted(self, said: RoomCommand, person: Person) -> Message | None:
        how = said.typed.rest
        title = await self._acceptance.accepted(said.escalation_id, how, by=person)
        return replies.plain(f"{title}: accepted by the customer.")

    async def _rejected(self, said: RoomCommand, person: Person) -> Message | None:
        why = said.typed.rest
        title = await self._acceptance.rejected(said.escalation_id, why, by=person)
        return replies.plain(f"{title}: the clock is running again, as if it never stopped.")

    async def _waive(self, said: RoomCommand, person: Person) -> Message | None:
        name, why = first_word(said.typed.rest)
        kind = await self._clocks.waive(said.escalation_id, name, by=person, why=why)
        return replies.plain(f"Waived: {kind}. It stays visible and doesn't count as met.")

    async def _up(self, said: RoomCommand, person: Person) -> Message | None:
        climbed = await self._clocks.climb(said.escalation_id, by=person)
        return notices.climbed(climbed.title, climbed.rung, climbed.people)
