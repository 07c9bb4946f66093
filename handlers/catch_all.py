"""Whatever nobody listens to is acknowledged: Slack counts anything else as our failure."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import Replayed, Unavailable
from bot.views import replies
from bot.views.block_kit.blocks import Message
from handlers import payloads
from handlers.listening import RequestContext

log = structlog.get_logger(__name__)

ANYTHING = re.compile(".*")
FAILED = "Warroom couldn't do that just now. Try again in a moment."


class CatchAll:
    """Registered last."""

    def __init__(self, doorway: RequestContext) -> None:
        self._doorway = doorway

    def register(self, app: AsyncApp) -> None:
        app.event(ANYTHING)(self.ignore)
        app.action(ANYTHING)(self.ignore)
        app.view(ANYTHING)(self.ignore)
        app.view_closed(ANYTHING)(self.ignore)
        app.shortcut(ANYTHING)(self.ignore)
        app.options(ANYTHING)(self.no_options)
        app.error(self.failed)

    async def ignore(self, ack: AsyncAck) -> None:
        await ack()

    async def no_options(self, ack: AsyncAck) -> None:
        await ack(options=[])

    async def failed(self, error: Exception, request: AsyncBoltRequest) -> BoltResponse:
        """A request that failed before it was answered: people read it, Slack repeats events."""
        if isinstance(error, Replayed):
            log.info("replayed")
            return BoltResponse(status=200, body="")
        message = FAILED
        if isinstance(error, Unavailable):
            message = error.message
            log.warning("database_unavailable", reason=message)
        else:
            log.error("request_failed", exc_info=error)
        return self._answer(request.body, message)

    def _answer(self, body: dict[str, Any], message: str) -> BoltResponse:
        """Return the answer that Slack shows where the person looks, the form kept as it is."""
        if "command" in body:
            return BoltResponse(status=200, body=message)
        match body.get("type"):
            case "view_submission" if field := payloads.first_input(body["view"]):
                errors = {"response_action": "errors", "errors": {field: message}}
                return BoltResponse(status=200, body=errors)
            case "block_suggestion":
                return BoltResponse(status=200, body={"options": []})
            case "block_actions" | "message_action" | "shortcut":
                self._doorway.later(payloads.actor(body), lambda: _just(replies.plain(message)))
                return BoltResponse(status=200, body="")
        return BoltResponse(status=500, body="")


async def _just(message: Message) -> Message:
    return message
