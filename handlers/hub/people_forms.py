"""Forms about people: give somebody a role, hand the escalation over."""

from typing import Any

from bot.domain.people import Person, RoleKey, SlackUserId
from bot.domain.policy.policy import Policy
from bot.services.lifecycle.roles import Roles
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.hub import forms as forms_view
from handlers.hub.forms import Submitted
from handlers.words import RoomCommand

Json = dict[str, Any]


class AssignForm:
    def __init__(self, roles: Roles, policy: Policy) -> None:
        self._roles = roles
        self._titles = {key: policy.role_title(key) for key in policy.roles}

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.assign(self._titles)

    async def do(self, form: Submitted, person: Person) -> Message:
        user, role = SlackUserId(form.text("user")), RoleKey(form.text("role"))
        await self._roles.assign(form.escalation_id, role, user, by=person)
        title = self._titles.get(role, role)
        return replies.plain(
            f"Done. <@{user}> gets an invitation in the room to accept the role of {title}."
        )


class UnassignForm:
    def __init__(self, roles: Roles, policy: Policy) -> None:
        self._roles = roles
        self._titles = {key: policy.role_title(key) for key in policy.roles}

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.unassign(self._titles)

    async def do(self, form: Submitted, person: Person) -> Message:
        user, role = SlackUserId(form.text("user")), form.text("role")
        wanted = RoleKey(role) if role else None
        await self._roles.unassign(form.escalation_id, wanted, user, by=person)
        return replies.plain(f"Done. <@{user}> no longer has the role.")


class HandoverForm:
    def __init__(self, roles: Roles) -> None:
        self._roles = roles

    async def view(self, _said: RoomCommand, person: Person) -> Json:
        person.must_be_member()
        return forms_view.handover()

    async def do(self, form: Submitted, person: Person) -> Message:
        user, note = SlackUserId(form.text("user")), form.text("note")
        done = await self._roles.hand_over(form.escalation_id, user, note, by=person)
        return replies.plain(
            f"Sent. You stay escalation manager of {done.number} until <@{user}> accepts."
        )
