"""What people read in Slack: messages, pins, and what stands at the head of a channel.

Only the publisher and private answers write through this; who may read it was asked before.
"""

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.publishing.recipients import Posted
from bot.slack.caller import Caller
from bot.slack.failures import PermanentError
from bot.views.block_kit.blocks import MAX_TOPIC, Message
from bot.views.block_kit.text import cut


class Messages:
    """Writes messages. Every method may raise a SlackFailure, and raises nothing else."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def post(
        self, channel: str, message: Message, *, thread_ts: MessageTs | None = None
    ) -> Posted:
        """Post to a channel, a thread of it, or to a person by their id."""
        thread = {} if thread_ts is None else {"thread_ts": thread_ts}
        answer = await self._caller.call(
            "chat.postMessage",
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            parse="none",
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
            **thread,
        )
        return Posted(channel=answer["channel"], ts=answer["ts"])

    async def update(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        await self._caller.call(
            "chat.update",
            channel=channel,
            ts=ts,
            text=message.text,
            blocks=message.blocks,
            parse="none",
            link_names=False,
        )

    async def delete(self, channel: ChannelId, ts: MessageTs) -> None:
        """Delete a message of ours."""
        await self._caller.call("chat.delete", channel=channel, ts=ts)

    async def pin(self, channel: ChannelId, ts: MessageTs) -> None:
        """Pin a message; one that is pinned already is fine."""
        try:
            await self._caller.call("pins.add", channel=channel, timestamp=ts)
        except PermanentError as failure:
            if failure.code != "already_pinned":
                raise

    async def unpin(self, channel: ChannelId, ts: MessageTs) -> None:
        """Unpin a message; one that is not pinned, or is gone, is fine."""
        try:
            await self._caller.call("pins.remove", channel=channel, timestamp=ts)
        except PermanentError as failure:
            if failure.code not in {"no_pin", "not_pinned", "message_not_found"}:
                raise

    async def set_topic(self, channel: ChannelId, topic: str) -> None:
        await self._caller.call(
            "conversations.setTopic", channel=channel, topic=cut(topic, MAX_TOPIC)
        )

    async def set_purpose(self, channel: ChannelId, purpose: str) -> None:
        await self._caller.call(
            "conversations.setPurpose", channel=channel, purpose=cut(purpose, MAX_TOPIC)
        )

    async def add_bookmark(self, channel: ChannelId, title: str, url: str) -> None:
        await self._caller.call(
            "bookmarks.add", channel_id=channel, title=title, type="link", link=url
        )

    async def open_dm(self, user: SlackUserId) -> ChannelId:
        answer = await self._caller.call("conversations.open", users=user)
        return ChannelId(answer["channel"]["id"])
