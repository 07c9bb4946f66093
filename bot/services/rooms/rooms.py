"""Rooms: the ledger of their opening, and what people do to their channels in Slack."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.errors import NotFound
from bot.domain.escalation.escalation import Escalation, EscalationId, Visibility
from bot.domain.escalation.payloads import RoomChanged
from bot.domain.escalation.room import (
    RECONCILED_EVERY,
    ChannelId,
    MessageTs,
    Room,
    RoomState,
    StepRecord,
)
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import RESPONDER, Assignment, Person, SlackUserId
from bot.domain.plan.kinds import IN_PLAN
from bot.domain.plan.plan import Plan
from bot.domain.publishing.audience import EscalationAccess
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import NotifyManager, PostSharingWarning, ReconcileRoom, RefreshRoom
from bot.domain.sla.effects import RefreshClocks
from bot.domain.time.clock import Clock
from bot.services.access import visible
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.plan import items
from storage.queue import inbox, outbox
from storage.rooms import members, rooms
from storage.sla import facts as clock_facts

# What a person did to the channel → the states in which it means something, and the state
# of the room from then on. Our own joining while a room is opened is no return, for example.
USABLE = frozenset({RoomState.OPENING, RoomState.OPEN})
MOVES: Mapping[EntryKind, tuple[frozenset[RoomState], RoomState]] = {
    EntryKind.ROOM_ARCHIVED: (USABLE, RoomState.ARCHIVED),
    EntryKind.ROOM_UNARCHIVED: (frozenset({RoomState.ARCHIVED}), RoomState.OPEN),
    EntryKind.ROOM_DELETED: (USABLE | {RoomState.ARCHIVED}, RoomState.UNREACHABLE),
    EntryKind.BOT_REMOVED: (USABLE, RoomState.UNREACHABLE),
    EntryKind.BOT_RETURNED: (frozenset({RoomState.UNREACHABLE}), RoomState.OPEN),
}
SHARING = frozenset({EntryKind.ROOM_SHARED, EntryKind.ROOM_UNSHARED})
DRAW_AGAIN = frozenset(
    {
        EntryKind.ROOM_UNARCHIVED,
        EntryKind.ROOM_UNSHARED,
        EntryKind.BOT_RETURNED,
        EntryKind.ROOM_MADE_PRIVATE,
    }
)


class Rooms:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def war_room(self, escalation_id: EscalationId) -> WarRoom:
        """Return everything about one escalation, read at one instant.

        Raises:
            NotFound: There is no such escalation.
        """
        async with self._database.reading() as tx:
            return await read_war_room(tx, escalation_id, at=self._clock.now())

    async def room(self, escalation_id: EscalationId) -> Room:
        """Return the room of an escalation.

        Raises:
            NotFound: There is no such escalation.
        """
        async with self._database.reading() as tx:
            found = await rooms.find(tx, escalation_id)
        if found is None:
            raise NotFound("There is no such escalation.")
        return found

    async def access(self, escalation_id: EscalationId) -> EscalationAccess:
        """Return what decides who may read about an escalation; one statement.

        Raises:
            NotFound: There is no such escalation.
        """
        async with self._database.reading() as tx:
            found = await rooms.access(tx, escalation_id)
        if found is None:
            raise NotFound("There is no such escalation.")
        return found

    async def is_inside(self, escalation_id: EscalationId, user: SlackUserId) -> bool:
        """Return whether somebody is in an escalation's room, or is to be in it."""
        async with self._database.reading() as tx:
            return await escalations.is_inside(tx, escalation_id, user)

    async def ask_who_is_in(self, escalation_id: EscalationId, person: Person) -> bool:
        """Have the room compared with Slack when somebody acts in it who may not know of it.

        Returns whether that was so: nobody acts in a private room who is not in it.
        """
        async with self._database.transaction() as tx:
            with contextlib.suppress(NotFound):
                await visible(tx, escalation_id, to=person)
                return False
            await outbox.enqueue(
                tx, ReconcileRoom(escalation_id=escalation_id), at=self._clock.now()
            )
        return True

    async def in_channel(self, channel_id: ChannelId) -> Room | None:
        """Return the room that this channel is, or None when it is none of ours."""
        async with self._database.reading() as tx:
            return await rooms.in_channel(tx, channel_id)

    async def record(
        self,
        escalation_id: EscalationId,
        *records: StepRecord,
        invited: Mapping[SlackUserId, datetime] | None = None,
        **facts: Any,
    ) -> None:
        """Write down how steps ended together with what they brought about.

        `invited` says who was let in, and when that was asked for.
        """
        async with self._database.transaction() as tx:
            for user, at in (invited or {}).items():
                await self._moved(tx, escalation_id, user, is_member=True, at=at)
            if facts:
                await rooms.change(tx, escalation_id, **facts)
            await rooms.record_steps(tx, escalation_id, records)

    async def opened(self, escalation_id: EscalationId) -> None:
        """Record that the room can be worked in; again changes nothing."""
        async with self._database.transaction() as tx:
            now = self._clock.now()
            due_at = now + RECONCILED_EVERY
            name = await rooms.opened(tx, escalation_id, at=now, reconcile_due_at=due_at)
            if name is not None:
                opened = RoomChanged(name=name)
                await self._note(tx, escalation_id, EntryKind.ROOM_OPENED, opened)

    async def refresh(self, escalation_id: EscalationId) -> None:
        """Have the pictures drawn again; what changed while the room was opened shows then."""
        async with self._database.transaction() as tx:
            refresh = RefreshRoom(escalation_id=escalation_id)
            await outbox.enqueue(tx, refresh, at=self._clock.now())

    async def failed(self, escalation_id: EscalationId, reason: str) -> None:
        """Record why the room cannot be opened; the requester may have it tried again."""
        async with self._database.transaction() as tx:
            await rooms.change(tx, escalation_id, state=RoomState.FAILED, failure=reason)
            await self._note(tx, escalation_id, EntryKind.ROOM_FAILED, RoomChanged(problem=reason))

    async def invited(
        self, escalation_id: EscalationId, users: Iterable[SlackUserId], *, at: datetime
    ) -> None:
        """Record that Slack let people in when we asked for it, at that instant or later."""
        async with self._database.transaction() as tx:
            for user in users:
                await self._moved(tx, escalation_id, user, is_member=True, at=at)

    async def joined(
        self, event_id: str, channel_id: ChannelId, user: SlackUserId, *, at: datetime
    ) -> None:
        """Follow somebody into the room, so that they may see it wherever it is listed."""
        async with self._database.transaction() as tx:
            room = await self._room_of(tx, event_id, channel_id)
            if room is None:
                return
            await self._moved(tx, room.escalation_id, user, is_member=True, at=at)
            held = await escalations.assignments(tx, room.escalation_id)
            if user in {a.user_id for a in held}:
                return
            joined = Assignment(
                role=RESPONDER, user_id=user, assigned_by=user, assigned_at=self._clock.now()
            )
            await escalations.assign(tx, room.escalation_id, [joined])

    async def left(
        self, event_id: str, channel_id: ChannelId, user: SlackUserId, *, at: datetime
    ) -> None:
        """Follow somebody out of the room.

        Roles they were given stay theirs until somebody else takes them over; what is private
        they read no more, whatever role they hold.
        """
        async with self._database.transaction() as tx:
            room = await self._room_of(tx, event_id, channel_id)
            if room is not None:
                await self._moved(tx, room.escalation_id, user, is_member=False, at=at)
                await escalations.withdraw(
                    tx, room.escalation_id, user, role=RESPONDER, ended_at=self._clock.now()
                )

    async def renamed(self, event_id: str, channel_id: ChannelId, name: str) -> None:
        async with self._database.transaction() as tx:
            room = await self._room_of(tx, event_id, channel_id)
            # Slack may tell of the name we gave it ourselves.
            if room is None or room.name == name:
                return
            await rooms.change(tx, room.escalation_id, name=name)
            await self._follow(tx, room, EntryKind.ROOM_RENAMED, by=None, name=name)

    async def followed(
        self,
        event_id: str,
        channel_id: ChannelId,
        what: EntryKind,
        *,
        by: SlackUserId | None,
        is_ours: bool = False,
    ) -> None:
        """Follow what somebody did to the channel, and tell the escalation manager.

        What Warroom did itself (`is_ours`) is recorded, and nobody is alarmed.
        """
        async with self._database.transaction() as tx:
            room = await self._room_of(tx, event_id, channel_id)
            if room is None or (what in MOVES and room.state not in MOVES[what][0]):
                return
            if what is EntryKind.ROOM_MADE_PRIVATE:
                await _make_private(tx, room)
            elif what in SHARING:
                await self._share(tx, room, is_shared=what is EntryKind.ROOM_SHARED)
            else:
                await rooms.change(tx, room.escalation_id, state=MOVES[what][1])
            await self._follow(tx, room, what, by=by, is_ours=is_ours)

    async def channel_is_back(self, channel_id: ChannelId) -> None:
        """Have announcements drawn again that could not be edited while the channel was away."""
        async with self._database.transaction() as tx:
            for escalation_id in await rooms.announced_wrongly(tx, channel_id):
                refresh = RefreshRoom(escalation_id=escalation_id)
                await outbox.enqueue(tx, refresh, at=self._clock.now())

    async def message_deleted(self, event_id: str, channel_id: ChannelId, ts: MessageTs) -> None:
        """Have card, plan or clocks message drawn again when it was deleted."""
        async with self._database.transaction() as tx:
            room = await self._room_of(tx, event_id, channel_id)
            if room is None or ts not in {room.plan_ts, room.card_ts, room.clocks_ts}:
                return
            if ts == room.clocks_ts:
                await rooms.change(tx, room.escalation_id, clocks_digest="")
                refresh = RefreshClocks(escalation_id=room.escalation_id)
                await outbox.enqueue(tx, refresh, at=self._clock.now())
                return
            # A changed digest is what makes the refresh look at the message again.
            await rooms.change(tx, room.escalation_id, plan_digest="", card_digest="")
            await outbox.enqueue(
                tx, RefreshRoom(escalation_id=room.escalation_id), at=self._clock.now()
            )

    async def shown(self, escalation_id: EscalationId, *, to: Person) -> WarRoom:
        """Return everything about one escalation to somebody who may know of it.

        Raises:
            NotFound: There is none, or none that this person may know of.
        """
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            return await read_war_room(tx, escalation_id, at=self._clock.now())

    async def _moved(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        user: SlackUserId,
        *,
        is_member: bool,
        at: datetime,
    ) -> None:
        await members.record(
            tx,
            escalation_id,
            [user],
            is_member=is_member,
            changed_at=at,
            recorded_at=self._clock.now(),
        )

    async def _share(self, tx: Transaction, room: Room, *, is_shared: bool) -> None:
        await rooms.change(tx, room.escalation_id, is_shared=is_shared)
        warning = PostSharingWarning(escalation_id=room.escalation_id, is_shared=is_shared)
        await outbox.enqueue(tx, warning, at=self._clock.now())

    async def _room_of(self, tx: Transaction, event_id: str, channel_id: ChannelId) -> Room | None:
        """Return the room an event is about; None when it is not ours or was seen before."""
        room = await rooms.in_channel(tx, channel_id)
        if room is None:
            return None
        is_new = await inbox.is_new(tx, f"event:{event_id}", at=self._clock.now())
        return room if is_new else None

    async def _follow(
        self,
        tx: Transaction,
        room: Room,
        what: EntryKind,
        *,
        by: SlackUserId | None,
        name: str = "",
        is_ours: bool = False,
    ) -> None:
        now = self._clock.now()
        await self._note(tx, room.escalation_id, what, RoomChanged(name=name), by=by)
        if not is_ours:
            tell = NotifyManager(escalation_id=room.escalation_id, what=what, by=by, name=name)
            await outbox.enqueue(tx, tell, at=now)
        if what in DRAW_AGAIN:
            await outbox.enqueue(tx, RefreshRoom(escalation_id=room.escalation_id), at=now)

    async def _note(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        kind: EntryKind,
        payload: RoomChanged,
        *,
        by: SlackUserId | None = None,
    ) -> None:
        now: datetime = self._clock.now()
        entry = Entry(escalation_id=escalation_id, kind=kind, at=now, actor=by, payload=payload)
        await timeline.add(tx, entry)


async def read_war_room(tx: Transaction, escalation_id: EscalationId, *, at: datetime) -> WarRoom:
    """Return everything about one escalation inside a transaction; raises NotFound."""
    escalation = await escalations.find(tx, escalation_id)
    room = await rooms.find(tx, escalation_id)
    if escalation is None or room is None:
        raise NotFound("Escalation not found.")
    return WarRoom(
        escalation=escalation,
        customer=await customers.get(tx, escalation.customer_id),
        room=room,
        plan=Plan(items=tuple(await items.of(tx, escalation_id, IN_PLAN))),
        read_at=at,
        assignments=await escalations.assignments(tx, escalation_id),
        broken=await clock_facts.broken(tx, escalation_id),
    )


async def _make_private(tx: Transaction, room: Room) -> None:
    # Held: whoever changes it at this moment comes after us, and finds it private.
    escalation: Escalation | None = await escalations.held(tx, room.escalation_id)
    if escalation is not None and not escalation.is_private:
        await escalations.save(tx, replace(escalation, visibility=Visibility.PRIVATE))
    await rooms.change(tx, room.escalation_id, is_private=True)
