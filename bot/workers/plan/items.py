"""Items in Slack: look at a marked message, tell what was recorded, keep that true."""

from collections.abc import Mapping, Sequence

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import ChannelId, MessageTs, Room, RoomState
from bot.domain.people import SlackUserId, user_id
from bot.domain.plan.effects import NotifyItemOwner, PostItem, ReconcileMessage
from bot.domain.plan.item import Item, ItemSource
from bot.domain.policy.policy import Policy, ReactionKind
from bot.domain.publishing.recipients import Posted, room_recipient
from bot.domain.reading.war_room import WarRoom
from bot.domain.text.notation import people_in
from bot.services.people.lookup import PersonLookup
from bot.services.people.preferences import Preferences
from bot.services.plan.items import Items
from bot.services.plan.reactions import MessageSnapshot, Reactions
from bot.services.rooms.rooms import Rooms
from bot.slack.gateway import Gateway, SeenMessage
from bot.views import notices
from bot.views.plan import items as items_view
from bot.workers.delivery import Attempt
from bot.workers.publishing.content import news
from bot.workers.publishing.publisher import EditResult, Publisher

MOST_LOOKED_UP = 20  # people of one message whom Slack is asked about


class MessageReconciler:
    """Performs ReconcileMessage."""

    def __init__(
        self,
        marks: Reactions,
        lookup: PersonLookup,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._marks = marks
        self._lookup = lookup
        self._gateway = gateway
        self._reactions = policy.reactions

    async def perform(self, effect: ReconcileMessage, _attempt: Attempt) -> None:
        """Record what stands in the channel, not what was told of it."""
        bind_contextvars(room=effect.channel)
        found = await self._gateway.message(effect.channel, effect.ts)
        seen = MessageSnapshot(source=None)
        if found is not None:
            source = await self.source(effect.channel, effect.ts, found)
            seen = MessageSnapshot(source=source, marks=await self._members(found))
        await self._marks.follow(effect, seen)

    async def source(self, channel: ChannelId, ts: MessageTs, found: SeenMessage) -> ItemSource:
        """Return a message as an item's source, and learn whom it names."""
        # Their names are needed to read it, and the author's zone to read its times.
        named = [user_id(found.author), *people_in(found.text)[:MOST_LOOKED_UP]]
        for user in dict.fromkeys(named):
            if user is not None:
                await self._lookup.find(user)
        return ItemSource(
            channel_id=channel,
            ts=ts,
            thread_ts=found.thread_ts,
            author=found.author,
            text=found.text,
            permalink=await self._gateway.permalink(channel, ts, thread_ts=found.thread_ts),
        )

    async def _members(self, found: SeenMessage) -> Mapping[ReactionKind, Sequence[SlackUserId]]:
        """Return the full members whose mark stands; nobody else's means anything."""
        marks: dict[ReactionKind, list[SlackUserId]] = {}
        for name, users in found.reactions.items():
            meaning = self._reactions.get(name)
            if meaning is not None:
                members = [user for user in users if await self._lookup.is_member(user)]
                marks.setdefault(meaning, []).extend(members)
        return marks


class ItemPublisher:
    """Performs PostItem and NotifyItemOwner."""

    def __init__(
        self, items: Items, rooms: Rooms, preferences: Preferences, publisher: Publisher
    ) -> None:
        self._items = items
        self._rooms = rooms
        self._preferences = preferences
        self._publisher = publisher

    async def tell(self, effect: PostItem, attempt: Attempt) -> None:
        """Draw our message about an item: posted once, edited in place from then on."""
        item, war_room = await self._known(effect)
        to = room_recipient(war_room.room)
        if item is None or war_room.room.state is not RoomState.OPEN or to is None:
            return
        uncalled = await self._preferences.uncalled(item.content.owner, item.ended_by)
        message = items_view.told(item, uncalled, await self._items.said_time(item))
        if message.digest() == item.told_digest:
            return
        content, thread = news(message, effect.escalation_id), _thread(item, war_room.room)
        at = _stands(item)
        if at is not None and at.channel != to.channel:
            # The manager was told instead; the room is told once it may read that.
            if await self._publisher.why_not(content, to) is not None:
                return
            at = None
        # Where somebody deleted it, it is enough.
        if at is None or await self._publisher.update(content, to, at) is EditResult.CLOSED:
            at = await self._publisher.post(content, to, attempt, thread_ts=thread)
        await self._items.told(item.id, at.channel, at.ts, message.digest())

    async def tell_owner(self, effect: NotifyItemOwner, attempt: Attempt) -> None:
        """Say once, beside our message, whose it is now; who is muted is not called by it."""
        item, war_room = await self._known(effect)
        if item is None or item.content.owner != effect.user or not item.stands:
            return
        to = room_recipient(war_room.room)
        if item.told_channel is None or war_room.room.state is not RoomState.OPEN or to is None:
            return
        marker = notices.marker(attempt.effect_id)
        uncalled = await self._preferences.uncalled(effect.user)
        message = items_view.yours(item, effect.user, marker, uncalled)
        told_ts = item.told_ts if item.told_channel == to.channel else None
        thread = item.source.thread if item.source and not item.source.is_gone else told_ts
        content = news(message, effect.escalation_id)
        await self._publisher.post(content, to, attempt, thread_ts=thread)

    async def _known(self, effect: PostItem | NotifyItemOwner) -> tuple[Item | None, WarRoom]:
        item = await self._items.to_tell(effect.item_id)
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        return item, war_room


def _stands(item: Item) -> Posted | None:
    """Return where our message about it stands; None before it was posted."""
    if item.told_channel is None or item.told_ts is None:
        return None
    return Posted(channel=item.told_channel, ts=item.told_ts)


def _thread(item: Item, room: Room) -> MessageTs | None:
    """Return where it belongs: beside its message, or beside the plan that brought it."""
    if item.source is not None and not item.source.is_gone:
        return item.source.thread
    return room.plan_ts if item.key is not None else None
