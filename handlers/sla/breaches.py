"""Breach records and recovery notes: the buttons on a rung, the words, and their forms."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import Conflict, InvalidInput, NotNow, WarRoomError
from bot.domain.people import Person
from bot.domain.sla.breach import BreachAnswers, Recovery
from bot.domain.sla.record import ClockId
from bot.services.sla.breaches import Breaches, InDanger
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import Message
from bot.views.sla import breaches as breaches_view
from handlers import payloads
from handlers.listening import Ack, RequestContext, carried
from handlers.words import RoomCommand, RoomCommands, Words

Json = dict[str, Any]


class BreachListeners:
    def __init__(self, doorway: RequestContext, breaches: Breaches) -> None:
        self._doorway = doorway
        self._breaches = breaches

    def register(self, app: AsyncApp) -> None:
        app.action(Action.BREACH_RECORD.value)(self.pressed)
        app.action(Action.RECOVERY_NOTE.value)(self.pressed)
        app.view(View.BREACH_FORM.value)(self.recorded)
        app.view(View.RECOVERY_FORM.value)(self.noted)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "breach": in_room.afterwards(self._breach),
            "recovery": in_room.afterwards(self._recovery),
        }

    async def pressed(self, ack: Ack, body: Json) -> None:
        """Open the form of the clock whose button was pressed."""
        await ack()
        actor, clock_id = payloads.actor(body), ClockId(int(payloads.pressed(body)))
        is_recovery = body["actions"][0]["action_id"] == Action.RECOVERY_NOTE.value

        async def show() -> Message | None:
            found = await self._breaches.of(clock_id, to=await self._doorway.person(actor))
            view = _recovery_form(found) if is_recovery else _breach_form(found)
            await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)

    async def recorded(self, ack: Ack, body: Json) -> None:
        """Keep the record; what is wrong is said on its field, and nothing typed is lost."""
        actor, kept, values = _submitted(body)
        clock_id, said = ClockId(kept["clock"]), _answers(values)
        try:
            person = await self._doorway.recognised(actor)
            await self._breaches.record(clock_id, said, version=kept["version"], by=person)
        except InvalidInput as error:
            await ack(response_action="errors", errors=error.fields)
        except Conflict as error:
            found = await self._breaches.of(clock_id, to=person)
            await ack(
                response_action="update",
                view=carried(actor.modal, _breach_form(found, said, error)),
            )
        except WarRoomError as error:
            refused = breaches_view.cannot(breaches_view.BREACH, error)
            await ack(response_action="update", view=carried(actor.modal, refused))
        else:
            await ack()

    async def noted(self, ack: Ack, body: Json) -> None:
        """Keep the note; what is wrong is said on its field, and nothing typed is lost."""
        actor, kept, values = _submitted(body)
        said = Recovery(
            clock_id=ClockId(kept["clock"]),
            plan=payloads.text(values, "plan"),
            forecast_at=_instant(values, "forecast_at"),
            version=kept["version"],
        )
        try:
            person = await self._doorway.recognised(actor)
            await self._breaches.note(said.clock_id, said, by=person)
        except InvalidInput as error:
            await ack(response_action="errors", errors=error.fields)
        except Conflict as error:
            found = await self._breaches.of(said.clock_id, to=person)
            await ack(
                response_action="update",
                view=carried(actor.modal, _recovery_form(found, said, error)),
            )
        except WarRoomError as error:
            refused = breaches_view.cannot(breaches_view.RECOVERY, error)
            await ack(response_action="update", view=carried(actor.modal, refused))
        else:
            await ack()

    async def _breach(self, said: RoomCommand, person: Person) -> Message | None:
        name = said.typed.rest
        found = await self._breaches.named(said.escalation_id, name, to=person)
        await self._doorway.show(said.actor, _breach_form(found))
        return None

    async def _recovery(self, said: RoomCommand, person: Person) -> Message | None:
        name = said.typed.rest
        found = await self._breaches.in_danger(said.escalation_id, name, to=person)
        await self._doorway.show(said.actor, _recovery_form(found))
        return None


def _breach_form(
    found: InDanger, said: BreachAnswers | None = None, trouble: WarRoomError | None = None
) -> Json:
    """Return the form; raises NotNow while the promise is not broken."""
    if found.breach is None:
        raise NotNow(f"{found.title} wasn't breached.")
    answers = said or found.breach.answers
    return breaches_view.breach_form(found.title, found.breach, answers, trouble=trouble)


def _recovery_form(
    found: InDanger, said: Recovery | None = None, trouble: WarRoomError | None = None
) -> Json:
    """Return the form; raises NotNow when there is nothing left to recover."""
    if found.is_ended:
        raise NotNow(f"{found.title} has already ended.")
    note = found.recovery
    if said is not None:
        note = Recovery(
            clock_id=note.clock_id,
            plan=said.plan,
            forecast_at=said.forecast_at,
            version=note.version,
        )
    return breaches_view.recovery_form(found.title, found.due_at, note, trouble=trouble)


def _submitted(body: Json) -> tuple[payloads.Actor, Json, Json]:
    view = body["view"]
    return payloads.actor(body), payloads.metadata(view), view["state"]["values"]


def _answers(values: Json) -> BreachAnswers:
    told = payloads.text(values, "is_customer_told")
    return BreachAnswers(
        cause=payloads.text(values, "cause"),
        effect=payloads.text(values, "effect"),
        next_target_at=_instant(values, "next_target_at"),
        is_customer_told=told == breaches_view.YES if told else None,
        customer_told_at=_instant(values, "customer_told_at"),
    )


def _instant(values: Json, name: str) -> datetime | None:
    given = payloads.value(values, name)
    return datetime.fromtimestamp(int(given), UTC) if given else None
