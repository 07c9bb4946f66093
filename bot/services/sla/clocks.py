"""The clocks of an escalation: explain, pause, resume, meet, waive; answer and climb the ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import InvalidInput, NotFound, NotNow
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import Person, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.rooms.effects import RefreshRoom
from bot.domain.sla.breach import Breach, Recovery
from bot.domain.sla.clock import (
    ACKNOWLEDGE,
    CONFIRMED_BY_CUSTOMER,
    NEXT_UPDATE,
    RESOLUTION,
    ClockKind,
    SlaClock,
)
from bot.domain.sla.explanation import AuditFinding, Explanation, audit, explain
from bot.domain.sla.ladder import Rung
from bot.domain.sla.payloads import (
    ClockFacts,
    ClockMet,
    ClockResumed,
    ClocksChanged,
    ClockWaived,
    ResumeCause,
    RungAcknowledged,
)
from bot.domain.sla.record import ClockId, ClockRecord, RungRecord
from bot.domain.time.clock import Clock
from bot.domain.time.segments import PauseReason
from bot.services.access import visible
from bot.services.sla import entries as sla_entries
from bot.services.sla import notifier, reminders
from bot.services.sla import pauses as sla_pauses
from bot.services.sla import record as sla_record
from bot.services.sla import recovery as sla_recovery
from bot.services.sla.notifier import RungNotifier
from bot.services.sla.previews import NOBODY_LEFT, next_rung
from storage.database.database import Database, Transaction
from storage.escalation import timeline
from storage.queue import outbox
from storage.sla import breaches, rungs
from storage.sla import clocks as sla_clocks

# A clock that is stopped by what the escalation does and not by a word → the word to use.
STOPPED_BY = {ACKNOWLEDGE: "acknowledge", RESOLUTION: "resolve"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One clock for the eye: why it is due when it is, what it told, what is odd about it.

    Attributes:
        region: Whose public holidays its calendar has, in words; empty for nobody's.
    """

    title: str
    explanation: Explanation
    region: str
    climbed: tuple[RungRecord, ...]
    suspicions: tuple[AuditFinding, ...]
    breach: Breach | None
    recovery: Recovery | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """A rung that was told by hand, and the people it reaches."""

    title: str
    rung: Rung
    people: tuple[SlackUserId, ...]


