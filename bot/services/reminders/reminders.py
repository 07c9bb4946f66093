"""Reminders: find what falls due, hand it over to be said, write down that it was said."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import Person, SlackUserId
from bot.domain.plan.item import Item, ItemId
from bot.domain.policy.policy import Policy
from bot.domain.reminders.effects import SendReminders
from bot.domain.reminders.message import MOST_LINES, Batch, DirectMessage, Line, UpcomingReminder
from bot.domain.reminders.occasions import occasions
from bot.domain.reminders.reminder import (
    LATE,
    LONGEST_WAIT,
    OF_ITEMS,
    Key,
    Reminder,
    ReminderCause,
    ReminderFacts,
    ReminderKind,
    ReminderState,
    due_reminders,
    next_reminder_at,
    same,
)
from bot.domain.time.clock import Clock
from bot.services.sla import reminders as clock_reminders
from storage.database.database import Database, Transaction
from storage.plan import items
from storage.queue import outbox
from storage.reminders import direct_messages, reminders
from storage.reminders import facts as reminder_facts

AT_A_TIME = 100  # escalations looked at in one transaction
GATHERING = timedelta(seconds=1)  # while more may be due, messages wait for the rest
MOST_LISTED = 200  # escalations of one person that are looked through


class Reminders:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy.reminders
        self._ladder = policy.ladder
        self._calendars = policy.customer_calendar

    async def sweep(self) -> int:
        """Have everything said that falls due by now; return how much that is.

        Any number of replicas may do so at once: each reminder is said once. What fell due while
        nobody swept is said once as well.
        """
        count = 0
        while True:
            now = self._clock.now()
            async with self._database.reading() as tx:
                if not await reminders.is_anything_due(tx, now=now):
                    return count
            async with self._database.transaction() as tx:
                count_of, found = await self._ring(tx, now)
                count += found
            if count_of < AT_A_TIME:
                return count

    async def take(self, user: SlackUserId, room: EscalationId | None) -> Batch | None:
        """Return what is to be said to somebody now; None when nothing is left of it.

        What was done, snoozed or stopped since it fell due is left out. What an earlier attempt
        may have sent is returned again, in doubt and under the same name.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            waiting = [r for r in await reminders.in_hand(tx, user, room) if r.due_at <= now]
            sending = [r for r in waiting if r.state is ReminderState.SENDING]
            chosen = sending or _at_once(waiting)
            lines = await self._lines(tx, chosen, now)
            gone = [line.reminder for line in lines if not line.is_open]
            await reminders.mark(tx, gone, state=ReminderState.TOLD.value)
            left = [line for line in lines if line.is_open]
            kept = [line.reminder for line in left]
            if left:
                name = sending[0].batch if sending else await self._place(tx, kept, room, now)
                await reminders.mark(tx, kept, state=ReminderState.SENDING.value, batch=name)
                return await self._batch(tx, name, now, in_doubt=bool(sending))
        return await self.take(user, room) if len(waiting) > len(chosen) else None

    async def told(self, batch: Batch, channel: ChannelId | None, ts: MessageTs | None) -> None:
        """Write down that it was said, and where; None when it could be said nowhere."""
        async with self._database.transaction() as tx:
            await reminders.told(tx, batch.name, channel, ts)
            await direct_messages.stands(tx, batch.name, channel, ts)

    async def into_rooms(self, user: SlackUserId) -> None:
        """Have said in the rooms what cannot be said to somebody directly."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            waiting = await reminders.in_hand(tx, user, None)
            due = ReminderState.DUE.value
            await reminders.mark(tx, waiting, state=due, in_room=True, batch="")
            for escalation_id in dict.fromkeys(r.escalation_id for r in waiting):
                await outbox.enqueue(tx, SendReminders(user=user, room=escalation_id), at=now)

    async def said(self, name: str) -> Batch | None:
        """Return a message of reminders as it stands now; None when nothing of it is left."""
        async with self._database.reading() as tx:
            if not await reminders.of_batch(tx, name):
                return None
            return await self._batch(tx, name, self._clock.now(), in_doubt=False)

    async def upcoming(self, person: Person) -> list[UpcomingReminder]:
        """Return what somebody will be reminded of as things stand, the soonest first."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            ids = await reminders.parts(tx, person.id, most=MOST_LISTED)
            facts = await reminder_facts.read(tx, ids, now=now, calendars=self._calendars)
            known = await reminders.known(tx, ids)
        found = [
            one
            for number, of in facts.items()
            for occasion in occasions(of, self._policy)
            if occasion.person == person.id
            and (one := self._next(occasion, of, known[number], now)) is not None
        ]
        return sorted(found, key=lambda one: one.at)

    def _next(
        self,
        occasion: ReminderCause,
        facts: ReminderFacts,
        known: dict[Key, Reminder],
        now: datetime,
    ) -> UpcomingReminder | None:
        at = next_reminder_at(occasion, known.get(occasion.key), facts, self._policy, now=now)
        if at is None:
            return None
        return UpcomingReminder(
            at=at, occasion=occasion, escalation=facts.escalation, room=facts.room
        )

    async def _ring(self, tx: Transaction, now: datetime) -> tuple[int, int]:
        """Look at some escalations; return how many, and how much falls to be said."""
        ids = await reminders.take_due(tx, now=now, most=AT_A_TIME)
        facts = await reminder_facts.read(tx, ids, now=now, calendars=self._calendars)
        known = await reminders.known(tx, ids)
        due: list[Reminder] = []
        clocks: list[Reminder] = []
        again: dict[EscalationId, datetime | None] = dict.fromkeys(ids)
        for number, of in facts.items():
            rung = due_reminders(
                of, occasions(of, self._policy), known[number], self._policy, now=now
            )
            due += rung.due
            later = clock_reminders.waiting(known[number].values())
            clocks += [reminder for reminder in later if reminder.due_at <= now]
            looks = [reminder.due_at for reminder in later if reminder.due_at > now]
            again[number] = min([rung.remind_at or now + LONGEST_WAIT, *looks])
            if rung.remind_at is None and not looks:
                again[number] = None
        await reminders.put_off(tx, again)
        stored = [*await reminders.put(tx, due), *clocks]
        wait = GATHERING if len(ids) == AT_A_TIME else timedelta(0)
        for effect in _effects(stored):
            await outbox.enqueue(tx, effect, at=now, due_at=now + wait)
        return len(ids), len(stored)

    async def _place(
        self,
        tx: Transaction,
        found: Sequence[Reminder],
        room: EscalationId | None,
        now: datetime,
    ) -> str:
        """Return the message that these go into: the last one, or a new one.

        While somebody does not answer, what they are told directly joins what they were told
        before, and the gaps between their messages grow.
        """
        name = _name(found)
        if room is not None:
            return name
        last = await direct_messages.last(tx, found[0].person)
        if last is not None:
            lines = len(await reminders.of_batch(tx, last.batch))
            if last.is_joined(found, lines, self._ladder.gaps, now):
                return last.batch
        step = last.next_step(now) if last is not None else 0
        new = DirectMessage(batch=name, person=found[0].person, posted_at=now, step=step)
        await direct_messages.begin(tx, new)
        return name

    async def _batch(self, tx: Transaction, name: str, now: datetime, *, in_doubt: bool) -> Batch:
        said = _clocks_first(await reminders.of_batch(tx, name))
        stands = await direct_messages.find(tx, name)
        return Batch(
            name=name,
            person=said[0].person,
            lines=tuple(await self._lines(tx, said, now)),
            in_doubt=in_doubt,
            read_at=now,
            is_late=any(r.rung_at is not None and r.rung_at - r.due_at > LATE for r in said),
            channel=stands.channel if stands else None,
            ts=stands.ts if stands else None,
        )

    async def _lines(self, tx: Transaction, found: Iterable[Reminder], now: datetime) -> list[Line]:
        found = list(found)
        ids = list(dict.fromkeys(reminder.escalation_id for reminder in found))
        facts = await reminder_facts.read(
            tx, ids, now=now, calendars=self._calendars, with_people=False
        )
        open_ones = {
            (number, occasion.key): occasion
            for number, of in facts.items()
            for occasion in occasions(of, self._policy)
        }
        clocks = await clock_reminders.standing(tx, self._ladder, found)
        lines = []
        for reminder in found:
            of, clock = facts[reminder.escalation_id], clocks.get(reminder.id)
            occasion = open_ones.get((reminder.escalation_id, reminder.key))
            line = Line(
                reminder=reminder,
                escalation=of.escalation,
                room=of.room,
                item=await _item(tx, reminder, of),
                customer=of.customer,
                tier=of.tier,
                is_open=(clock.is_open if clock else _is_open(occasion, reminder))
                and _may_be_told(reminder, of),
                on_it=clock.on_it if clock else None,
            )
            lines.append(line)
        return lines


