"""Writing clocks down: started with an escalation, following what happens to it.

The functions work inside the transaction of whoever changes the escalation. The clocks are the
truth; when the customer must hear from us next is copied from its clock into the escalation,
because lists are sorted by it and pictures are drawn from it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import Conflict
from bot.domain.escalation.changes import Change as DomainChange
from bot.domain.escalation.escalation import Escalation, EscalationId, Severity
from bot.domain.plan.promise import Terms
from bot.domain.policy.policy import Policy
from bot.domain.policy.terms import terms_for
from bot.domain.sla.changes import clock_changes
from bot.domain.sla.clock import NEXT_UPDATE, ClockKind, SlaClock
from bot.domain.sla.effects import RefreshClocks
from bot.domain.sla.following import begins_again, followed, in_next_cycle, moments
from bot.domain.sla.ladder import armed_anew
from bot.domain.sla.payloads import ClockFacts
from bot.domain.sla.policy import Moment
from bot.domain.sla.record import ClockRecord, RungRecord, next_look_at, next_update_due
from bot.services.sla import recovery, reminders
from storage.customers import customers
from storage.database.database import Transaction
from storage.queue import outbox
from storage.sla import clocks as sla_clocks
from storage.sla import rungs

TRIES = 5  # a change is made again on what somebody else has just changed

Change = Callable[[SlaClock], SlaClock]


async def save(
    tx: Transaction,
    policy: Policy,
    record: ClockRecord,
    clock: SlaClock,
    *,
    now: datetime,
    climbed: Collection[RungRecord] | None = None,
) -> ClockRecord | None:
    """Store a changed clock and when to look at it next; None when somebody was faster.

    `climbed` are its rungs where they are known; None has them read.
    """
    if climbed is None:
        climbed = (await rungs.of(tx, [record.id]))[record.id]
    keys = {rung.rung for rung in climbed}
    again = armed_anew(policy.ladder, record.clock, clock, keys, now)
    left = [rung for rung in climbed if rung.rung not in again]
    look = next_look_at(policy.ladder, clock, left)
    saved = await sla_clocks.save(tx, record, clock, now=now, next_rung_at=look)
    if saved is None:
        return None
    if again:
        await rungs.withdraw(tx, record.id, again)
    if climbed and clock != record.clock:
        await _show(tx, record, clock, now)
    if record.clock.breached_at is None and clock.breached_at is not None:
        # Also of a clock that was stopped late before anybody looked at it.
        await rungs.open_breach(
            tx,
            record.id,
            record.escalation_id,
            breached_at=clock.breached_at,
            is_contractual=clock.is_contractual,
        )
    return saved


async def _show(tx: Transaction, record: ClockRecord, clock: SlaClock, now: datetime) -> None:
    """Have the messages that speak of a clock follow it."""
    await outbox.enqueue(tx, RefreshClocks(escalation_id=record.escalation_id), at=now)
    if clock.is_ended and not record.clock.is_ended:
        await reminders.draw_again(tx, record, at=now)


async def claim(tx: Transaction, record: ClockRecord) -> ClockRecord:
    """Make the clock ours until the transaction ends, unchanged.

    Raises:
        Conflict: Somebody else changed it since it was read.
    """
    claimed = await sla_clocks.claim(tx, record)
    if claimed is None:
        raise Conflict("Someone just changed this clock. Check it and try again.")
    return claimed


async def change(
    tx: Transaction,
    policy: Policy,
    record: ClockRecord,
    work: Change,
    *,
    now: datetime,
    climbed: Collection[RungRecord] | None = None,
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
    raise Conflict("Several people are changing this clock right now. Check it and try again.")


async def start(
    tx: Transaction, policy: Policy, escalation: Escalation, moment: Moment, *, at: datetime
) -> list[ClockRecord]:
    """Start the clocks that begin at that moment and are not running; return what was started."""
    kinds = [kind for kind, clock in policy.clocks.items() if clock.starts is moment]
    if not kinds:
        return []
    known = await sla_clocks.of(tx, escalation.id)
    last = {record.clock.kind: record for record in known}
    new = [kind for kind in kinds if kind not in last]
    promised = await _promised(tx, policy, escalation, new) if new else {}
    found = [await _start_new(tx, policy, escalation, kind, promised[kind], at=at) for kind in new]
    found += [
        await next_cycle(tx, policy, last[kind], escalation.severity, at=at)
        for kind in kinds
        if kind in last and begins_again(last[kind].clock, moment)
    ]
    return [record for record in found if record is not None]


async def begin(tx: Transaction, policy: Policy, escalation: Escalation) -> list[ClockRecord]:
    """Return an escalation's clocks; those of its opening are started when it has none yet."""
    known = await sla_clocks.of(tx, escalation.id)
    if known:
        return known
    await _keep_terms(tx, policy, escalation)
    await start(tx, policy, escalation, Moment.OPENED, at=escalation.raised_at)
    # Read again: somebody else may have started some of them at this very moment.
    return await sla_clocks.of(tx, escalation.id)


