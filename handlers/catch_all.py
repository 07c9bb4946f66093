"""Whatever nobody listens to is acknowledged: Slack counts anything else as our failure."""

import re

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)

ANYTHING = re.compile(".*")
FAILED = "Warroom could not do that just now. Please try again in a moment."


class CatchAll:
    """Registered last."""

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
        log.error("request_failed", exc_info=error)
        if "command" in request.body:
            return BoltResponse(status=200, body=FAILED)
        return BoltResponse(status=500, body="")
