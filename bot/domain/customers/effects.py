"""Effects on customers: reading their replies."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.escalation import CustomerId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCustomerReply(Effect):
    """Record a message in a customer's channel if it is the reply that was waited for.

    Attributes:
        ts: Of the message, and when it was said; thread_ts: None outside of threads.
    """

    customer_id: CustomerId
    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None
    user: SlackUserId


EFFECTS: tuple[type[Effect], ...] = (RecordCustomerReply,)
