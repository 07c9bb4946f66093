"""What changes about people: who becomes a guest is one from then on."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.services.people.people import People
from bot.slack.directory import described
from handlers.listening import Ack, RequestContext


class PeopleListeners:
    def __init__(self, people: People, doorway: RequestContext) -> None:
        self._people = people
        self._doorway = doorway

    def register(self, app: AsyncApp) -> None:
        app.event("user_change")(self.changed)

    async def changed(self, ack: Ack, body: dict[str, Any]) -> None:
        """Believe what Slack tells of somebody we know; it tells of every change of a profile."""
        person = described(body["event"]["user"], team=await self._doorway.team())
        await self._people.changed(person)
        await ack()
