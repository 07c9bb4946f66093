"""What every act needs: looking things up as a person, and the parts all payloads share."""

import secrets
from typing import Any

from bot.sandbox.errors import NotPossibleError
from bot.sandbox.slack import Deed, ResponseUrl, Sandbox, Trigger
from bot.sandbox.workspace import Channel, Ephemeral, Message, View

Json = dict[str, Any]


class Acts:
    """The window of one workspace; what a person may not see does not exist for them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def knows(self, user: object) -> bool:
        return user in self._sandbox.workspace.users

    def remember(self, name: str, arguments: Json) -> None:
        """Note what a person did, for the story."""
        self._sandbox.deeds.append(Deed(name, arguments))
        self._sandbox.touch()

    def _channel(self, channel: str, user: str) -> Channel:
        place = self._sandbox.workspace.channels.get(channel)
        if place is None or not place.is_seen_by(user):
            raise NotPossibleError("There is no such channel for this person.")
        return place

    def _joined(self, channel: str, user: str) -> Channel:
        """Return a channel the person may write to."""
        place = self._channel(channel, user)
        if place.is_archived:
            raise NotPossibleError("This channel is archived.")
        if user not in place.members:
            raise NotPossibleError(f"Join #{place.name} first.")
        return place

    def _message(self, channel: Channel, ts: str) -> Message:
        message = channel.message(ts)
        if message is None:
            raise NotPossibleError("There is no such message.")
        return message

    def _ephemeral(self, user: str, ts: str | None) -> Ephemeral | None:
        shown = self._sandbox.workspace.ephemerals
        return next((e for e in shown if e.ts == ts and e.user == user and not e.deleted), None)

    def _view(self, user: str, view_id: str) -> View:
        view = self._sandbox.workspace.views.get(view_id)
        if view is None or view.closed or view.user != user:
            raise NotPossibleError("That form is no longer open.")
        return view

    def _only_own_people(self, user: str, what: str) -> None:
        if self._sandbox.workspace.is_external(user):
            raise NotPossibleError(f"People of other organisations cannot use {what}.")

    def _payload(self, kind: str, user: str) -> Json:
        workspace, person = self._sandbox.workspace, self._sandbox.workspace.users[user]
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": {
                "id": user,
                "username": person.name,
                "name": person.name,
                "team_id": person.team_id,
            },
            "api_app_id": workspace.app_id,
            "token": "sandbox",
            "trigger_id": self._trigger(user),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _trigger(self, user: str) -> str:
        trigger_id = secrets.token_hex(12)
        self._sandbox.issued.triggers[trigger_id] = Trigger(user, self._sandbox.clock.elapsed())
        return trigger_id

    def _response_url(self, user: str, channel: str, ts: str | None = None) -> str:
        key = secrets.token_urlsafe(12)
        now = self._sandbox.clock.elapsed()
        self._sandbox.issued.response_urls[key] = ResponseUrl(user, channel, now, ts)
        return f"{self._sandbox.base_url}/hooks/{key}"
