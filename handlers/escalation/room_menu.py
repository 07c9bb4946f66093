"""The card's *Acknowledge*, and the form of severity, owner and details."""

import json
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput, WarRoomError
from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.services.escalation.escalations import Escalations
from bot.services.rooms.rooms import Rooms
from bot.views import replies
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import Message
from bot.views.escalation import room_menu
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor


class RoomMenuListeners:
    def __init__(
        self,
        doorway: RequestContext,
        rooms: Rooms,
        escalations: Escalations,
        policy: Policy,
    ) -> None:
        self._doorway = doorway
        self._rooms = rooms
        self._escalations = escalations
        self._policy = policy

    def register(self, app: AsyncApp) -> None:
        app.action(Action.ACKNOWLEDGE.value)(self.acknowledge)
        app.view(View.ROOM_MENU.value)(self.saved)

    def show(
        self, actor: Actor, escalation_id: EscalationId, *, severity: Severity | None = None
    ) -> None:
        """Open the menu after the request was answered; `severity` is what was named already."""

        async def show() -> Message | None:
            person = await self._doorway.person(actor)
            person.must_be_member()
            war_room = await self._rooms.shown(escalation_id, to=person)
            escalation = war_room.escalation
            shown = {name: getattr(escalation, name) for name in ("severity", "owner")}
            shown["category"] = escalation.category or ""
            kept = json.dumps({"escalation": escalation_id, "shown": shown})
            view = room_menu.menu(war_room, self._policy, metadata=kept, severity=severity)
            await self._doorway.show(actor, view)
            return None

        self._doorway.later(actor, show)

    async def acknowledge(self, ack: Ack, body: dict[str, Any]) -> None:
        """Take responsibility by a button; the card shows who and when."""
        actor = payloads.actor(body)
        escalation_id = EscalationId(int(payloads.pressed(body)))

        async def take(person: Person) -> Message | None:
            done = await self._escalations.acknowledge(escalation_id, by=person)
            return replies.plain(f"You own {done.number}. Next: tell the customer who owns it.")

        await self._doorway.act(ack, actor, take)

    async def saved(self, ack: Ack, body: dict[str, Any]) -> None:
        """Make the changes; what cannot be is said on its field, and nothing typed is lost."""
        actor = payloads.actor(body)
        escalation_id, wish = payloads.escalation_patch(body)
        try:
            person = await self._doorway.recognised(actor)
            await self._escalations.change(escalation_id, wish, by=person)
        except InvalidInput as error:
            await ack(response_action="errors", errors=error.fields)
        except WarRoomError as error:
            await ack(response_action="errors", errors={"severity": error.message})
        else:
            await ack()
