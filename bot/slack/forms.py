"""Forms, the App Home, and private answers to something a person did."""

from typing import Any

import aiohttp

from bot.domain.people import SlackUserId
from bot.slack.caller import Caller
from bot.slack.failures import OutcomeUnknown, PermanentError
from bot.slack.messages import Messages
from bot.views.block_kit.blocks import Message

View = dict[str, Any]

CLOSED = frozenset({"not_found", "hash_conflict", "view_not_found"})


class Forms:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def open(self, trigger_id: str, view: View) -> str:
        """Show a form to whoever caused `trigger_id`, within its three seconds; return its id."""
        answer = await self._caller.call("views.open", trigger_id=trigger_id, view=view)
        return str(answer["view"]["id"])

    async def push(self, trigger_id: str, view: View) -> None:
        """Lay a form over the one in which `trigger_id` was caused."""
        await self._caller.call("views.push", trigger_id=trigger_id, view=view)

    async def update(self, view_id: str, view: View, *, seen_hash: str | None = None) -> bool:
        """Show something else in an open form.

        Args:
            view_id: The form.
            view: What to show.
            seen_hash: Only when the person still sees that state of it; None: whatever they see.

        Returns:
            False when the person has closed it or sees a newer one, which is nothing to act on.
        """
        try:
            await self._caller.call("views.update", view_id=view_id, view=view, hash=seen_hash)
        except PermanentError as failure:
            if failure.code in CLOSED:
                return False
            raise
        return True

    async def publish_home(self, user: SlackUserId, view: dict[str, Any]) -> None:
        """Show somebody their App Home; what they saw before is replaced."""
        await self._caller.call("views.publish", user_id=user, view=view)


class Replies:
    """Answers to whoever acted, and to nobody else."""

    def __init__(self, caller: Caller, messages: Messages) -> None:
        self._caller = caller
        self._messages = messages

    async def send_directly(self, user: SlackUserId, message: Message) -> None:
        """Answer by direct message, where Slack gave no other way back."""
        await self._messages.post(user, message)

    async def send(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer to a response_url, which needs no token and no membership.

        Raises:
            PermanentError: The address is used up (five answers within thirty minutes).
            OutcomeUnknown: Slack did not answer.
        """
        body = {
            "response_type": "ephemeral",
            "replace_original": replace,
            "text": message.text,
            "blocks": message.blocks,
        }
        try:
            async with self._caller.session.post(response_url, json=body) as response:
                if response.status >= 500:  # HTTP's own word
                    raise OutcomeUnknown("Slack is having trouble right now.")
                if response.status >= 400:
                    raise PermanentError("response_url", "It's too late to answer that request.")
        except (TimeoutError, aiohttp.ClientError):
            # The address is a secret; the original exception would name it.
            raise OutcomeUnknown("Slack didn't respond in time.") from None
