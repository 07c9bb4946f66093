"""The plan by word and button: all of it, where we are, a copy for the customer, the playbook."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.changes import EscalationPatch
from bot.domain.escalation.escalation import Confidence, EscalationId
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.escalation.escalations import Escalations
from bot.services.plan.items import Items
from bot.services.rooms.rooms import Rooms
from bot.slack.forms import Forms
from bot.views import replies
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import Message
from bot.views.command import refusals
from bot.views.plan import plan as plan_view
from handlers import payloads
from handlers.listening import Ack, RequestContext, carried
from handlers.words import RoomCommand, RoomCommands, Takes, Words

CUSTOMER = "customer"  # behind `plan`: a copy for the customer


class PlanListeners:
    def __init__(
        self,
        doorway: RequestContext,
        rooms: Rooms,
        items: Items,
        escalations: Escalations,
        forms: Forms,
        policy: Policy,
    ) -> None:
        self._doorway = doorway
        self._rooms = rooms
        self._items = items
        self._escalations = escalations
        self._forms = forms
        self._policy = policy

    def register(self, app: AsyncApp) -> None:
        app.action(Action.PLAN_ALL.value)(self.show_all)
        app.action(Action.PLAN_PAGE.value)(self.show_all)
        app.action(Action.SITUATION.value)(self.ask_situation)
        app.view(View.SITUATION_FORM.value)(self.situation_saved)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "plan": in_room.afterwards(self._plan),
            "playbook": in_room.at_once(self._playbook, Takes.NOTHING),
        }

    async def show_all(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the whole plan, or turn its page where it is open."""
        await ack()
        actor = payloads.actor(body)
        escalation_id, _, page = payloads.pressed(body).partition(":")

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            war_room = await self._rooms.shown(EscalationId(int(escalation_id)), to=person)
            view = plan_view.whole(war_room, self._policy, page=int(page))
            if "view" in body:
                await self._forms.update(body["view"]["id"], carried(actor.modal, view))
            else:
                await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)

    async def ask_situation(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        actor, escalation_id = payloads.actor(body), EscalationId(int(payloads.pressed(body)))

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            person.must_be_member()
            war_room = await self._rooms.shown(escalation_id, to=person)
            view = plan_view.situation_form(war_room, metadata={"escalation": escalation_id})
            await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)

    async def situation_saved(self, ack: Ack, body: dict[str, Any]) -> None:
        actor, view = payloads.actor(body), body["view"]
        values = view["state"]["values"]
        chosen = payloads.text(values, "confidence")
        wish = EscalationPatch(
            situation=payloads.text(values, "situation"),
            confidence=Confidence(chosen) if chosen else None,
            confidence_why=payloads.text(values, "confidence_why"),
            customer_ask=payloads.text(values, "customer_ask"),
        )
        try:
            person = await self._doorway.recognised(actor)
            escalation_id = EscalationId(payloads.metadata(view)["escalation"])
            await self._escalations.change(escalation_id, wish, by=person)
        except InvalidInput as error:
            await ack(response_action="errors", errors=error.fields)
        except WarRoomError as error:
            await ack(response_action="errors", errors={"situation": error.message})
        else:
            await ack()

    async def _plan(self, said: RoomCommand, person: Person) -> Message | None:
        war_room = await self._rooms.shown(said.escalation_id, to=person)
        if said.typed.rest.casefold() == CUSTOMER:
            return plan_view.customer_copy(war_room)
        if (typed := said.typed).rest:
            return refusals.takes_no_text("plan", typed.text, typed.source, in_room=True)
        view = plan_view.whole(war_room, self._policy)
        await self._doorway.show(said.actor, view)
        return None

    async def _playbook(self, said: RoomCommand, person: Person) -> Message | None:
        added = await self._items.apply_playbook(said.escalation_id, by=person)
        return replies.plain(plan_view.playbook_applied(added))
