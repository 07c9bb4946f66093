"""People and user groups, looked up by id when they are needed."""

from typing import Any

from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.slack.caller import Caller


class Directory:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def person(self, user_id: SlackUserId, *, team: TeamId) -> Person:
        """Return who that is, as seen from workspace `team`."""
        answer = await self._caller.call("users.info", user=user_id)
        return described({**answer["user"], "id": user_id}, team=team)

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
        name=name,
        kind=_kind(user, team),
        time_zone=user.get("tz") or "UTC",
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _kind(user: dict[str, Any], team: TeamId) -> PersonKind:
    if user.get("deleted"):
        return PersonKind.DEACTIVATED
    if user.get("is_bot"):
        return PersonKind.BOT
    home = user.get("team_id") or team
    organisation_teams = (user.get("enterprise_user") or {}).get("teams") or []
    if user.get("is_stranger") or (home != team and team not in organisation_teams):
        return PersonKind.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return PersonKind.GUEST
    return PersonKind.MEMBER
