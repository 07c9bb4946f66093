"""Writing clocks down: started with an escalation, following what happens to it.

The functions work inside the transaction of whoever changes the escalation. The clocks are the
truth; when the customer must hear from us next is copied from its clock into the escalation,
because lists are sorted by it and pictures are drawn from it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.business_hours import Calendar
from bot.domain.errors import Conflict
from bot.domain.escalation import Escalation, EscalationId, Severity, Status
from bot.domain.ladder import next_rung_at
from bot.domain.policy import Policy
from bot.domain.sla import (
    ACKNOWLEDGE,
    NEXT_UPDATE,
    RESOLUTION,
    WORKAROUND,
    Clock,
    ClockKind,
)
from bot.domain.sla_policy import Moment
from bot.domain.sla_record import Climbed, ClockRecord
from bot.domain.sla_terms import terms_for
from bot.services import sla_recovery
from storage import customers, rungs, sla_clocks
from storage.database import Transaction

TRIES = 5  # a change is made again on what somebody else has just changed
BY_RESOLUTION = "resolved"  # how a workaround's clock was stopped that nobody needs any more

Change = Callable[[Clock], Clock]


def told_in(policy: Policy, clock: Clock) -> Calendar | None:
    """Return the calendar outside which nobody is told of this clock; None: told at any hour."""
    quiet = policy.ladder.quiet_hours
    if quiet is None or clock.severity not in quiet.severities:
        return None
    return policy.calendar(quiet.outside, clock.terms.calendar.time_zone)


def next_look_at(policy: Policy, clock: Clock, climbed: Collection[Climbed]) -> datetime | None:
    """Return when somebody has to look at the clock again; None when never."""
    repeats = [rung.repeat_at for rung in climbed if rung.repeat_at is not None]
    if clock.breached_at is None and clock.due_at is not None and not clock.is_ended:
        repeats.append(clock.due_at)  # to note the breach, whatever rungs there are
    keys = {rung.rung for rung in climbed}
    quiet = told_in(policy, clock)
    return next_rung_at(policy.ladder, clock, keys, told_in=quiet, repeats=repeats)


async def save(
    tx: Transaction,
    policy: Policy,
    record: ClockRecord,
    clock: Clock,
    *,
    now: datetime,
    climbed: Collection[Climbed] | None = None,
) -> ClockRecord | None:
    """Store a changed clock and when to look at it next; None when somebody was faster.

    `climbed` are its rungs where they are known; None has them read.
    """
    if climbed is None:
        climbed = (await rungs.of(tx, [record.id]))[record.id]
    look = next_look_at(policy, clock, climbed)
    saved = await sla_clocks.save(tx, record, clock, now=now, next_rung_at=look)
    if saved is not None and record.clock.breached_at is None and clock.breached_at is not None:
        # Also of a clock that was stopped late before anybody looked at it.
        await rungs.open_breach(
            tx,
            record.id,
            record.escalation_id,
            breached_at=clock.breached_at,
            is_contractual=clock.terms.contractual,
        )
    return saved


async def claim(tx: Transaction, record: ClockRecord) -> ClockRecord:
    """Make the clock ours until the transaction ends, unchanged.

    Raises:
        Conflict: Somebody else changed it since it was read.
    """
    claimed = await sla_clocks.claim(tx, record)
    if claimed is None:
        raise Conflict("Somebody changed this clock at the same moment. Look again.")
    return claimed


async def change(
    tx: Transaction,
    policy: Policy,
    record: ClockRecord,
    work: Change,
    *,
    now: datetime,
    climbed: Collection[Climbed] | None = None,
) -> ClockRecord:
    """Change a clock, again on what somebody else has just changed; the same is no change.

    Raises:
        Conflict: Somebody else is always faster.
    """
    for _ in range(TRIES):
        wanted = work(record.clock)
        if wanted == record.clock:
            return record
        saved = await save(tx, policy, record, wanted, now=now, climbed=climbed)
        if saved is not None:
            return saved
        record, climbed = await sla_clocks.get(tx, record.id) or record, None
    raise Conflict("Many people change this clock at the same moment. Look again.")


async def start(
    tx: Transaction, policy: Policy, escalation: Escalation, moment: Moment, *, at: datetime
) -> list[ClockRecord]:
    """Start the clocks that begin at that moment and are not running; return what was started."""
    known = await sla_clocks.of(tx, escalation.id)
    started = []
    for kind, clock in policy.clocks.items():
        if clock.starts is moment:
            before = [record for record in known if record.clock.kind == kind]
            found = await _start_one(tx, policy, escalation, kind, before, at=at)
            started += [found] if found else []
    return started


async def begin(tx: Transaction, policy: Policy, escalation: Escalation) -> list[ClockRecord]:
    """Return an escalation's clocks; those of its opening are started when it has none yet."""
    known = await sla_clocks.of(tx, escalation.id)
    if known:
        return known
    await start(tx, policy, escalation, Moment.OPENED, at=escalation.raised_at)
    # Read again: somebody else may have started some of them at this very moment.
    return await sla_clocks.of(tx, escalation.id)


