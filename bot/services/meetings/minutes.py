"""Minutes: replies to an open call that become notes, and what a call's message is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.errors import NotFound
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import Entry
from bot.domain.meetings.cadence import Meeting, MeetingId
from bot.domain.meetings.effects import RecordMinute
from bot.domain.meetings.policy import CadencePolicy
from bot.domain.people import SlackUserId, user_id
from bot.domain.plan.item import Content, Item, ItemSource, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.plan import NOT_STORED
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.domain.text.notation import people_in, readable
from bot.domain.time.clock import Clock
from bot.services.escalation import cadence_record
from bot.services.plan import record
from bot.services.plan.reactions import EMPTY
from bot.services.rooms.rooms import read_war_room
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.meetings import meetings
from storage.people import people
from storage.plan import items
from storage.queue import inbox, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView:
    """Everything the message about a call is drawn from, read at one instant.

    Attributes:
        setting: The rhythm's policy; None when the policy no longer has it.
        next_at: When the next one of its kind is; None when none is planned.
        entries: What was recorded since the last one, the oldest first.
        minutes: The replies that stand, in the order in which they were said.
        names: Slack id to name of everybody it may name; nobody in it is pinged but the
            escalation manager.
        unknown: Those whose names we have to ask for.
    """

    call: Meeting
    war_room: WarRoom
    setting: CadencePolicy | None
    next_at: datetime | None
    entries: tuple[Entry, ...]
    minutes: tuple[Item, ...]
    names: Mapping[str, str]
    unknown: tuple[SlackUserId, ...]


class Minutes:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def replied(
        self, event_id: str, channel: ChannelId, ts: MessageTs, thread_ts: MessageTs
    ) -> None:
        """Have a reply noted that was said while the call of its thread was open."""
        async with self._database.reading() as tx:
            call = await meetings.call_at(tx, channel, thread_ts)
        if call is None or not call.kind.is_meeting or not _was_open(call, ts):
            return
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if await inbox.is_new(tx, f"minute:{event_id}", at=now):
                note = RecordMinute(
                    escalation_id=call.escalation_id, call_id=call.id, channel=channel, ts=ts
                )
                await outbox.enqueue(tx, note, at=now)

    async def note(self, wanted: RecordMinute, source: ItemSource) -> None:
        """Record a reply, once; a message that was logged as a note already stays that one."""
        async with self._database.transaction() as tx:
            await escalations.hold(tx, wanted.escalation_id)
            known = await items.of_message(tx, wanted.channel, wanted.ts)
            if any(item.kind is ItemKind.NOTE for item in known):
                return
            now, author = self._clock.now(), SlackUserId(source.author)
            names = await people.names(tx, people_in(source.text))
            item = Item(
                id=NOT_STORED,
                escalation_id=wanted.escalation_id,
                kind=ItemKind.NOTE,
                number=0,
                state=ItemState.OPEN,
                content=Content(text=readable(source.text, names) or EMPTY),
                recorded_by=author,
                recorded_at=now,
                said_at=source.said_at,
                source=source,
            )
            added = await record.add(tx, item, at=now, is_minute=True)
            await cadence_record.draw_again(tx, added, at=now)

    async def picture(self, call_id: MeetingId) -> MeetingView:
        """Return what a call's message is drawn from; raises NotFound when there is none."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            call = await meetings.find_call(tx, call_id)
            if call is None:
                raise NotFound("Call not found.")
            war_room = await read_war_room(tx, call.escalation_id, at=now)
            rhythm = (await meetings.of(tx, call.escalation_id))[call.kind]
            entries = await timeline.between(tx, call.escalation_id, call.since, call.until)
            said = await self._said(tx, call)
            wanted = _people(call, war_room, entries, said)
            names = await people.names(tx, wanted)
        return MeetingView(
            call=call,
            war_room=war_room,
            setting=self._policy.rhythm(war_room.escalation.severity, call.kind),
            next_at=rhythm.next_at,
            entries=tuple(entries),
            minutes=tuple(said),
            names=names,
            unknown=tuple(SlackUserId(user) for user in wanted if user not in names),
        )

    async def drawn(
        self, call_id: MeetingId, channel: ChannelId, ts: MessageTs, digest: str
    ) -> None:
        """Write down where our message about a call stands and what it shows."""
        async with self._database.transaction() as tx:
            await meetings.drawn(tx, call_id, channel, ts, digest)

    async def _said(self, tx: Transaction, call: Meeting) -> list[Item]:
        if call.channel_id is None or call.ts is None:
            return []
        found = await items.said_in_thread(tx, call.channel_id, call.ts, ItemKind.NOTE)
        return [item for item in found if item.stands and not _is_gone(item)]


def _was_open(call: Meeting, ts: MessageTs) -> bool:
    """Say whether a reply was said before the call ended; Slack may tell of it later."""
    said_at = datetime.fromtimestamp(float(ts), UTC)
    return call.is_open or (call.ended_at is not None and said_at <= call.ended_at)


def _is_gone(item: Item) -> bool:
    return item.source is not None and item.source.is_gone


def _people(call: Meeting, war_room: WarRoom, entries: list[Entry], said: list[Item]) -> list[str]:
    """Return whom the message may name."""
    found: list[str | None] = [war_room.escalation.owner, call.called_by, call.ended_by]
    found += [a.user_id for a in war_room.assignments]
    found += [item.content.owner for item in war_room.plan.items if item.stands]
    found += [item.source.author for item in said if item.source]
    found += [entry.actor for entry in entries]
    found += [user for entry in entries for user in entry.people]
    return list(dict.fromkeys(user for user in map(user_id, found) if user is not None))