class SlaClocks:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def explained(self, escalation_id: EscalationId, *, to: Person) -> list[Explained]:
        """Return why each clock stands as it does now; of those that recur, the latest.

        Raises:
            NotFound: There is no such escalation, or none that this person may know of.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            records = await sla_clocks.of(tx, escalation_id)
            latest = {r.clock.kind: r for r in records}
            ids = [record.id for record in latest.values()]
            climbed = await rungs.of(tx, ids)
            broken = await breaches.of(tx, ids)
            noted = await breaches.recoveries(tx, ids)
            replied = await timeline.said_at(tx, escalation_id, EntryKind.CUSTOMER_REPLIED)
        return [
            Explained(
                title=self._titles([record.clock.kind]),
                explanation=self._explanation(record, records, now),
                region=self._policy.holidays_of(record.clock.terms.calendar),
                climbed=climbed[id_],
                suspicions=tuple(
                    audit(record.clock, now, tuple(c.told_at for c in climbed[id_]), replied)
                ),
                breach=broken.get(id_),
                recovery=noted.get(id_),
            )
            for id_, record in ((record.id, record) for record in latest.values())
        ]

    def pause_titles(self) -> dict[PauseReason, str]:
        """Return what people call the reasons for which clocks are paused."""
        return {reason: pause.title for reason, pause in self._policy.pauses.items()}

    async def pause(
        self,
        escalation_id: EscalationId,
        reason: str,
        *,
        by: Person,
        evidence: str,
        until_at: datetime | None = None,
    ) -> list[str]:
        """Stop every clock that may stop for this reason; return their titles, with the end.

        Raises:
            InvalidInput: There is no such reason, no evidence, or the end is out of bounds.
            NotAllowed: Somebody else has to agree to it.
            NotNow: No clock runs that may stop for it.
        """
        key = PauseReason(_named(reason, self._policy.pauses, "reason"))
        at = self._clock.now()

        def work(clock: SlaClock) -> SlaClock:
            if key not in clock.terms.pauses or clock.is_ended or clock.at(at).pause:
                return clock
            clock = clock.at(at)  # what has run out by now counts
            sla_pauses.check(self._policy, clock, key, evidence=evidence, until_at=until_at)
            return clock.paused(key, at=at, by=by.id, evidence=evidence, until_at=until_at)

        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            await sla_pauses.must_approve(tx, self._policy, escalation, key, by=by)
            touched = await self._change_all(tx, escalation, work, at)
            if not touched:
                title = self._policy.pauses[key].title
                raise NotNow(f"No running clock can be paused for “{title}”. See /escalate clocks.")
            until = sla_pauses.until_in_words(touched[-1][1].clock)
            payload = sla_pauses.pause_facts(self._policy, touched, key, evidence=evidence)
            await self._tell(tx, escalation, touched, EntryKind.CLOCK_PAUSED, payload, by=by.id)
        return [f"{self._titles([record.clock.kind for record, _ in touched])}{until}"]

    async def resume(self, escalation_id: EscalationId, *, by: Person) -> list[str]:
        """Let every paused clock run on; return their titles.

        Raises:
            NotNow: None is paused.
        """
        at = self._clock.now()

        def work(clock: SlaClock) -> SlaClock:
            paused = not clock.is_ended and clock.at(at).pause is not None
            return clock.resumed(at=at, by=by.id, because="resumed") if paused else clock

        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            touched = await self._change_all(tx, escalation, work, at)
            if not touched:
                raise NotNow("No clock is paused.")
            payload = ClockResumed(clocks=self._facts(touched), cause=ResumeCause.BY_HAND)
            await self._tell(tx, escalation, touched, EntryKind.CLOCK_RESUMED, payload, by=by.id)
        return [self._titles([record.clock.kind]) for record, _ in touched]

    async def must_be_meetable(
        self, escalation_id: EscalationId, name: str, *, to: Person
    ) -> ClockKind:
        """Return the clock of that name, which somebody may stop by saying how it was kept.

        Raises:
            InvalidInput: There is no such clock.
            NotNow: It is stopped by another word, or has not begun.
        """
        kind = self._meetable(name)
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            await self._open(tx, escalation_id, kind)
        return kind

    def _meetable(self, name: str) -> ClockKind:
        kind = self._kind(name)
        if kind in STOPPED_BY:
            raise NotNow(f"Use /escalate {STOPPED_BY[kind]} to stop that clock.")
        return kind

    async def met(self, escalation_id: EscalationId, name: str, *, by: Person, how: str) -> str:
        """Stop a clock because what it promised was done; return its title.

        A recurring one begins again.

        Raises:
            InvalidInput: There is no such clock, or it does not say how it was met.
            NotNow: It is stopped by another word, or has ended.
        """
        kind = self._meetable(name)
        if not how.strip():
            raise InvalidInput({"how": f"Add evidence or a link: /escalate met {kind} …"})
        at = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            before = await self._open(tx, escalation.id, kind)
            final = kind not in CONFIRMED_BY_CUSTOMER
            record = await sla_record.change(
                tx,
                self._policy,
                before,
                lambda clock: clock.stopped(at=at, how=how, is_confirmed=final),
                now=at,
            )
            if kind == NEXT_UPDATE:
                await sla_record.next_cycle(tx, self._policy, record, at=at)
            late = record.clock.is_recovered
            if late:  # the card names what is broken
                await outbox.enqueue(tx, RefreshRoom(escalation_id=escalation_id), at=at)
            pairs = [(before, record)]
            payload = ClockMet(
                clocks=self._facts(pairs),
                state=record.clock.state(at),
                how=how.strip(),
                late_seconds=sla_recovery.late_seconds(record.clock, at) if late else None,
                is_final=final,
            )
            await self._tell(tx, escalation, pairs, EntryKind.CLOCK_MET, payload, by=by.id)
        return self._titles([kind])

    async def waive(self, escalation_id: EscalationId, name: str, *, by: Person, why: str) -> str:
        """Give a clock up with a reason; return its title.

        It stays visible and never counts as met.

        Raises:
            InvalidInput: There is no such clock, or no reason.
            NotNow: It has ended.
        """
        kind, at = self._kind(name), self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            before = await self._open(tx, escalation.id, kind)
            record = await sla_record.change(
                tx,
                self._policy,
                before,
                lambda clock: clock.waived(at=at, by=by.id, why=why),
                now=at,
            )
            if kind == NEXT_UPDATE:
                await sla_record.next_cycle(tx, self._policy, record, at=at)
            pairs = [(before, record)]
            payload = ClockWaived(clocks=self._facts(pairs), why=why.strip())
            await self._tell(tx, escalation, pairs, EntryKind.CLOCK_WAIVED, payload, by=by.id)
        return self._titles([kind])

    async def acknowledge_rung(self, clock_id: ClockId, *, by: Person) -> str:
        """Record who is on what a clock has told; return the clock's title.

        It tells nobody anything more until its next real step: the breach, or twice its target.

        Somebody who answers again is told the same, and nothing changes.

        Raises:
            NotFound: There is no such clock that this person may know of.
            NotNow: It has ended, or somebody else answered before.
        """
        at = self._clock.now()
        async with self._database.transaction() as tx:
            record = await sla_clocks.get(tx, clock_id)
            if record is None:
                raise NotFound("Clock not found.")
            escalation = await self._own(tx, record.escalation_id, by)
            title = self._titles([record.clock.kind])
            if record.clock.is_ended:
                raise NotNow(f"{title} has already ended.")
            # The clock before its rungs, as the sweep does, so that no two wait for each other.
            record = await sla_record.claim(tx, record)
            if not await rungs.acknowledge(tx, clock_id, by=by.id, at=at):
                told = (await rungs.of(tx, [clock_id]))[clock_id]
                first = told[-1].acknowledged_by if told else None
                if first not in {None, by.id}:
                    raise NotNow(f"{{by}} is already on it: {title}.", by=first or "")
                return title
            await sla_record.save(tx, self._policy, record, record.clock, now=at)
            pairs, what = [(record, record)], EntryKind.RUNG_ACKNOWLEDGED
            entries = sla_entries.Entries(
                tx=tx, policy=self._policy, escalation=escalation, at=at, by=by.id
            )
            payload = RungAcknowledged(clocks=self._facts(pairs), person=by.id)
            await entries.record(pairs, what, payload)
            await reminders.answered(tx, record, by=by.id, at=at)
        return title

    async def climb(self, escalation_id: EscalationId, *, by: Person) -> Climb:
        """Tell the next rung now, by hand, of the clock that has run down furthest.

        Raises:
            NotNow: No clock runs, or all have been told everything.
        """
        at = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await self._own(tx, escalation_id, by)
            found = await next_rung(tx, self._policy, escalation.id, at=at)
            if found is None:
                raise NotNow(NOBODY_LEFT)
            record, rung = found
            claimed = await sla_record.claim(tx, record)
            before = (await rungs.of(tx, [record.id]))[record.id]
            telling = await RungNotifier.of(tx, self._policy, escalation, now=at)
            people = await telling.tell(claimed, before, [rung], by=by.id)
            await telling.finish()
            await sla_record.save(tx, self._policy, claimed, claimed.clock, now=at)
        return Climb(title=self._titles([record.clock.kind]), rung=rung, people=people)

    def _explanation(
        self, record: ClockRecord, records: Sequence[ClockRecord], now: datetime
    ) -> Explanation:
        kind, calendar = record.clock.kind, record.clock.terms.calendar
        return explain(
            record.clock,
            now,
            holidays=self._policy.public_holidays.get(calendar.holidays, {}),
            earlier=[r.clock for r in records if r.clock.kind == kind and r.id != record.id],
        )

    async def _own(self, tx: Transaction, escalation_id: EscalationId, by: Person) -> Escalation:
        by.must_be_member()
        return await visible(tx, escalation_id, to=by)

    async def _open(
        self, tx: Transaction, escalation_id: EscalationId, kind: ClockKind
    ) -> ClockRecord:
        found = [r for r in await sla_clocks.of(tx, escalation_id) if r.clock.kind == kind]
        if not found:
            raise NotNow(f"{self._titles([kind])} hasn't started.")
        return found[-1]

    async def _change_all(
        self, tx: Transaction, escalation: Escalation, work: sla_record.Change, at: datetime
    ) -> list[sla_entries.Pair]:
        """Change its clocks; return those that are different now, as they were and as they are."""
        pairs = [
            (record, await sla_record.change(tx, self._policy, record, work, now=at))
            for record in await sla_clocks.of(tx, escalation.id)
        ]
        return [(before, after) for before, after in pairs if before.version != after.version]

    async def _tell(
        self,
        tx: Transaction,
        escalation: Escalation,
        pairs: Sequence[sla_entries.Pair],
        entry: EntryKind,
        payload: ClocksChanged,
        *,
        by: SlackUserId,
    ) -> None:
        at = self._clock.now()
        entries = sla_entries.Entries(
            tx=tx, policy=self._policy, escalation=escalation, at=at, by=by
        )
        await entries.tell(pairs, entry, payload)

    def _facts(self, pairs: Sequence[sla_entries.Pair]) -> tuple[ClockFacts, ...]:
        return tuple(sla_record.clock_facts(self._policy, *pair) for pair in pairs)

    def _titles(self, kinds: list[ClockKind]) -> str:
        return ", ".join(notifier.title(self._policy, kind) for kind in kinds)

    def _kind(self, name: str) -> ClockKind:
        return ClockKind(_named(name, self._policy.clocks, "clock"))


def _named(
    typed: str, known: Mapping[ClockKind, object] | Mapping[PauseReason, object], what: str
) -> str:
    """Return the one name that was meant; a part of it is enough where only one has it.

    Raises:
        InvalidInput: None or several are meant.
    """
    names = [str(name) for name in known]
    wanted = typed.casefold().replace("-", "_")
    found = [n for n in names if n == wanted] or [n for n in names if wanted and wanted in n]
    if len(found) != 1:
        raise InvalidInput({what: f"Choose a {what}: {', '.join(names)}."})
    return found[0]
