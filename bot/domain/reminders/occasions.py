"""What people are reminded of: one small function for each kind."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.escalation.escalation import Status
from bot.domain.people import ESCALATION_MANAGER, UNASKED, Assignment, SlackUserId
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import ItemKind
from bot.domain.reminders.policy import ReminderPolicy
from bot.domain.reminders.reminder import ReminderCause, ReminderFacts, ReminderKind, after_gaps
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration

DAY = timedelta(days=1)
# Where work is expected to go on: one that is on hold or solved may be silent.
AT_WORK = frozenset({Status.INTAKE, Status.TRIAGE, Status.ACTIVE, Status.MITIGATED})


def occasions(facts: ReminderFacts, policy: ReminderPolicy) -> Iterator[ReminderCause]:
    """Yield everything anybody is to be reminded of, as the record stands."""
    if facts.escalation.is_over:
        return
    for item in facts.items:
        yield from _of_item(item, facts, policy)
    for held in facts.assignments:
        yield from _of_role(held, facts, policy)
    yield from _of_silence(facts, policy)
    yield from _of_hold(facts, policy)


def _of_item(item: Item, facts: ReminderFacts, policy: ReminderPolicy) -> Iterator[ReminderCause]:
    due_at = item.content.due_at
    if due_at is None or not item.stands or not item.kind.spec.is_reminded:
        return
    severity, calendar = facts.escalation.severity, facts.calendar
    is_promise = item.kind is ItemKind.PROMISE
    lead = policy.promise.before if is_promise else policy.action.before[severity]
    half = item.recorded_at + (due_at - item.recorded_at) / 2
    soon = max(before(due_at, lead, calendar), half)
    for person in _answering(item, facts):
        yield ReminderCause(
            kind=ReminderKind.PROMISE if is_promise else ReminderKind.ACTION,
            subject=str(item.id),
            person=person,
            basis=due_at,
            firsts=(soon, due_at) if soon < due_at else (due_at,),
            every=None if is_promise else policy.action.every[severity],
            most=2 if is_promise else policy.action.most,
            where=policy.promise.where if is_promise else policy.action.where,
            item=item,
        )


def _answering(item: Item, facts: ReminderFacts) -> list[SlackUserId]:
    """Return who answers for an item: its owner, whoever holds its role, or who leads."""
    if item.content.owner is not None:
        wanted = [item.content.owner]
    else:
        wanted = facts.holders(item.content.role) if item.content.role else []
    told = [user for user in dict.fromkeys(wanted) if facts.has_part(user)]
    return told or [facts.escalation.owner]


def _of_role(
    held: Assignment, facts: ReminderFacts, policy: ReminderPolicy
) -> Iterator[ReminderCause]:
    """Ask who has not accepted a role; after that, tell who leads."""
    is_accepted = any(a.role == held.role and a.accepted_at for a in facts.assignments)
    if held.role in UNASKED or is_accepted or held.assigned_by == held.user_id:
        return
    every, most = policy.role.every[facts.escalation.severity], policy.role.most
    where, calendar = policy.role.where, facts.calendar
    yield ReminderCause(
        kind=ReminderKind.ROLE,
        subject=held.role,
        person=held.user_id,
        basis=held.assigned_at,
        firsts=(every.after(held.assigned_at, calendar),),
        every=every,
        most=most,
        where=where,
    )
    # After the first, each gap is twice the one before; the last is the teller's.
    last = after_gaps(every, held.assigned_at, calendar, 2**most)
    # Whoever leads cannot be told that they themselves do not answer: then who asked is.
    is_leading = held.role == ESCALATION_MANAGER or held.user_id == facts.escalation.owner
    teller = facts.escalation.raised_by if is_leading else facts.escalation.owner
    if teller != held.user_id and facts.has_part(teller):
        yield ReminderCause(
            kind=ReminderKind.ROLE_UNANSWERED,
            subject=f"{held.role}:{held.user_id}",
            person=teller,
            basis=held.assigned_at,
            firsts=(last,),
            where=where,
        )


def _of_silence(facts: ReminderFacts, policy: ReminderPolicy) -> Iterator[ReminderCause]:
    escalation = facts.escalation
    if escalation.status not in AT_WORK:
        return
    every = policy.silence.every[escalation.severity]
    yield ReminderCause(
        kind=ReminderKind.SILENCE,
        person=escalation.owner,
        basis=facts.progress_at,
        firsts=(every.after(facts.progress_at, facts.calendar),),
        every=every,
        most=policy.silence.most,
        where=policy.silence.where,
    )


def _of_hold(facts: ReminderFacts, policy: ReminderPolicy) -> Iterator[ReminderCause]:
    escalation = facts.escalation
    if escalation.status is not Status.ON_HOLD or escalation.status_until is None:
        return
    yield ReminderCause(
        kind=ReminderKind.ON_HOLD,
        person=escalation.owner,
        basis=escalation.status_until,
        firsts=(escalation.status_until,),
        every=policy.on_hold.every,
        most=policy.on_hold.most,
        where=policy.on_hold.where,
    )


def before(end: datetime, duration: Duration, calendar: Calendar) -> datetime:
    """Return the latest instant from which `duration` has passed by `end`, in UTC."""
    counted, length = duration.counted_in(calendar), duration.length(calendar)
    start = end - length
    while (spent := counted.elapsed(start, end)) < length:
        start -= DAY
    return counted.after(start, spent - length)
