"""Broken promises and promises in danger: what is written down of them, once, with who and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import Conflict, NotFound, NotNow
from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.sla.breach import Breach, BreachAnswers, Recovery
from bot.domain.sla.ladder import Asks
from bot.domain.sla.payloads import BreachRecorded, ClockFacts, ClocksChanged, RecoveryNoted
from bot.domain.sla.record import ClockId, ClockRecord, RungRecord
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.sla import notifier
from bot.services.sla import record as sla_record
from storage.database.database import Database, Transaction
from storage.escalation import timeline
from storage.queue import outbox
from storage.sla import breaches, clocks, rungs

TOO_LATE = "{by} saved this while you were typing. Submit again to replace it."


@dataclass(frozen=True, slots=True, kw_only=True)
class InDanger:
    """What the forms about one clock are drawn from; `breach` is None while it is not broken."""

    title: str
    clock_id: ClockId
    due_at: datetime | None
    is_ended: bool
    breach: Breach | None
    recovery: Recovery


class Breaches:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def of(self, clock_id: ClockId, *, to: Person) -> InDanger:
        """Return what is written down of a clock.

        Raises:
            NotFound: There is no such clock that this person may know of.
        """
        async with self._database.reading() as tx:
            record = await self._own(tx, clock_id, to)
            return await self._read(tx, record)

    async def named(self, escalation_id: EscalationId, name: str, *, to: Person) -> InDanger:
        """Return the broken promise that is meant: by its name, or else the latest unrecorded.

        Raises:
            NotNow: None of that name is broken.
        """
        async with self._database.reading() as tx:
            records = await self._called(tx, escalation_id, name, to)
            found = await breaches.of(tx, [record.id for record in records])
            broken = [found[record.id] for record in records if record.id in found]
            broken.sort(key=lambda b: (b.recorded_at is None, b.breached_at))
            if not broken:
                raise NotNow("No breach found for that clock. See /escalate clocks.")
            record = next(r for r in records if r.id == broken[-1].clock_id)
            return await self._read(tx, record)

    async def in_danger(self, escalation_id: EscalationId, name: str, *, to: Person) -> InDanger:
        """Return the promise that is to be kept after all: by its name, or else the nearest.

        That is one whose people are being asked for a recovery note, or else the one due soonest;
        what is broken already comes last.

        Raises:
            NotNow: None of that name runs.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            called = await self._called(tx, escalation_id, name, to)
            records = [r for r in called if r.clock.state(now).is_open]
            if not records:
                raise NotNow("That clock isn't running. See /escalate clocks.")
            climbed = await rungs.of(tx, [record.id for record in records])

            def distance(record: ClockRecord) -> tuple[bool, bool, bool, datetime]:
                clock = record.clock.at(now)
                is_asked = self._is_asked(record, climbed[record.id], Asks.RECOVERY_NOTE)
                due_at = clock.due_at
                return not is_asked, clock.breached_at is not None, due_at is None, due_at or now

            return await self._read(tx, min(records, key=distance))

    async def record(
        self, clock_id: ClockId, answers: BreachAnswers, *, version: int, by: Person
    ) -> None:
        """Keep the record of a broken promise; its rung is not told again after that.

        Raises:
            InvalidInput: Something is missing.
            NotNow: The promise was not broken.
            Conflict: Somebody else recorded it since `version` was read.
        """
        now = self._clock.now()
        answers.check(now=now)
        async with self._database.transaction() as tx:
            clock = await self._own(tx, clock_id, by)
            clock = await sla_record.claim(tx, clock)
            breach = (await breaches.of(tx, [clock_id])).get(clock_id)
            if breach is None:
                raise NotNow("This target wasn't missed.")
            recorded = replace(
                breach,
                cause=answers.cause.strip(),
                effect=answers.effect.strip(),
                next_target_at=answers.next_target_at,
                is_customer_told=answers.is_customer_told,
                customer_told_at=answers.customer_told_at if answers.is_customer_told else None,
                recorded_by=by.id,
                recorded_at=now,
            )
            if breach.version != version or not await breaches.save(tx, recorded):
                raise Conflict(TOO_LATE, by=breach.recorded_by or by.id)
            await self._answered(tx, clock, Asks.BREACH_RECORD, now)
            payload = BreachRecorded(
                clocks=self._facts(clock),
                cause=recorded.cause,
                effect=recorded.effect,
                next_target_at=recorded.next_target_at,
                is_customer_told=recorded.is_customer_told,
            )
            await self._tell(tx, clock, EntryKind.BREACH_RECORDED, payload, by=by)

    async def note(self, clock_id: ClockId, recovery: Recovery, *, by: Person) -> None:
        """Keep how a promise in danger is kept; its rung is not told again after that.

        Raises:
            InvalidInput: Something is missing.
            NotNow: The clock has ended.
            Conflict: Somebody else noted something since `recovery.version` was read.
        """
        now = self._clock.now()
        recovery.check(now=now)
        async with self._database.transaction() as tx:
            clock = await self._own(tx, clock_id, by)
            if clock.clock.is_ended:
                raise NotNow("This clock has ended.")
            clock = await sla_record.claim(tx, clock)
            noted = replace(
                recovery,
                clock_id=clock_id,
                plan=recovery.plan.strip(),
                noted_by=by.id,
                noted_at=now,
            )
            before = (await breaches.recoveries(tx, [clock_id])).get(clock_id)
            if not await breaches.save_recovery(tx, noted):
                raise Conflict(TOO_LATE, by=(before and before.noted_by) or by.id)
            await self._answered(tx, clock, Asks.RECOVERY_NOTE, now)
            payload = RecoveryNoted(
                clocks=self._facts(clock), plan=noted.plan, forecast_at=noted.forecast_at
            )
            await self._tell(tx, clock, EntryKind.RECOVERY_NOTED, payload, by=by)

    async def _called(
        self, tx: Transaction, escalation_id: EscalationId, name: str, to: Person
    ) -> list[ClockRecord]:
        """Return the clocks whose name holds what was typed; all of them when nothing was."""
        to.must_be_member()
        await visible(tx, escalation_id, to=to)
        wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
        return [r for r in await clocks.of(tx, escalation_id) if wanted in r.clock.kind]

    def _is_asked(self, record: ClockRecord, climbed: Sequence[RungRecord], asks: Asks) -> bool:
        """Whether a rung that asks for this was told, and nobody has answered it yet."""
        told = [self._policy.ladder.rung(record.clock, c.rung) for c in climbed if c.repeat_at]
        return any(rung is not None and rung.asks is asks for rung in told)

    async def _own(self, tx: Transaction, clock_id: ClockId, by: Person) -> ClockRecord:
        by.must_be_member()
        record = await clocks.get(tx, clock_id)
        if record is None:
            raise NotFound("Clock not found.")
        await visible(tx, record.escalation_id, to=by)
        return record

    async def _read(self, tx: Transaction, record: ClockRecord) -> InDanger:
        noted = await breaches.recoveries(tx, [record.id])
        return InDanger(
            title=notifier.title(self._policy, record.clock.kind),
            clock_id=record.id,
            due_at=record.clock.due_at,
            is_ended=record.clock.is_ended,
            breach=(await breaches.of(tx, [record.id])).get(record.id),
            recovery=noted.get(record.id, Recovery(clock_id=record.id)),
        )

    def _facts(self, record: ClockRecord) -> tuple[ClockFacts, ...]:
        return (sla_record.clock_facts(self._policy, record, record),)

    async def _answered(
        self, tx: Transaction, record: ClockRecord, asks: Asks, now: datetime
    ) -> None:
        ladder = self._policy.ladder.rungs_of(record.clock)
        await rungs.silence(tx, record.id, [rung.key for rung in ladder if rung.asks is asks])
        await sla_record.save(tx, self._policy, record, record.clock, now=now)

    async def _tell(
        self,
        tx: Transaction,
        record: ClockRecord,
        kind: EntryKind,
        payload: ClocksChanged,
        *,
        by: Person,
    ) -> None:
        """Write it into the timeline, and say it once in the room."""
        now = self._clock.now()
        entry = Entry(
            escalation_id=record.escalation_id,
            kind=kind,
            at=now,
            actor=by.id,
            subject=payload.subject,
            payload=payload,
        )
        entries = await timeline.add(tx, entry)
        note = PostChange(escalation_id=record.escalation_id, by=by.id, entries=entries)
        await outbox.enqueue(tx, note, at=now)
