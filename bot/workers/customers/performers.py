"""Who performs the effects of customers."""

from bot.container import Container
from bot.domain.customers.effects import RecordCustomerReply
from bot.workers.customers.replies import CustomerReplyDetector
from bot.workers.delivery import Performers


def performers(parts: Container) -> Performers:
    replies = CustomerReplyDetector(
        parts.services.customer_replies, parts.lookup, parts.slack.gateway
    )
    return {RecordCustomerReply: replies.hear}
