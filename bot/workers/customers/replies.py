"""Messages in customers' channels: whether somebody from outside wrote them, whom we waited for."""

from structlog.contextvars import bind_contextvars

from bot.domain.customers.effects import RecordCustomerReply
from bot.domain.people import PersonKind
from bot.services.customers.replies import CustomerReplies
from bot.services.people.lookup import PersonLookup
from bot.slack.gateway import Gateway
from bot.workers.delivery import Attempt


class CustomerReplyDetector:
    """Performs RecordCustomerReply."""

    def __init__(self, replies: CustomerReplies, lookup: PersonLookup, gateway: Gateway) -> None:
        self._replies = replies
        self._lookup = lookup
        self._gateway = gateway

    async def hear(self, effect: RecordCustomerReply, _attempt: Attempt) -> None:
        """Take a message of somebody from another organisation for the customer's reply."""
        bind_contextvars(room=effect.channel)
        if await self._lookup.kind(effect.user) is not PersonKind.EXTERNAL:
            return
        link = await self._gateway.permalink(effect.channel, effect.ts, thread_ts=effect.thread_ts)
        await self._replies.heard(effect, link)
