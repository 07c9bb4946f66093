"""Slack as a transport: direct messages, channels and rooms."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.publishing.audience import OneReader, Readers, RoomReaders
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Posted,
    WarRoomRecipient,
)
from bot.services.people.lookup import PersonLookup
from bot.services.rooms.rooms import Rooms
from bot.slack.files import Files
from bot.slack.gateway import Gateway
from bot.slack.messages import Messages
from bot.views.block_kit.blocks import Message
from bot.workers.publishing.channels import ChannelAudiences
from bot.workers.publishing.content import (
    BookmarkContent,
    ChannelHeadContent,
    FilesContent,
    PurposeContent,
    TopicContent,
)

SlackRecipient = PersonRecipient | ChannelRecipient | WarRoomRecipient


class SlackTransport:
    def __init__(  # what writes, and who is asked about readers
        self,
        messages: Messages,
        files: Files,
        gateway: Gateway,
        rooms: Rooms,
        lookup: PersonLookup,
        channels: ChannelAudiences,
    ) -> None:
        self._messages = messages
        self._files = files
        self._gateway = gateway
        self._rooms = rooms
        self._lookup = lookup
        self._channels = channels

    async def readers(self, to: SlackRecipient, private: Sequence[EscalationId]) -> Readers:
        match to:
            case WarRoomRecipient():
                access = await self._rooms.access(to.escalation_id)
                return RoomReaders(
                    state=access.state, is_shared=access.is_shared, is_own=not private
                )
            case ChannelRecipient():
                return (await self._channels.read(to.channel)).readers
            case PersonRecipient():
                inside = [await self._rooms.is_inside(one, to.user) for one in private]
                return OneReader(kind=await self._lookup.kind(to.user), is_inside=all(inside))

    async def post(
        self, to: SlackRecipient, message: Message, *, thread_ts: MessageTs | None = None
    ) -> Posted:
        target = to.user if isinstance(to, PersonRecipient) else to.channel
        return await self._messages.post(target, message, thread_ts=thread_ts)

    async def find(
        self,
        to: SlackRecipient,
        marker: str,
        *,
        since: datetime,
        thread_ts: MessageTs | None = None,
    ) -> Posted | None:
        channel = await self._channel(to)
        ts = await self._gateway.find_message(channel, marker, since=since, thread_ts=thread_ts)
        return None if ts is None else Posted(channel=channel, ts=ts)

    async def update(self, at: Posted, message: Message) -> None:
        await self._messages.update(at.channel, at.ts, message)

    async def delete(self, at: Posted) -> None:
        await self._messages.delete(at.channel, at.ts)

    async def share(self, to: SlackRecipient, files: FilesContent) -> None:
        await self._files.share(await self._channel(to), files.uploads, files.comment)

    async def is_shared(self, to: SlackRecipient, files: FilesContent, *, since: datetime) -> bool:
        return await self._files.is_shared(await self._channel(to), files.marker, since=since)

    async def set_head(self, to: WarRoomRecipient, content: ChannelHeadContent) -> None:
        match content:
            case TopicContent():
                await self._messages.set_topic(to.channel, content.text)
            case PurposeContent():
                await self._messages.set_purpose(to.channel, content.text)
            case BookmarkContent():
                await self._messages.add_bookmark(to.channel, content.title, content.url)

    async def pin(self, at: Posted) -> None:
        await self._messages.pin(at.channel, at.ts)

    async def unpin(self, at: Posted) -> None:
        await self._messages.unpin(at.channel, at.ts)

    async def _channel(self, to: SlackRecipient) -> ChannelId:
        if isinstance(to, PersonRecipient):
            return await self._messages.open_dm(to.user)
        return to.channel