async def follow(
    tx: Transaction, policy: Policy, before: Escalation, after: Escalation, *, at: datetime
) -> datetime | None:
    """Have the clocks follow what changed about an escalation.

    Returns when its customer must hear from us next, None when nothing is owed.
    """
    if not policy.clocks:
        return None if after.is_over else before.next_update_due_at
    records = await begin(tx, policy, before)
    climbed = await rungs.of(tx, [record.id for record in records])
    followed = [
        await change(
            tx,
            policy,
            record,
            lambda clock: _followed(clock, before, after, at),
            now=at,
            climbed=climbed[record.id],
        )
        for record in records
    ]
    await sla_recovery.tell(tx, policy, records, followed, at=at)
    if after.reopen_count > before.reopen_count:
        followed += await _update_sooner(tx, policy, followed, after, at=at)
    for moment in _moments(before, after):
        followed += await start(tx, policy, after, moment, at=at)
    return _next_update_due(followed)


async def _update_sooner(
    tx: Transaction,
    policy: Policy,
    records: Sequence[ClockRecord],
    escalation: Escalation,
    *,
    at: datetime,
) -> list[ClockRecord]:
    """Promise the next update anew after a reopening, one severity step tighter; domain.md 3.3.

    It stays so until the next change of severity.
    """
    updates = [record for record in records if record.clock.kind == NEXT_UPDATE]
    if not updates:
        return []
    last = replace(updates[-1], clock=replace(updates[-1].clock, has_workaround=False))
    begun = await next_cycle(tx, policy, last, escalation.severity.tighter, at=at)
    return [begun] if begun else []


async def next_update_due_at(tx: Transaction, escalation_id: EscalationId) -> datetime | None:
    """Return when the customer must hear from us next; None when nothing is owed."""
    return _next_update_due(await sla_clocks.of(tx, escalation_id))


def _next_update_due(records: Iterable[ClockRecord]) -> datetime | None:
    clocks = [record.clock for record in records]
    owed = [c.due_at for c in clocks if c.kind == NEXT_UPDATE and not c.is_ended]
    return min((at for at in owed if at is not None), default=None)


async def next_cycle(
    tx: Transaction,
    policy: Policy,
    record: ClockRecord,
    severity: Severity | None = None,
    *,
    at: datetime,
) -> ClockRecord | None:
    """Start the next cycle of a clock that begins again and again, under the same terms.

    `severity` None keeps the clock's own, which is tighter than the escalation's after it was
    reopened.
    """
    old = record.clock
    clock = replace(
        Clock.started(old.kind, old.terms, severity or old.severity, at=at),
        cycle=old.cycle + 1,
        has_workaround=old.has_workaround,
    )
    look = next_look_at(policy, clock, ())
    return await sla_clocks.add_once(tx, record.escalation_id, clock, now=at, next_rung_at=look)


async def _start_one(
    tx: Transaction,
    policy: Policy,
    escalation: Escalation,
    kind: ClockKind,
    before: Sequence[ClockRecord],
    *,
    at: datetime,
) -> ClockRecord | None:
    if not before:
        customer = await customers.get(tx, escalation.customer_id)
        terms = terms_for(policy, kind, customer, at=at)
        clock = Clock.started(kind, terms, escalation.severity, at=at)
        look = next_look_at(policy, clock, ())
        return await sla_clocks.add_once(tx, escalation.id, clock, now=at, next_rung_at=look)
    # What was cancelled is promised anew; what runs runs on, what was met was met.
    if before[-1].clock.cancelled_at is None:
        return None
    return await next_cycle(tx, policy, before[-1], escalation.severity, at=at)


