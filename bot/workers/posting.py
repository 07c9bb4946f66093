"""Posting a message exactly once, whatever happened to earlier attempts."""

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.slack.gateway import Gateway, Posted
from bot.views.block_kit.blocks import Message
from bot.workers.delivery import Attempt


async def post_once(
    gateway: Gateway,
    channel: ChannelId,
    message: Message,
    attempt: Attempt,
    *,
    thread_ts: MessageTs | None = None,
) -> Posted:
    """Post to a channel or a thread of it, unless an earlier attempt turns out to have done so.

    The message is known by the block_id of its first block.
    """
    if attempt.in_doubt:
        marker = message.blocks[0]["block_id"]
        found = await gateway.find_message(
            channel, marker, since=attempt.asked_at, thread_ts=thread_ts
        )
        if found is not None:
            return Posted(channel=channel, ts=found)
    return await gateway.post(channel, message, thread_ts=thread_ts)


async def tell_once(
    gateway: Gateway, user: SlackUserId, message: Message, attempt: Attempt
) -> Posted:
    """Send a person a direct message, unless an earlier attempt turns out to have done so."""
    if not attempt.in_doubt:
        return await gateway.post(user, message)
    return await post_once(gateway, await gateway.open_dm(user), message, attempt)
