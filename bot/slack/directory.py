"""People and user groups, looked up by id when they are needed."""

import asyncio
from typing import Any

from bot.domain.errors import NotNow
from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.domain.text.notation import without_entities
from bot.domain.time.time_zones import zone_of_profile
from bot.slack.caller import Caller
from bot.slack.failures import PermanentError, SlackFailure
from bot.slack.gateway import Gateway

PATIENCE = 1.0  # seconds; somebody waits for an acknowledgement, and Slack gives three for it
NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
SLACKBOT = "USLACKBOT"  # Slack does not call it a bot


class Directory:
    def __init__(self, caller: Caller, gateway: Gateway) -> None:
        self._caller = caller
        self._gateway = gateway

    async def look_up(self, user: SlackUserId) -> Person | None:
        """Return who that is, None when the workspace knows nobody of that id.

        Raises:
            NotNow: Slack does not answer within PATIENCE.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                team = (await self._gateway.identity()).team_id
                return await self.person(user, team=team)
        except PermanentError as failure:
            if failure.code in NOBODY:
                return None
            raise NotNow(failure.reason) from None
        except (TimeoutError, SlackFailure):
            raise NotNow(
                "Slack can't look up that person right now. Try again in a minute."
            ) from None

    async def person(self, user_id: SlackUserId, *, team: TeamId) -> Person:
        """Return who that is, as seen from workspace `team`."""
        answer = await self._caller.call("users.info", user=user_id, include_locale=True)
        return described({**answer["user"], "id": user_id}, team=team)

    async def find(self, user: SlackUserId) -> Person | None:
        """Return who that is; None when Slack knows nobody of that id, or may not tell us."""
        try:
            return await self.person(user, team=(await self._gateway.identity()).team_id)
        except PermanentError:
            return None

    async def group_members(self, group_id: str) -> list[SlackUserId]:
        """Return the people of a user group; Slack has no pages here and gives all of them."""
        answer = await self._caller.call("usergroups.users.list", usergroup=group_id)
        return [SlackUserId(user) for user in answer["users"]]


def described(user: dict[str, Any], *, team: TeamId) -> Person:
    """Return a person as Slack describes them, seen from workspace `team`."""
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"]
    return Person(
        id=SlackUserId(user["id"]),
        name=without_entities(str(name)),
        kind=_kind(user, team),
        time_zone=zone_of_profile(user.get("tz") or "", user.get("tz_offset") or 0),
        locale=str(user.get("locale") or ""),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _kind(user: dict[str, Any], team: TeamId) -> PersonKind:
    if user.get("deleted"):
        return PersonKind.DEACTIVATED
    if user.get("is_bot") or user.get("id") == SLACKBOT:
        return PersonKind.BOT
    home = user.get("team_id") or team
    organisation_teams = (user.get("enterprise_user") or {}).get("teams") or []
    if user.get("is_stranger") or (home != team and team not in organisation_teams):
        return PersonKind.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return PersonKind.GUEST
    return PersonKind.MEMBER
