"""What people do to a room's channel: join, leave, rename, archive, delete, make private."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.escalation.room import MessageTs
from bot.domain.escalation.timeline import EntryKind
from bot.services.customers.replies import CustomerReplies
from bot.services.meetings.minutes import Minutes
from bot.services.plan.reactions import Reactions
from bot.services.rooms.reconciliation import Reconciliation
from bot.services.rooms.rooms import Rooms
from bot.slack.gateway import Gateway
from handlers import payloads
from handlers.listening import Ack
from handlers.payloads import Event

FOLLOWED = {
    "channel_archive": EntryKind.ROOM_ARCHIVED,
    "group_archive": EntryKind.ROOM_ARCHIVED,
    "channel_unarchive": EntryKind.ROOM_UNARCHIVED,
    "group_unarchive": EntryKind.ROOM_UNARCHIVED,
    "channel_deleted": EntryKind.ROOM_DELETED,
    "group_deleted": EntryKind.ROOM_DELETED,
}
# What a person writes; Slack gives every other line a subtype of its own.
WRITTEN = frozenset({None, "file_share", "thread_broadcast"})


class RoomListeners:
    def __init__(
        self,
        rooms: Rooms,
        marks: Reactions,
        minutes: Minutes,
        replies: CustomerReplies,
        reconciliation: Reconciliation,
        gateway: Gateway,
    ) -> None:
        self._rooms = rooms
        self._marks = marks
        self._minutes = minutes
        self._replies = replies
        self._reconciliation = reconciliation
        self._gateway = gateway

    def register(self, app: AsyncApp) -> None:
        for name in FOLLOWED:
            app.event(name)(self.followed)
        app.event("channel_rename")(self.renamed)
        app.event("group_rename")(self.renamed)
        app.event("member_joined_channel")(self.joined)
        app.event("member_left_channel")(self.left)
        app.event("channel_shared")(self.shared)
        app.event("channel_unshared")(self.shared)
        app.event("message")(self.message)

    async def followed(self, ack: Ack, body: dict[str, Any]) -> None:
        event = payloads.event(body)
        what = FOLLOWED[event.body["type"]]
        is_ours = event.actor == await self._me()
        by = None if is_ours else event.actor
        await self._rooms.followed(event.id, event.channel, what, by=by, is_ours=is_ours)
        if what is EntryKind.ROOM_UNARCHIVED:
            await self._rooms.channel_is_back(event.channel)
        await ack()

    async def renamed(self, ack: Ack, body: dict[str, Any]) -> None:
        event = payloads.event(body)
        await self._rooms.renamed(event.id, event.channel, payloads.new_name(event))
        await ack()

    async def shared(self, ack: Ack, body: dict[str, Any]) -> None:
        """Look at a channel that another organisation joined or left."""
        await self._reconciliation.ask(payloads.event(body).channel)
        await ack()

    async def joined(self, ack: Ack, body: dict[str, Any]) -> None:
        event = payloads.event(body)
        if event.actor == await self._me():
            what = EntryKind.BOT_RETURNED
            await self._rooms.followed(event.id, event.channel, what, by=event.body.get("inviter"))
            await self._rooms.channel_is_back(event.channel)
        elif event.actor is not None:
            await self._rooms.joined(event.id, event.channel, event.actor, at=event.at)
        await ack()

    async def left(self, ack: Ack, body: dict[str, Any]) -> None:
        event = payloads.event(body)
        if event.actor == await self._me():
            await self._rooms.followed(event.id, event.channel, EntryKind.BOT_REMOVED, by=None)
        elif event.actor is not None:
            await self._rooms.left(event.id, event.channel, event.actor, at=event.at)
        await ack()

    async def message(self, ack: Ack, body: dict[str, Any]) -> None:
        """Notice replies, edits, deletions and rooms made private; all else costs nothing."""
        event = payloads.event(body)
        match event.body.get("subtype"):
            case "message_deleted":
                ts = MessageTs(event.body["deleted_ts"])
                await self._rooms.message_deleted(event.id, event.channel, ts)
                await self._marks.touched(event.id, event.channel, ts)
            case "message_changed":
                # Also how Slack tells that the first message of a thread was deleted.
                message = event.body["message"]
                if message.get("user") != await self._me():  # we know what we edit ourselves
                    ts = MessageTs(message["ts"])
                    await self._marks.touched(event.id, event.channel, ts)
            case "channel_convert_to_private":
                what = EntryKind.ROOM_MADE_PRIVATE
                await self._rooms.followed(event.id, event.channel, what, by=event.actor)
            case written if written in WRITTEN:
                await self._replied(event)
        await ack()

    async def _replied(self, event: Event) -> None:
        """Notice what a person wrote: a reply to an open call, or what a customer was asked."""
        if event.actor is None or "bot_id" in event.body:
            return
        ts, thread = MessageTs(event.body["ts"]), event.body.get("thread_ts")
        thread_ts = MessageTs(thread) if thread and thread != ts else None
        if thread_ts:
            await self._minutes.replied(event.id, event.channel, ts, thread_ts)
        await self._replies.said(event.id, event.actor, event.channel, ts, thread_ts)

    async def _me(self) -> str:
        return (await self._gateway.identity()).user_id
