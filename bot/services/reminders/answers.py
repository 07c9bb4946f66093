"""What somebody answers to a reminder: done, later, never again; each is recorded."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import Person, RoleKey
from bot.domain.plan.item import Item, ItemId, Verb
from bot.domain.plan.payloads import state_label
from bot.domain.policy.policy import Policy
from bot.domain.reminders.effects import RefreshReminders
from bot.domain.reminders.occasions import occasions
from bot.domain.reminders.payloads import ReminderAnswered
from bot.domain.reminders.reminder import (
    OF_ITEMS,
    Reminder,
    ReminderCause,
    ReminderId,
    ReminderKind,
    same,
)
from bot.domain.time import due
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.escalation.escalations import BUSY
from bot.services.lifecycle.roles import Roles
from bot.services.plan import record
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.plan import items
from storage.queue import outbox
from storage.reminders import direct_messages, reminders
from storage.reminders import facts as reminder_facts

MORNING = time(9, 0)
SAME_PRESS = timedelta(minutes=1)  # two presses within this are one
HOURS = re.compile(r"\d{1,3}\s?h", re.IGNORECASE)
HOW_LONG = "Enter how long, such as 2h, 30 min, tomorrow 9am or fri 10:00."
NAMES: Mapping[ReminderKind, str] = {
    ReminderKind.SILENCE: "the quiet room",
    ReminderKind.ON_HOLD: "the end of the hold",
}


class ReminderAnswers:
    def __init__(self, database: Database, clock: Clock, policy: Policy, roles: Roles) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._roles = roles

    async def snooze(self, reminder_id: ReminderId, how_long: str, *, by: Person) -> str:
        """Put a reminder off, and return in words what came of it; pressed twice, it is one.

        Raises:
            NotAllowed: It is addressed to somebody else, and `by` does not lead the escalation.
            NotFound: There is no such reminder for this person.
            InvalidInput: `how_long` is no time to come.
        """
        read = self.until(how_long, by=by)
        until, said = read.at, due.absolute(read.at, by.time_zone, read.zone)
        async with self._database.transaction() as tx:
            reminder, escalation = await self._held(tx, reminder_id, by=by)
            if _is_near(reminder.snoozed_until, until):
                return f"Already snoozed until {said}."
            name = await _name(tx, reminder, self._policy)
            await self._answer(tx, reminder.snoozed(until))
            await self._note(tx, escalation, EntryKind.REMINDER_SNOOZED, name, by, until)
        return f"Snoozed. Your next reminder about {name} is at {said}."

    async def stop(self, reminder_id: ReminderId, *, by: Person) -> str:
        """Never say a reminder again, unless what it is about gets another due time.

        Raises:
            NotAllowed, NotFound: As `snooze` says.
        """
        async with self._database.transaction() as tx:
            reminder, escalation = await self._held(tx, reminder_id, by=by)
            if reminder.is_stopped:
                return "This reminder is already stopped."
            name = await _name(tx, reminder, self._policy)
            await self._answer(tx, reminder.stopped())
            await self._note(tx, escalation, EntryKind.REMINDER_STOPPED, name, by)
        return f"You won't get another reminder about {name} unless its due time changes."

    async def done(self, reminder_id: ReminderId, *, by: Person) -> str:
        """Do what a reminder asks for: complete its item, or take the role.

        Raises:
            NotAllowed, NotFound: As `snooze` says.
            NotNow: There is nothing of the kind to be done any more.
        """
        async with self._database.transaction() as tx:
            reminder, escalation = await self._held(tx, reminder_id, by=by)
            await self._draw(tx, reminder)
            if reminder.kind in OF_ITEMS:
                return await self._complete(tx, reminder, by=by)
            if reminder.kind is not ReminderKind.ROLE:
                raise NotNow("This can't be marked done here. Snooze or stop it.")
            role = RoleKey(reminder.subject)
            return await self._roles.answer_within(
                tx, escalation.id, role, accepts=True, by=by, offer=None
            )

    async def snooze_item(
        self, escalation_id: EscalationId, item: Item, how_long: str, *, by: Person
    ) -> str:
        """Put off every reminder of an item that `by` is sent, or all of it for who leads.

        Raises:
            NotNow: Nobody is to be reminded of it, or only somebody else.
            InvalidInput: `how_long` is no time to come.
        """
        by.must_be_member()
        read, now = self.until(how_long, by=by), self._clock.now()
        until, said = read.at, due.absolute(read.at, by.time_zone, read.zone)
        async with self._database.transaction() as tx:
            await timeline.head(tx, escalation_id)
            escalation = await visible(tx, escalation_id, to=by)
            facts = (
                await reminder_facts.read(
                    tx, [escalation_id], now=now, calendars=self._policy.customer_calendar
                )
            )[escalation_id]
            found = [
                occasion
                for occasion in occasions(facts, self._policy.reminders)
                if occasion.subject == str(item.id)
                and occasion.kind in OF_ITEMS
                and by.id in {occasion.person, escalation.owner}
            ]
            if not found:
                raise NotNow(f"No reminder for {item.label}: it needs a due time and you as owner.")
            known = (await reminders.known(tx, [escalation_id]))[escalation_id]
            changed = [_answered(o, known.get(o.key), escalation_id, until, now) for o in found]
            await reminders.put(tx, changed)
            for reminder in changed:
                await self._draw(tx, reminder)
            kind = EntryKind.REMINDER_SNOOZED
            await self._note(tx, escalation, kind, item.label, by, until)
        return f"Snoozed. Your next reminder about {item.label} is at {said}."

    def until(self, how_long: str, *, by: Person) -> due.Understood:
        """Return the instant somebody names: `2h`, `tomorrow` (at nine in their zone), `fri 10:00`.

        Raises:
            InvalidInput: It names none or several, or one that has passed.
        """
        words = how_long.strip()
        if HOURS.fullmatch(words):  # "15h" could be a clock elsewhere; nobody snoozes to one so
            words = f"in {words}"
        found = due.whole(words, due.Writer.of(by, self._clock.now(), day_means=MORNING))
        if not isinstance(found, due.Understood):
            raise InvalidInput({"until": f"{due.question(found, by.time_zone)} {HOW_LONG}"})
        return found

    async def _held(
        self, tx: Transaction, reminder_id: ReminderId, *, by: Person
    ) -> tuple[Reminder, Escalation]:
        """Return a reminder that only `by` changes until the transaction ends."""
        by.must_be_member()
        reminder = await reminders.find(tx, reminder_id)
        if reminder is None:
            raise NotFound("Reminder not found.")
        escalation = await visible(tx, reminder.escalation_id, to=by)
        await escalations.hold(tx, escalation.id)
        await timeline.head(tx, escalation.id)
        reminder = await reminders.find(tx, reminder_id) or reminder
        if by.id not in {reminder.person, escalation.owner}:
            raise NotAllowed(
                "This reminder is for {person}. Only they or the escalation manager, {owner}, can "
                "answer it.",
                person=reminder.person,
                owner=escalation.owner,
            )
        return reminder, escalation

    async def _complete(self, tx: Transaction, reminder: Reminder, *, by: Person) -> str:
        now = self._clock.now()
        item = await items.find(tx, ItemId(int(reminder.subject)))
        if item is None:
            raise NotFound("Item not found.")
        after = item.done_by(Verb.DONE, "", by.id, now)
        saved = await record.save(tx, item, after, by=by.id, at=now)
        return f"{saved.label} is {state_label(saved.kind, saved.state)}."

    async def _answer(self, tx: Transaction, answered: Reminder) -> None:
        if not await reminders.save(tx, replace(answered, version=answered.version + 1)):
            raise NotNow(BUSY)
        await self._draw(tx, answered)

    async def _draw(self, tx: Transaction, answered: Reminder) -> None:
        """Have the message drawn again in which it was last said; there may be none yet."""
        if answered.batch:
            await direct_messages.answered(tx, answered.batch)
            draw = RefreshReminders(batch=answered.batch)
            await outbox.enqueue(tx, draw, at=self._clock.now())

    async def _note(
        self,
        tx: Transaction,
        escalation: Escalation,
        kind: EntryKind,
        name: str,
        by: Person,
        until: datetime | None = None,
    ) -> None:
        entry = Entry(
            escalation_id=escalation.id,
            kind=kind,
            at=self._clock.now(),
            actor=by.id,
            payload=ReminderAnswered(name=name, until=until),
        )
        await timeline.add(tx, entry)


def _answered(
    occasion: ReminderCause,
    told: Reminder | None,
    escalation_id: EscalationId,
    until: datetime,
    now: datetime,
) -> Reminder:
    """Return a snoozed reminder of an occasion, whether or not it was ever said."""
    reminder = same(occasion, told)
    if reminder is None:
        reminder = Reminder(
            id=told.id if told else ReminderId(0),
            escalation_id=escalation_id,
            kind=occasion.kind,
            subject=occasion.subject,
            person=occasion.person,
            basis=occasion.basis,
            due_at=now,
            version=told.version if told else 0,
        )
    return replace(reminder.snoozed(until), version=reminder.version + 1)


async def _name(tx: Transaction, reminder: Reminder, policy: Policy) -> str:
    """Return what a reminder is about, in words that fit behind "reminder of"."""
    if reminder.kind in OF_ITEMS:
        item = await items.find(tx, ItemId(int(reminder.subject)))
        return item.label if item else "an item"
    if reminder.kind in NAMES:
        return NAMES[reminder.kind]
    if reminder.kind is ReminderKind.CLOCK:
        return reminder.said[0].title
    role = RoleKey(reminder.subject.partition(":")[0])
    return f"the role of {policy.role_title(role).lower()}"


def _is_near(was: datetime | None, until: datetime) -> bool:
    return was is not None and abs(until - was) < SAME_PRESS
