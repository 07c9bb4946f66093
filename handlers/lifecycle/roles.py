"""Roles by word and button: give one, hand over, accept, decline."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import ESCALATION_MANAGER, Person, RoleKey, SlackUserId
from bot.services.lifecycle.roles import Roles
from bot.views import replies
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import Message
from handlers import payloads
from handlers.listening import Ack, RequestContext
from handlers.words import RoomCommand, RoomCommands, Words

ASSIGN = "@mention the person: /escalate assign @eva comms_lead"
UNASSIGN = "@mention the person: /escalate unassign @eva comms_lead"
HAND_OVER = "@mention who takes over: /escalate handover @eva I'm off at six"


class RoleListeners:
    def __init__(self, doorway: RequestContext, roles: Roles) -> None:
        self._doorway = doorway
        self._roles = roles

    def register(self, app: AsyncApp) -> None:
        app.action(Action.ROLE_ACCEPT.value)(self.answered)
        app.action(Action.ROLE_DECLINE.value)(self.answered)

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "assign": in_room.at_once(self._assign),
            "unassign": in_room.at_once(self._unassign),
            "handover": in_room.at_once(self._hand_over),
        }

    async def answered(self, ack: Ack, body: dict[str, Any]) -> None:
        """Take an offered role, or refuse it; only who was asked can."""
        actor = payloads.actor(body)
        number, _, role = payloads.pressed(body).partition(":")
        accepts = body["actions"][0]["action_id"] == Action.ROLE_ACCEPT.value

        async def answer(person: Person) -> Message | None:
            said = await self._roles.answer(
                EscalationId(int(number)),
                RoleKey(role),
                accepts=accepts,
                by=person,
                offer=payloads.pressed_on(body),
            )
            return replies.plain(said)

        await self._doorway.act(ack, actor, answer)

    async def _assign(self, said: RoomCommand, person: Person) -> Message | None:
        user, rest = _named(said, ASSIGN)
        role = RoleKey(rest.casefold().replace(" ", "_")) if rest else ESCALATION_MANAGER
        await self._roles.assign(said.escalation_id, role, user, by=person)
        return replies.plain(f"Done. <@{user}> gets an invitation in the room to accept the role.")

    async def _unassign(self, said: RoomCommand, person: Person) -> Message | None:
        user, rest = _named(said, UNASSIGN)
        role = RoleKey(rest.casefold().replace(" ", "_")) if rest else None
        await self._roles.unassign(said.escalation_id, role, user, by=person)
        return replies.plain(f"Done. <@{user}> no longer has the role.")

    async def _hand_over(self, said: RoomCommand, person: Person) -> Message | None:
        user, note = _named(said, HAND_OVER)
        done = await self._roles.hand_over(said.escalation_id, user, note, by=person)
        return replies.plain(
            f"Sent. You stay escalation manager of {done.number} until <@{user}> accepts."
        )


def _named(said: RoomCommand, example: str) -> tuple[SlackUserId, str]:
    """Return the person a line names, and what else it says."""
    user, rest = said.typed.addressed()
    if user is None:
        raise InvalidInput({"user": example})
    return user, rest
