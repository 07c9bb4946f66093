"""Pausing the SLA clocks: by word, and by the form that asks when the word names no clear end."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.text.words import first_word
from bot.domain.time import due
from bot.domain.time.clock import Clock
from bot.services.sla.clocks import SlaClocks
from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import Message
from bot.views.sla import pauses as pauses_view
from handlers import payloads, times
from handlers.listening import Ack, RequestContext
from handlers.words import RoomCommand, RoomCommands, Words


class PauseListeners:
    def __init__(
        self, doorway: RequestContext, clocks: SlaClocks, policy: Policy, clock: Clock
    ) -> None:
        self._doorway = doorway
        self._clocks = clocks
        self._policy = policy
        self._clock = clock

    def register(self, app: AsyncApp) -> None:
        app.view(View.PAUSE_FORM.value)(self.submitted)

    def words(self, in_room: RoomCommands) -> Words:
        return {"pause": in_room.at_once(self._pause)}

    async def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """Pause as the form says; what cannot be used is said on its field."""
        actor, view = payloads.actor(body), body["view"]
        values = view["state"]["values"]
        end = times.chosen_in(values, "until")
        try:
            person = await self._doorway.recognised(actor)
            end.check("until")
            await self._clocks.pause(
                EscalationId(payloads.metadata(view)["escalation"]),
                payloads.text(values, "reason"),
                by=person,
                evidence=payloads.text(values, "evidence"),
                until_at=end.at,
            )
        except InvalidInput as error:
            there = {str(block.get("block_id")) for block in view["blocks"]}
            known = {name: words for name, words in error.fields.items() if name in there}
            await ack(response_action="errors", errors=known or {"reason": error.message})
        except WarRoomError as error:
            await ack(response_action="errors", errors={"reason": error.message})
        else:
            await ack()

    async def _pause(self, said: RoomCommand, person: Person) -> Message | None:
        reason, rest = first_word(said.typed.rest)
        if not reason:
            self._ask(said, "", "", None)
            return None
        end, evidence = due.until(rest, due.Writer.of(person, self._clock.now()))
        if end is not None and not isinstance(end, due.Understood):
            self._ask(said, reason, evidence, end)
            return None
        paused = await self._clocks.pause(
            said.escalation_id,
            reason,
            by=person,
            evidence=evidence,
            until_at=due.instant(end),
        )
        return pauses_view.paused(paused, end, person.time_zone)

    def _ask(self, said: RoomCommand, reason: str, evidence: str, end: due.Reading | None) -> None:
        """Open the form with what was typed, after the request was answered."""

        async def show() -> Message | None:
            person = await self._doorway.person(said.actor)
            person.must_be_member()
            view = pauses_view.form(
                said.escalation_id, reason, evidence, pauses=self._policy.pauses
            )
            asking = pauses_view.asking(view, end, person.time_zone)
            await self._doorway.show(said.actor, asking)
            return None

        self._doorway.later(said.actor, show)