async def _keep_terms(tx: Transaction, policy: Policy, escalation: Escalation) -> None:
    """Keep what is promised at the opening for the clocks that begin later.

    An edited policy, another tier or another contract changes nothing for what is open.
    """
    later = [kind for kind, clock in policy.clocks.items() if clock.starts is not Moment.OPENED]
    if later:
        customer = await customers.get(tx, escalation.customer_id)
        at = escalation.raised_at
        terms = {kind: terms_for(policy, kind, customer, at=at) for kind in later}
        await sla_clocks.keep_terms(tx, escalation.id, terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a change of an escalation did to its clocks.

    Attributes:
        next_update_due_at: When its customer must hear from us next; None when nothing is owed.
        told: What the room is told of its clocks beside the change.
        silent: What is only written down, because something else tells the room.
    """

    next_update_due_at: datetime | None
    told: tuple[DomainChange, ...] = ()
    silent: tuple[DomainChange, ...] = ()


async def follow(
    tx: Transaction, policy: Policy, before: Escalation, after: Escalation, *, at: datetime
) -> Followed:
    """Have the clocks follow what changed about an escalation.

    Whoever calls writes down what became of them, after the escalation itself.
    """
    if not policy.clocks:
        due_at = None if after.is_over else before.next_update_due_at
        return Followed(next_update_due_at=due_at)
    records = await begin(tx, policy, before)
    climbed = await rungs.of(tx, [record.id for record in records])
    left = [
        await change(
            tx,
            policy,
            record,
            _following(policy, record.clock.kind, before, after, at=at),
            now=at,
            climbed=climbed[record.id],
        )
        for record in records
    ]
    await recovery.tell(tx, policy, records, left, at=at)
    told, silent = _noted(policy, records, left)
    if after.reopen_count > before.reopen_count:
        left += await _update_sooner(tx, policy, left, after, at=at)
    for moment in moments(before, after):
        left += await start(tx, policy, after, moment, at=at)
    return Followed(next_update_due_at=next_update_due(left), told=told, silent=silent)


def _noted(
    policy: Policy, before: Sequence[ClockRecord], after: Sequence[ClockRecord]
) -> tuple[tuple[DomainChange, ...], tuple[DomainChange, ...]]:
    """Return what is told of the clocks, and what is only written down: a late end tells itself."""
    told: list[DomainChange] = []
    silent: list[DomainChange] = []
    for was, now in zip(before, after, strict=True):
        clock = clock_facts(policy, was, now)
        found = clock_changes(clock, was.clock, now.clock)
        (silent if now.clock.is_recovered else told).extend(found)
    return tuple(told), tuple(silent)


def clock_facts(policy: Policy, before: ClockRecord, after: ClockRecord) -> ClockFacts:
    """Return what an entry keeps of a clock that was changed."""
    title = policy.clock_title(after.clock.kind)
    return ClockFacts.of(after.id, title, before.clock, after.clock)


def _following(
    policy: Policy, kind: ClockKind, before: Escalation, after: Escalation, *, at: datetime
) -> Change:
    rule = policy.clocks.get(kind)
    return lambda clock: followed(clock, before, after, rule=rule, at=at)


async def _update_sooner(
    tx: Transaction,
    policy: Policy,
    records: Sequence[ClockRecord],
    escalation: Escalation,
    *,
    at: datetime,
) -> list[ClockRecord]:
    """Promise the next update anew after a reopening, one severity step tighter.

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
    return next_update_due(await sla_clocks.of(tx, escalation_id))


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
    clock = in_next_cycle(record.clock, severity, at=at)
    look = next_look_at(policy.ladder, clock, ())
    return await sla_clocks.add_once(tx, record.escalation_id, clock, now=at, next_rung_at=look)


async def _start_new(
    tx: Transaction,
    policy: Policy,
    escalation: Escalation,
    kind: ClockKind,
    terms: Terms,
    *,
    at: datetime,
) -> ClockRecord | None:
    clock = SlaClock.started(kind, terms, escalation.severity, at=at)
    look = next_look_at(policy.ladder, clock, ())
    return await sla_clocks.add_once(tx, escalation.id, clock, now=at, next_rung_at=look)


async def _promised(
    tx: Transaction, policy: Policy, escalation: Escalation, kinds: Collection[ClockKind]
) -> dict[ClockKind, Terms]:
    """Return the terms of the opening for kinds of clocks, kept then for those that begin later.

    A kind that the policy did not have then has the terms of today.
    """
    kept = await sla_clocks.terms_kept(tx, escalation.id)
    if all(kind in kept for kind in kinds):
        return {kind: kept[kind] for kind in kinds}
    customer = await customers.get(tx, escalation.customer_id)
    return {
        kind: kept.get(kind) or terms_for(policy, kind, customer, at=escalation.raised_at)
        for kind in kinds
    }