def _followed(clock: Clock, before: Escalation, after: Escalation, at: datetime) -> Clock:
    """Return the clock as the change of its escalation leaves it; an unconcerned one as it is."""
    if before.acknowledged_at is None and after.acknowledged_at and clock.kind == ACKNOWLEDGE:
        clock = _stopped(clock, at, f"acknowledged by <@{after.acknowledged_by}>")
    if clock.kind == NEXT_UPDATE and after.reopen_count > before.reopen_count:
        return clock.cancelled(at=at)  # and begun anew, with a sooner target
    if before.status is Status.ON_HOLD and after.status is not Status.ON_HOLD:
        clock = _running(clock, at)
    if after.severity is not before.severity:
        clock = clock.at_severity(after.severity, at=at)
    if after.status is before.status:
        return clock
    return _at_status(clock, before.status, after, at)


def _at_status(clock: Clock, was: Status, after: Escalation, at: datetime) -> Clock:
    if after.is_over:
        return clock.cancelled(at=at)
    if after.status is Status.ACTIVE:
        return _active_again(clock, was, at)
    moved = {
        Status.MITIGATED: _mitigated,
        Status.RESOLVED: _resolved,
        Status.CONFIRMED: _confirmed,
    }.get(after.status)
    return moved(clock, at) if moved else clock


def _running(clock: Clock, at: datetime) -> Clock:
    pause = None if clock.is_ended else clock.at(at).pause
    if pause is None:
        return clock
    return clock.resumed(at=max(at, pause.from_at), by=None, because="the hold ended")


def _mitigated(clock: Clock, at: datetime) -> Clock:
    if clock.kind == WORKAROUND:
        return _stopped(clock, at, "the customer accepted it")
    return clock.with_workaround(holds=True, at=at) if clock.kind == NEXT_UPDATE else clock


def _resolved(clock: Clock, at: datetime) -> Clock:
    if clock.kind not in {WORKAROUND, RESOLUTION} or clock.is_ended:
        return clock
    return clock.stopped(at=at, how=BY_RESOLUTION, is_confirmed=False)


def _confirmed(clock: Clock, at: datetime) -> Clock:
    if clock.kind == NEXT_UPDATE:
        return clock.cancelled(at=at)
    is_provisional = clock.stopped_at is not None and not clock.is_confirmed
    return clock.confirmed() if is_provisional else clock


def _active_again(clock: Clock, was: Status, at: datetime) -> Clock:
    """Back to work: a failed workaround or fix takes back what it had met."""
    if was is Status.MITIGATED:
        if clock.kind == NEXT_UPDATE:
            return clock.with_workaround(holds=False, at=at)
        return clock.reopened(at=at) if clock.kind == WORKAROUND and clock.stopped_at else clock
    if was not in {Status.RESOLVED, Status.CONFIRMED, Status.REVIEW, Status.CLOSED}:
        return clock
    is_taken_back = clock.kind == RESOLUTION or clock.how == BY_RESOLUTION
    return clock.reopened(at=at) if is_taken_back and clock.stopped_at else clock


def _moments(before: Escalation, after: Escalation) -> list[Moment]:
    moments = []
    if before.acknowledged_at is None and after.acknowledged_at is not None:
        moments.append(Moment.ACKNOWLEDGED)
    if after.status is before.status:
        return moments
    if after.status is Status.RESOLVED:
        moments.append(Moment.RESOLVED)
    if after.status is Status.CONFIRMED:
        moments.append(Moment.CONFIRMED)
    if after.status is Status.ACTIVE or (before.is_over and not after.is_over):
        moments.append(Moment.OPENED)  # what was cancelled on the way is promised anew
    return moments


def _stopped(clock: Clock, at: datetime, how: str) -> Clock:
    return clock if clock.is_ended else clock.stopped(at=at, how=how)
