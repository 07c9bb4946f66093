"""Rungs that are said to people directly: as reminders, so that one moment is one message.

The functions work inside the transaction of whoever tells the rung, or answers it, and that holds
the end of the escalation's timeline.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import Conflict
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.people import SlackUserId
from bot.domain.reminders.effects import RefreshReminders, SendReminders
from bot.domain.reminders.reminder import Reminder, ReminderId, ReminderKind, ReminderState
from bot.domain.sla.effects import RefreshClocks
from bot.domain.sla.ladder import Ladder
from bot.domain.sla.notice import STANDS, RungLine, on_it
from bot.domain.sla.record import ClockId, ClockRecord
from storage.database.database import Transaction
from storage.queue import outbox
from storage.reminders import direct_messages, reminders
from storage.sla import clocks, notices, rungs

TRIES = 5  # somebody may be sending the same reminder at this moment


async def put(
    tx: Transaction,
    escalation: Escalation,
    lines: Mapping[SlackUserId, Sequence[RungLine]],
    *,
    now: datetime,
    later: Mapping[SlackUserId, datetime],
) -> None:
    """Have each person told these lines now, or at the instant that `later` names for them."""
    for user in sorted(lines):
        due_at = later.get(user, now)
        for line in lines[user]:
            await _put_one(tx, escalation.id, user, line, now=now, due_at=due_at)
        if due_at == now:
            await outbox.enqueue(tx, SendReminders(user=user), at=now)
        else:
            await reminders.look_by(tx, escalation.id, due_at)


def waiting(known: Iterable[Reminder]) -> list[Reminder]:
    """Return what is said of clocks once its person may be called again."""
    return [r for r in known if r.kind is ReminderKind.CLOCK and r.state is ReminderState.DUE]


async def answered(tx: Transaction, record: ClockRecord, *, by: SlackUserId, at: datetime) -> None:
    """Show everybody who was told of a clock that somebody is on it."""
    of = record.escalation_id
    for reminder in await draw_again(tx, record, at=at):
        if reminder.person == by:
            await direct_messages.answered(tx, reminder.batch)
    recent = await notices.since(tx, of, at - STANDS)
    about = [n for n in recent if record.id in {line.clock_id for line in n.lines}]
    await notices.answered(tx, about)
    await outbox.enqueue(tx, RefreshClocks(escalation_id=of), at=at)


async def draw_again(tx: Transaction, record: ClockRecord, *, at: datetime) -> list[Reminder]:
    """Have the direct messages about a clock show how it stands; return what they said."""
    known = (await reminders.known(tx, [record.escalation_id]))[record.escalation_id]
    found = [
        reminder
        for reminder in known.values()
        if reminder.kind is ReminderKind.CLOCK
        and reminder.subject == str(record.id)
        and reminder.batch
    ]
    for batch in dict.fromkeys(reminder.batch for reminder in found):
        await outbox.enqueue(tx, RefreshReminders(batch=batch), at=at)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderClock:
    """How the clock of a reminder stands; `on_it` is None while nobody is."""

    is_open: bool
    on_it: SlackUserId | None


async def standing(
    tx: Transaction, ladder: Ladder, found: Iterable[Reminder]
) -> dict[ReminderId, ReminderClock]:
    """Return of each reminder of a clock whether there is still something to say."""
    about = {r.id: ClockId(int(r.subject)) for r in found if r.kind is ReminderKind.CLOCK}
    climbed = await rungs.of(tx, sorted(set(about.values())))
    stands: dict[ClockId, ReminderClock] = {}
    for clock_id, of in climbed.items():
        record = await clocks.get(tx, clock_id)
        if record is not None:
            taken = on_it(ladder, record.clock, of)
            is_open = not record.clock.is_ended and taken is None
            stands[clock_id] = ReminderClock(is_open=is_open, on_it=taken)
    gone = ReminderClock(is_open=False, on_it=None)
    return {of: stands.get(clock_id, gone) for of, clock_id in about.items()}


async def _put_one(
    tx: Transaction,
    escalation_id: EscalationId,
    user: SlackUserId,
    line: RungLine,
    *,
    now: datetime,
    due_at: datetime,
) -> None:
    key = (ReminderKind.CLOCK, str(line.clock_id), user)
    for _ in range(TRIES):
        before = (await reminders.known(tx, [escalation_id]))[escalation_id].get(key)
        wanted = Reminder(
            id=before.id if before else ReminderId(0),
            escalation_id=escalation_id,
            kind=ReminderKind.CLOCK,
            subject=str(line.clock_id),
            person=user,
            basis=line.due_at or now,
            due_at=due_at,
            state=ReminderState.DUE,
            rung_at=now,
            count=(before.count if before else 0) + 1,
            said=(_latest(before, line),),
            version=(before.version if before else 0) + 1,
        )
        if await reminders.put(tx, [wanted]):
            return
    raise Conflict("A reminder for this clock is going out right now. Try again.")


def _latest(before: Reminder | None, line: RungLine) -> RungLine:
    """Return what is said by now; a step that was never said yet is said as one."""
    waits = before.said[0] if before is not None and before.is_in_hand and before.said else None
    is_unsaid = waits is not None and waits.rung == line.rung and waits.times < line.times
    return replace(line, times=waits.times) if is_unsaid and waits is not None else line
