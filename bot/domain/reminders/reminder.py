"""Reminders: what people are to be reminded of, and when next; worked out from the record alone.

An occasion lasts for as long as the record stands as it does. What somebody was told about one,
and what they answered, is a reminder; it counts for as long as the occasion's basis is the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import Assignment, Person, PersonKind, RoleKey, SlackUserId
from bot.domain.plan.item import Item
from bot.domain.reminders.policy import ReminderPolicy, ReminderQuietHours, Where
from bot.domain.sla.notice import RungLine
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration

ReminderId = NewType("ReminderId", int)

SATURDAY = 5  # of the days of a week, Monday 0
JUST_NOW = timedelta(minutes=5)  # nobody is reminded of what they did within this time
LONGEST_WAIT = timedelta(days=1)  # every open escalation is looked at that often, whatever happens
IN_HAND = timedelta(minutes=5)  # what is being told is looked at again after this
LATE = timedelta(hours=1)  # a reminder that comes later than this says so


class ReminderKind(StrEnum):
    ACTION = "action"
    PROMISE = "promise"
    ROLE = "role"
    ROLE_UNANSWERED = "role_unanswered"
    SILENCE = "silence"
    ON_HOLD = "on_hold"
    CLOCK = "clock"


# Their subject is an item's id.
OF_ITEMS = frozenset({ReminderKind.ACTION, ReminderKind.PROMISE})
# Somebody outside is waiting for these: not even those who want no reminders go without.
EVEN_MUTED = frozenset({ReminderKind.PROMISE})
# Each is said again after twice the time; what nobody answers is not answered by more of it.
GROWING = frozenset({ReminderKind.ROLE, ReminderKind.SILENCE})


class ReminderState(StrEnum):
    """DUE waits to be told, SENDING may have been told already."""

    DUE = "due"
    SENDING = "sending"
    TOLD = "told"


Key = tuple[ReminderKind, str, SlackUserId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What one person was told about one occasion, and what they answered.

    Attributes:
        subject: The item's id, the clock's, or the role and who holds it; empty of the
            escalation itself.
        basis: The instant the occasion counts from; with another one everything begins anew.
        due_at: When it should have been said the last time.
        rung_at: When it last fell to be said; None while it was only answered.
        count: How often it was said.
        snoozed_until: When it is said next, whatever the policy says; None when not snoozed.
        in_room: It is said in the room instead of directly.
        batch: Names the message in which it was last said; empty before.
        channel, ts: Where that message stands; None before.
        said: Of a clock, what its rung said; empty of all else.
    """

    id: ReminderId
    escalation_id: EscalationId
    kind: ReminderKind
    subject: str
    person: SlackUserId
    basis: datetime
    due_at: datetime
    state: ReminderState = ReminderState.TOLD
    rung_at: datetime | None = None
    count: int = 0
    snoozed_until: datetime | None = None
    is_stopped: bool = False
    in_room: bool = False
    batch: str = ""
    channel: ChannelId | None = None
    ts: MessageTs | None = None
    said: tuple[RungLine, ...] = ()
    version: int = 0

    @property
    def key(self) -> Key:
        return (self.kind, self.subject, self.person)

    @property
    def is_urgent(self) -> bool:
        """Whether it is a message of its own, and not added to one that was sent before.

        A broken promise, a promise to the customer, and what is due now.
        """
        if self.kind is ReminderKind.CLOCK:
            return any(line.is_broken and line.is_step and line.times == 1 for line in self.said)
        is_due = self.kind is ReminderKind.ACTION and self.due_at == self.basis
        return is_due or self.kind is ReminderKind.PROMISE

    @property
    def is_in_hand(self) -> bool:
        """Whether it is on its way to the person."""
        return self.state is not ReminderState.TOLD

    def snoozed(self, until: datetime) -> "Reminder":
        """Return it put off; what was on its way already is not said before that."""
        return replace(self, snoozed_until=until, is_stopped=False, state=ReminderState.TOLD)

    def stopped(self) -> "Reminder":
        return replace(self, snoozed_until=None, is_stopped=True, state=ReminderState.TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderCause:
    """Something somebody is to be reminded of.

    Attributes:
        firsts: When it is said at first, in order; a repetition follows the last of them.
        every: How long after it was said it is said again; None says it at `firsts` alone.
        most: How often it is said at all.
        item: What it is about; None when it is about a role or the escalation.
    """

    kind: ReminderKind
    person: SlackUserId
    basis: datetime
    firsts: tuple[datetime, ...]
    subject: str = ""
    every: Duration | None = None
    most: int = 99
    where: Where = Where.DIRECT
    item: Item | None = None

    @property
    def key(self) -> Key:
        return (self.kind, self.subject, self.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderFacts:
    """What the reminders of one escalation are worked out from.

    Attributes:
        calendar: The customer's; business time is counted in it.
        items: Those that stand and have a due time.
        recent: The last entries of the timeline.
        people: Those of the people concerned whom we know, however long ago we learnt them.
        muted: Those who want no reminders.
        inside: Those who are in the room, or are to be while there is none, when the escalation
            is private; nobody is asked for otherwise.
    """

    escalation: Escalation
    calendar: Calendar
    room: Room
    progress_at: datetime
    customer: str = ""
    tier: Tier = Tier.STANDARD
    items: tuple[Item, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    recent: tuple[Entry, ...] = ()
    people: Mapping[SlackUserId, Person] = field(default_factory=dict)
    muted: frozenset[SlackUserId] = frozenset()
    inside: frozenset[SlackUserId] = frozenset()

    def holders(self, role: RoleKey) -> list[SlackUserId]:
        return [a.user_id for a in self.assignments if a.role == role]

    def has_part(self, user: SlackUserId) -> bool:
        """Whether somebody may hear of it: everybody, or those in its room when it is private."""
        return user in self.inside or not self.escalation.is_private

    def is_outsider(self, user: SlackUserId) -> bool:
        """Whether somebody hears of it in the room alone.

        Whoever is known to be no full member does, and who may not hear of it elsewhere.
        """
        person = self.people.get(user)
        is_member = person is None or person.kind is PersonKind.MEMBER
        return not (is_member and self.has_part(user))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminders:
    """What falls to be said now, and when the escalation is to be looked at again.

    Attributes:
        remind_at: None when there is nothing to be reminded of any more.
    """

    due: tuple[Reminder, ...]
    remind_at: datetime | None


def due_reminders(
    facts: ReminderFacts,
    found: Iterable[ReminderCause],
    known: Mapping[Key, Reminder],
    policy: ReminderPolicy,
    *,
    now: datetime,
) -> DueReminders:
    """Return which reminders fall to be said by `now`, each as it stands once it is said."""
    if facts.escalation.is_over:
        return DueReminders(due=(), remind_at=None)
    due, instants = [], [now + LONGEST_WAIT]
    for occasion in found:
        before = known.get(occasion.key)
        at = next_reminder_at(occasion, before, facts, policy, now=now)
        if at is not None and at <= now:
            if before is not None and before.is_in_hand:
                instants.append(now + IN_HAND)
                continue
            rung = _rung(occasion, before, facts, at=at, now=now)
            due.append(rung)
            at = next_reminder_at(occasion, rung, facts, policy, now=now)
        if at is not None:
            instants.append(at)
    return DueReminders(due=tuple(due), remind_at=max(min(instants), now + timedelta(seconds=1)))


def next_reminder_at(
    occasion: ReminderCause,
    told: Reminder | None,
    facts: ReminderFacts,
    policy: ReminderPolicy,
    *,
    now: datetime,
) -> datetime | None:
    """Return when it is to be said next, None for never; an instant that has passed means now."""
    if occasion.person in facts.muted and occasion.kind not in EVEN_MUTED:
        return None
    at = _planned(occasion, same(occasion, told), facts.calendar)
    if at is None:
        return None
    touched = _touched_at(occasion, facts)
    if touched is not None:
        at = max(at, touched + JUST_NOW)
    if facts.escalation.severity not in policy.quiet_hours.severities:
        return at
    person = facts.people.get(occasion.person)
    zone = ZoneInfo(person.time_zone if person else "UTC")
    # What fell due in a quiet hour waits; so does what would only be said in one, being late.
    awake = after_quiet(at, zone, policy.quiet_hours)
    return awake if awake > now else max(awake, _not_in(now, awake, zone, policy.quiet_hours))


def same(occasion: ReminderCause, told: Reminder | None) -> Reminder | None:
    """Return what was told, unless it was about another due time."""
    return told if told is not None and told.basis == occasion.basis else None


def after_quiet(at: datetime, zone: ZoneInfo, quiet: ReminderQuietHours) -> datetime:
    """Return `at`, or the end of the quiet hours it falls into, in UTC."""
    local = at.astimezone(zone)
    begin, end = quiet.begin.local, quiet.end.local
    hour, day = local.time(), local.date()
    if begin < end:
        is_quiet = begin <= hour < end
    else:
        is_quiet = hour >= begin or hour < end
        if hour >= begin:
            day += timedelta(days=1)
    is_weekend = quiet.weekends and local.weekday() >= SATURDAY
    while quiet.weekends and day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    if not is_quiet and not is_weekend:
        return at
    return datetime.combine(day, end, tzinfo=zone).astimezone(UTC)


def _not_in(now: datetime, awake: datetime, zone: ZoneInfo, quiet: ReminderQuietHours) -> datetime:
    later = after_quiet(now, zone, quiet)
    return later if later > now else awake


def _planned(occasion: ReminderCause, told: Reminder | None, calendar: Calendar) -> datetime | None:
    """Return when the policy has it said next, or when somebody asked to hear of it again."""
    if told is None:
        return occasion.firsts[0]
    if told.is_stopped or told.snoozed_until is not None:
        return told.snoozed_until
    if told.rung_at is None or told.count >= occasion.most:
        return occasion.firsts[0] if told.rung_at is None else None
    left = [first for first in occasion.firsts if first > told.rung_at]
    return left[0] if left else _repeated(occasion, told.rung_at, told.count, calendar)


def _repeated(
    occasion: ReminderCause, rung_at: datetime, count: int, calendar: Calendar
) -> datetime | None:
    if occasion.every is None:
        return None
    times = count - len(occasion.firsts) if occasion.kind in GROWING else 0
    return after_gaps(occasion.every, rung_at, calendar, 2 ** max(times, 0))


def after_gaps(every: Duration, start: datetime, calendar: Calendar, count: int) -> datetime:
    """Return when `every` has passed that many times."""
    for _ in range(count):
        start = every.after(start, calendar)
    return start


def _touched_at(occasion: ReminderCause, facts: ReminderFacts) -> datetime | None:
    """Return when the person themselves last did something about it."""
    item = occasion.item
    about = Subject(kind=SubjectKind.ITEM, id=str(item.id)) if item is not None else None
    for entry in reversed(facts.recent):
        if entry.actor != occasion.person:
            continue
        if about is not None and entry.subject == about:
            return entry.at
        is_status = entry.kind is EntryKind.STATUS_CHANGED
        if occasion.kind is ReminderKind.ON_HOLD and is_status:
            return entry.at
    return None


def _rung(
    occasion: ReminderCause,
    before: Reminder | None,
    facts: ReminderFacts,
    *,
    at: datetime,
    now: datetime,
) -> Reminder:
    told = same(occasion, before)
    return Reminder(
        id=before.id if before else ReminderId(0),
        escalation_id=facts.escalation.id,
        kind=occasion.kind,
        subject=occasion.subject,
        person=occasion.person,
        basis=occasion.basis,
        due_at=at,
        state=ReminderState.DUE,
        rung_at=now,
        count=(told.count if told else 0) + 1,
        in_room=occasion.where is Where.ROOM or facts.is_outsider(occasion.person),
        version=(before.version if before else 0) + 1,
    )
