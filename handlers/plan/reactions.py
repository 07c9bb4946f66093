"""Reactions that mean something, and what becomes of the messages they stand on."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.policy.policy import Policy
from bot.services.plan.reactions import Reactions
from handlers.listening import Ack


class ReactionListeners:
    def __init__(self, marks: Reactions, policy: Policy) -> None:
        self._marks = marks
        self._names = frozenset(policy.reactions)

    def register(self, app: AsyncApp) -> None:
        app.event("reaction_added")(self.reacted)
        app.event("reaction_removed")(self.reacted)

    async def reacted(self, ack: Ack, body: dict[str, Any]) -> None:
        """Have a marked message looked at; a reaction that means nothing costs nothing."""
        event = body["event"]
        item = event.get("item") or {}
        # Slack names a skin tone behind two colons; it is the same mark.
        name = str(event.get("reaction")).partition("::")[0]
        if name in self._names and item.get("type") == "message":
            channel, ts = ChannelId(item["channel"]), MessageTs(item["ts"])
            await self._marks.marked(body["event_id"], channel, ts)
        await ack()
