"""Moving an escalation on: by word, by button, and by the form that asks for what is missing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import EscalationId, Status, Transition
from bot.domain.lifecycle.lifecycle import Answers, move_to
from bot.domain.lifecycle.obstacles import unmet_preconditions
from bot.domain.people import Person
from bot.domain.text.words import first_word
from bot.domain.time import due
from bot.services.lifecycle.lifecycle import Lifecycle
from bot.services.rooms.rooms import Rooms
from bot.views.block_kit import times as times_view
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import Message
from bot.views.lifecycle import lifecycle as lifecycle_view
from handlers import payloads, times
from handlers.listening import Ack, RequestContext, carried
from handlers.payloads import Actor
from handlers.plan.items import ItemListeners
from handlers.words import RoomCommand, RoomCommands, RoomWork, Words

# The word of a move, and which answer the text behind it gives.
SAID: Mapping[str, tuple[Transition, Callable[[str], Answers]]] = {
    "resolve": (Transition.RESOLVE, lambda text: Answers(outcome=text)),
    "confirm": (Transition.CONFIRM, lambda text: Answers(evidence=text)),
    "close": (Transition.CLOSE, lambda text: Answers(reason=text)),
    "deescalate": (Transition.DEESCALATE, lambda text: Answers(reason=text)),
}
# `reopen A-3` is about an item, `reopen the symptom is back` about the escalation.
LABELLED = re.compile(r"[A-Za-z]-?\d{1,6}(?:\s|$)")


class LifecycleListeners:
    def __init__(self, doorway: RequestContext, lifecycle: Lifecycle, rooms: Rooms) -> None:
        self._doorway = doorway
        self._lifecycle = lifecycle
        self._rooms = rooms

    def register(self, app: AsyncApp) -> None:
        app.action(Action.MOVE.value)(self.chosen)
        app.view(View.MOVE_FORM.value)(self.submitted)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "status": in_room.at_once(self._status),
            **dict.fromkeys(SAID, in_room.at_once(self._said)),
        }

    async def chosen(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form of a move that was chosen."""
        await ack()
        actor = payloads.actor(body)
        number, _, name = payloads.pressed(body).partition(":")
        self._ask(actor, EscalationId(int(number)), Transition(name), Answers())

    async def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """Make the move; what is missing is said on its field, and nothing typed is lost."""
        actor, view = payloads.actor(body), body["view"]
        kept, answers = payloads.metadata(view), payloads.answers(view)
        end = times.chosen_in(view["state"]["values"], "until")
        answers = replace(answers, until=end.at)
        escalation_id, move = EscalationId(kept["escalation"]), Transition(kept["move"])
        there = {str(block.get("block_id")) for block in view["blocks"]}
        try:
            person = await self._doorway.recognised(actor)
            end.check("until")
            await self._lifecycle.move(escalation_id, move, answers, by=person)
        except InvalidInput as error:
            if error.fields.keys() <= there:
                await ack(response_action="errors", errors=error.fields)
                return
            # Something came into the way while the form was open: ask about that as well.
            again = await self._drawn(escalation_id, move, answers, person)
            await ack(response_action="update", view=carried(actor.modal, again))
        except WarRoomError as error:
            refused = lifecycle_view.cannot(move, error)
            await ack(response_action="update", view=carried(actor.modal, refused))
        else:
            await ack()
            if end.at is not None:
                until = due.absolute(end.at, person.time_zone)
                self._doorway.say(actor, lifecycle_view.lasting(move, until))

    async def move(
        self,
        said: RoomCommand,
        person: Person,
        move: Transition,
        answers: Answers,
        end: due.Reading | None = None,
    ) -> Message | None:
        """Show what a move that was said in words will do, with what was said filled in.

        Everybody hears of a move, so it is made when its form is submitted, and not before.
        """
        await self._lifecycle.prepared(said.escalation_id, move, by=person)
        self._ask(said.actor, said.escalation_id, move, answers, end)
        return None

    async def reopen(self, said: RoomCommand, person: Person) -> Message | None:
        return await self.move(said, person, Transition.REOPEN, Answers(reason=said.typed.rest))

    async def _said(self, said: RoomCommand, person: Person) -> Message | None:
        move, answers = SAID[said.typed.word]
        return await self.move(said, person, move, answers(said.typed.rest))

    async def _status(self, said: RoomCommand, person: Person) -> Message | None:
        person.must_be_member()
        word, why = first_word(said.typed.rest)
        try:
            wanted = Status(word.casefold().replace("-", "_"))
        except ValueError:
            known = ", ".join(status.value for status in Status)
            raise InvalidInput({"status": f"Choose a status: {known}."}) from None
        war_room = await self._rooms.shown(said.escalation_id, to=person)
        move = move_to(war_room.escalation.status, wanted)
        if move is Transition.HOLD:
            return await self._hold(said, person, why)
        return await self.move(said, person, move, Answers(reason=why))

    async def _hold(self, said: RoomCommand, person: Person, typed: str) -> Message | None:
        """Put on hold: a reason by its name, what shows it, and until when."""
        name, rest = first_word(typed)
        is_named = name in self._lifecycle.pauses
        end, left = self._lifecycle.end_in(rest if is_named else typed, by=person)
        answers = Answers(pause=name, evidence=left) if is_named else Answers(reason=left)
        if end is not None and not isinstance(end, due.Understood):
            self._ask(said.actor, said.escalation_id, Transition.HOLD, answers, end)
            return None
        answers = replace(answers, until=due.instant(end))
        return await self.move(said, person, Transition.HOLD, answers, end)

    def _ask(
        self,
        actor: Actor,
        escalation_id: EscalationId,
        move: Transition,
        answers: Answers,
        end: due.Reading | None = None,
    ) -> None:
        """Open a move's form after the request was answered; `end` is how a time was read."""

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            view = await self._drawn(escalation_id, move, answers, person)
            view = times_view.asking(view, end, person.time_zone, name="until", none=None)
            await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)

    async def _drawn(
        self, escalation_id: EscalationId, move: Transition, answers: Answers, person: Person
    ) -> dict[str, Any]:
        """Return a move's form; raises what keeps this person from making it at all."""
        war_room = await self._lifecycle.prepared(escalation_id, move, by=person)
        if move is Transition.RESOLVE and answers.until is None:
            answers = replace(answers, until=self._lifecycle.suggested_until())
        asking = lifecycle_view.Asking(
            obstacles=unmet_preconditions(move, war_room, by=person.id),
            checklist=self._lifecycle.checklist(move, war_room.escalation),
            pauses=self._lifecycle.pauses,
        )
        metadata = {"escalation": escalation_id, "move": move.value}
        return lifecycle_view.move_form(move, war_room, answers, asking=asking, metadata=metadata)


def reopening(lifecycle: LifecycleListeners, items: ItemListeners) -> RoomWork:
    """Return what `reopen` does: to an item when a label stands behind it."""

    async def reopen(said: RoomCommand, person: Person) -> Message | None:
        is_item = LABELLED.match(said.typed.rest) is not None
        return await (items if is_item else lifecycle).reopen(said, person)

    return reopen
