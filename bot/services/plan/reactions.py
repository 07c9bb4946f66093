"""Marks: reactions that mean something, and the record that follows what stands in the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId, user_id
from bot.domain.plan.effects import ReconcileMessage
from bot.domain.plan.item import Content, Item, ItemSource, ItemState, is_learnt
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.plan import NOT_STORED
from bot.domain.policy.policy import ReactionKind
from bot.domain.text.notation import people_in, readable
from bot.domain.time import due
from bot.domain.time.clock import Clock
from bot.services import said_times
from bot.services.plan import record
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.people import people
from storage.plan import items
from storage.queue import inbox, outbox
from storage.rooms import rooms

EMPTY = "(a message without words: a file or an image)"
REACTION_ITEMS: Mapping[ReactionKind, ItemKind] = {
    kind: ItemKind(kind.value) for kind in ReactionKind if kind is not ReactionKind.DONE
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSnapshot:
    """What stands in the channel.

    Attributes:
        source: The message as it reads now; None when it is gone.
        marks: Full members whose mark stands, by what it means, the first one first.
    """

    source: ItemSource | None
    marks: Mapping[ReactionKind, Sequence[SlackUserId]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessage:
    """A message as it was read: in plain words, and whom and when it names."""

    source: ItemSource
    text: str
    asked: due.TypedTask

    def content(self, kind: ItemKind, by: SlackUserId) -> Content:
        """Return the message's words, and the owner and due time that stand in them."""
        content = Content(text=self.text or EMPTY)
        if kind.spec.is_owner_author:
            return replace(content, owner=user_id(self.source.author) or by)
        if not kind.spec.is_read_for_task:
            return content
        return replace(content, owner=self.asked.owner, due_at=due.instant(self.asked.due))


class Reactions:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def marked(self, event_id: str, channel: ChannelId, ts: MessageTs) -> None:
        """Have a message looked at, because somebody marked it or took a mark back.

        What is recorded is what stands in the channel then, whatever was missed, came twice or
        came late.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            room = await rooms.in_channel(tx, channel)
            if room is None or not await inbox.is_new(tx, f"look:{event_id}", at=now):
                return
            look = ReconcileMessage(escalation_id=room.escalation_id, channel=channel, ts=ts)
            await outbox.enqueue(tx, look, at=now)

    async def touched(self, event_id: str, channel: ChannelId, ts: MessageTs) -> None:
        """Have a message looked at that was edited or deleted, if the record knows it."""
        async with self._database.reading() as tx:
            known = await items.of_message(tx, channel, ts)
        if known:
            await self.marked(event_id, channel, ts)

    async def follow(self, look: ReconcileMessage, seen: MessageSnapshot) -> None:
        """Make the record what the channel says; the same look again changes nothing.

        Raises:
            Conflict: Somebody changed the same item at the same moment; look again.
        """
        said = await self._read(seen.source) if seen.source is not None else None
        async with self._database.transaction() as tx:
            await escalations.hold(tx, look.escalation_id)
            known = await items.of_message(tx, look.channel, look.ts)
            own = [item for item in known if _is_source(item, look)]
            if said is not None and len(own) == len(known):
                await self._log_new(tx, look, said, seen.marks, own)
            for item in await items.of_message(tx, look.channel, look.ts):
                await self._follow(tx, item, look, seen)

    async def _log_new(
        self,
        tx: Transaction,
        look: ReconcileMessage,
        said: "ReadMessage",
        marks: Mapping[ReactionKind, Sequence[SlackUserId]],
        own: Sequence[Item],
    ) -> None:
        there = {item.kind for item in own}
        for meaning, kind in REACTION_ITEMS.items():
            users = marks.get(meaning)
            if users and kind not in there:
                item = self._logged(look, kind, said, users[0])
                await record.add(tx, item, at=self._clock.now())

    def _logged(
        self, look: ReconcileMessage, kind: ItemKind, said: "ReadMessage", by: SlackUserId
    ) -> Item:
        now, source = self._clock.now(), said.source
        return Item(
            id=NOT_STORED,
            escalation_id=look.escalation_id,
            kind=kind,
            number=0,
            state=ItemState.OPEN,
            content=said.content(kind, by),
            recorded_by=by,
            recorded_at=now,
            said_at=source.said_at,
            source=source,
            is_marked=True,
        )

    async def _read(self, source: ItemSource) -> "ReadMessage":
        """Read a message, before anything is written: it may be long."""
        async with self._database.reading() as tx:
            names = await people.names(tx, people_in(source.text))
            author = await people.last_known(tx, source.author)
        asked = said_times.asked(source, author)
        async with self._database.reading() as tx:
            # Who is no member, or unknown, is named in the text and gets no task by it.
            is_colleague = asked.owner is not None and await people.is_member(tx, asked.owner)
        asked = replace(asked, owner=asked.owner if is_colleague else None)
        return ReadMessage(source=source, text=readable(source.text, names), asked=asked)

    async def _follow(
        self, tx: Transaction, item: Item, look: ReconcileMessage, seen: MessageSnapshot
    ) -> None:
        now, after = self._clock.now(), item
        if _is_source(item, look) and item.source is not None:
            text = seen.source.text if seen.source is not None else None
            meanings = [meaning for meaning, kind in REACTION_ITEMS.items() if kind is item.kind]
            stands = any(seen.marks.get(meaning) for meaning in meanings)
            after = item.followed(item.source.seen_as(text), stands=stands)
        done_by: SlackUserId | None = None
        if seen.source is not None:
            done_by = next(iter(seen.marks.get(ReactionKind.DONE, ())), None)
            after = after.ticked(look.ts, done_by, now)
        if item.ticked_on == look.ts and after.ticked_on is None:
            # It may be ticked on its other message as well.
            await self._look_elsewhere(tx, item, look)
        if is_learnt(item, after):
            await record.learn_message(tx, after, at=now)
            return
        is_ticked = after.ended_by is not None and item.ended_by is None
        await record.save(tx, item, after, by=done_by if is_ticked else None, at=now)

    async def _look_elsewhere(self, tx: Transaction, item: Item, look: ReconcileMessage) -> None:
        other = _other_message(item, look.ts)
        if other is not None:
            await outbox.enqueue(tx, replace(look, ts=other), at=self._clock.now())


def _other_message(item: Item, ts: MessageTs) -> MessageTs | None:
    own = item.source.ts if item.source is not None else None
    return next((other for other in (own, item.told_ts) if other not in {None, ts}), None)


def _is_source(item: Item, look: ReconcileMessage) -> bool:
    source = item.source
    return source is not None and (source.channel_id, source.ts) == (look.channel, look.ts)
