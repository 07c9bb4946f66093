"""Messages: write, edit, delete, react, pin, and press what the bot put on them."""

import html

from bot.sandbox import changes
from bot.sandbox.errors import NotPossibleError
from bot.sandbox.events import message_json
from bot.sandbox.play import inputs
from bot.sandbox.play.acts import Acts, Json
from bot.sandbox.transport import Answer
from bot.sandbox.workspace import Ephemeral, Message


class Messages(Acts):
    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message, or a reply in a thread, and return its ts."""
        place = self._joined(channel, user)
        if not text.strip():
            raise NotPossibleError("Write something first.")
        if thread_ts is not None:
            thread_ts = self._message(place, thread_ts).thread_ts or thread_ts
        message = Message(ts=self._sandbox.clock.ts(), user=user, text=_typed(text))
        message.thread_ts = thread_ts
        return changes.add_message(self._sandbox, place, message).ts

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        place = self._joined(channel, user)
        message = self._message(place, ts)
        if message.user != user:
            raise NotPossibleError("Only your own messages can be edited.")
        message.edited = True
        changes.change_message(self._sandbox, place, message, _typed(text), [])

    def delete(self, user: str, channel: str, ts: str) -> None:
        place = self._channel(channel, user)
        message = self._message(place, ts)
        if message.user != user and not self._sandbox.workspace.users[user].is_admin:
            raise NotPossibleError("Only admins may delete messages of others.")
        changes.remove_message(self._sandbox, place, message)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        place = self._joined(channel, user)
        message = self._message(place, ts)
        if user not in message.reactions.get(name, []):
            changes.react(self._sandbox, place, message, name, user)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        place = self._joined(channel, user)
        message = self._message(place, ts)
        if user in message.reactions.get(name, []):
            changes.unreact(self._sandbox, place, message, name, user)

    def pin(self, user: str, channel: str, ts: str) -> None:
        place = self._joined(channel, user)
        changes.pin(self._sandbox, place, self._message(place, ts), user)

    def unpin(self, user: str, channel: str, ts: str) -> None:
        place = self._joined(channel, user)
        changes.unpin(self._sandbox, place, self._message(place, ts), user)

    async def click(
        self, user: str, channel: str, ts: str, action_id: str, value: str | None = None
    ) -> Answer:
        """Press a button, or choose from a select, on a message or a private one."""
        place = self._channel(channel, user)
        shown: Message | Ephemeral = self._ephemeral(user, ts) or self._message(place, ts)
        block_id, element = inputs.element_named(shown.blocks, action_id, value)
        action = inputs.action(block_id, element, value) | {"action_ts": self._sandbox.clock.ts()}
        payload = self._payload("block_actions", user) | {
            "container": _container(channel, shown),
            "channel": {"id": channel, "name": place.name},
            "response_url": self._response_url(user, channel, ts),
            "actions": [action],
            "state": {"values": {}},
        }
        if isinstance(shown, Message):
            payload["message"] = message_json(shown)
        return await self._sandbox.delivery.interaction(payload)


def _container(channel: str, shown: Message | Ephemeral) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": shown.ts,
        "channel_id": channel,
        "is_ephemeral": isinstance(shown, Ephemeral),
    }
    return container | ({"thread_ts": shown.thread_ts} if shown.thread_ts else {})


def _typed(text: str) -> str:
    # Slack's own window escapes what people type; only what they pick becomes a mention.
    return html.escape(text, quote=False)
