"""People as Slack knows them, what they may do, and the roles they hold in an escalation."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.errors import NotAllowed

SlackUserId = NewType("SlackUserId", str)
TeamId = NewType("TeamId", str)
RoleKey = NewType("RoleKey", str)

USER_ID = re.compile(r"[UW][A-Z0-9]+")  # Slack's; ids of apps, channels and groups begin otherwise

# What we know of a person is asked again after this long: long enough to keep Slack's
# users.info quiet, short enough that a new guest is noticed within a working day.
PERSON_LIFETIME = timedelta(hours=12)

ESCALATION_MANAGER = RoleKey("escalation_manager")
REQUESTER = RoleKey("requester")
RESPONDER = RoleKey("responder")
DEPUTY = RoleKey("deputy")
TECHNICAL_LEAD = RoleKey("technical_lead")
EXEC_SPONSOR = RoleKey("exec_sponsor")
# Held by everybody who opens or joins; nobody is asked to accept them.
UNASKED = frozenset({REQUESTER, RESPONDER})


class PersonKind(StrEnum):
    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in Slack.

    Attributes:
        time_zone: IANA name as the person's Slack profile states it.
        is_admin: An administrator or owner of the workspace.
        locale: The language of their Slack, such as en-GB; empty when Slack does not say.
    """

    id: SlackUserId
    name: str
    kind: PersonKind
    time_zone: str = "UTC"
    is_admin: bool = False
    locale: str = ""

    def must_be_member(self) -> None:
        """Refuse everybody but full members of the workspace.

        Raises:
            NotAllowed: The person is a guest, from another organisation, a bot, or gone.
        """
        if self.kind is not PersonKind.MEMBER:
            raise NotAllowed(_REFUSALS[self.kind])


_REFUSALS = {
    PersonKind.GUEST: "Guests can't run escalations. Ask a full member of this workspace.",
    PersonKind.EXTERNAL: ("Only members of this workspace can do this. Ask your contact there."),
    PersonKind.BOT: "Apps can't run escalations. A person has to do this.",
    PersonKind.DEACTIVATED: "This account is deactivated and can't run escalations.",
}


_NO_COLLEAGUES = {
    PersonKind.GUEST: "{name} is a guest in this workspace. Choose a full member.",
    PersonKind.EXTERNAL: "{name} belongs to another organisation. Choose a member of this one.",
    PersonKind.BOT: "{name} is an app. Choose a person.",
    PersonKind.DEACTIVATED: "{name} has left this workspace. Choose someone else.",
}
UNKNOWN = "That person isn't in this workspace. Choose someone from the list."


def user_id(text: str | None) -> SlackUserId | None:
    """Return an id as that of a person; None when it is an app's, or no id at all."""
    return SlackUserId(text) if text is not None and USER_ID.fullmatch(text) else None


def not_a_colleague(person: Person | None) -> str:
    """Return why somebody cannot hold a role or an item; empty when they can.

    Args:
        person: None when the workspace knows nobody of that id.
    """
    if person is None:
        return UNKNOWN
    return _NO_COLLEAGUES.get(person.kind, "").format(name=person.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One person holding one role.

    Attributes:
        accepted_at: When they said that they take it; None until then.
        ended_at: None while they hold it.
    """

    role: RoleKey
    user_id: SlackUserId
    assigned_by: SlackUserId
    assigned_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