def _clocks_first(found: Iterable[Reminder]) -> list[Reminder]:
    return sorted(found, key=lambda reminder: reminder.kind is not ReminderKind.CLOCK)


def _at_once(waiting: Iterable[Reminder]) -> list[Reminder]:
    """Return what one message says: of clocks no more than it shows, because none may be hidden."""
    found = _clocks_first(waiting)
    clocks = sum(reminder.kind is ReminderKind.CLOCK for reminder in found)
    return found[:MOST_LINES] if clocks > MOST_LINES else found


def _name(found: Sequence[Reminder]) -> str:
    """Return a name that no other message of reminders has."""
    first = min(found, key=lambda reminder: reminder.id, default=None)
    return f"{first.id}-{first.count}-{first.version}" if first else ""


def _effects(found: Iterable[Reminder]) -> list[SendReminders]:
    """Return one wish for each person, and one for each person and room where it is said there."""
    places = {(r.person, r.escalation_id if r.in_room else None) for r in found}
    wishes = [SendReminders(user=user, room=room) for user, room in places]
    return sorted(wishes, key=lambda wish: wish.key)  # replicas that take turns do not interlock


def _is_open(occasion: ReminderCause | None, reminder: Reminder) -> bool:
    return occasion is not None and same(occasion, reminder) is not None


def _may_be_told(reminder: Reminder, facts: ReminderFacts) -> bool:
    """Whether it may still be said where it was to be: whoever left a private room is not told."""
    return reminder.in_room or facts.has_part(reminder.person)


async def _item(tx: Transaction, reminder: Reminder, facts: ReminderFacts) -> Item | None:
    if reminder.kind not in OF_ITEMS:
        return None
    number = ItemId(int(reminder.subject))
    standing = next((item for item in facts.items if item.id == number), None)
    return standing or await items.find(tx, number)
