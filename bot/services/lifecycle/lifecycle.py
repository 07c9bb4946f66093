"""The lifecycle: move an escalation on, archive its room when it is over, bring it back."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Conflict, InvalidInput, NotNow
from bot.domain.escalation.changes import Change, impact_changes, status_change
from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import Escalation, EscalationId, Status, Transition
from bot.domain.escalation.payloads import RoomChanged
from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import EntryKind
from bot.domain.lifecycle import lifecycle
from bot.domain.lifecycle.effects import ArchiveRoom, NotifyRequester, NotifySponsor, UnarchiveRoom
from bot.domain.lifecycle.lifecycle import RULES, Answers
from bot.domain.people import EXEC_SPONSOR, Person
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.policy import PausePolicy
from bot.domain.time import due
from bot.domain.time.business_hours import ALWAYS
from bot.domain.time.clock import Clock
from bot.domain.time.segments import PauseReason
from bot.services.access import visible
from bot.services.escalation import cadence_record
from bot.services.escalation import record as escalation_record
from bot.services.escalation.escalations import BUSY, TRIES
from bot.services.rooms.rooms import read_war_room
from bot.services.sla import pauses as sla_pauses
from bot.services.sla import record as sla_record
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.queue import inbox, outbox
from storage.rooms import rooms

AT_A_TIME = 50  # rooms archived in one transaction


class Lifecycle:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    @property
    def pauses(self) -> Mapping[PauseReason, PausePolicy]:
        """The reasons for which clocks may stand still, of which a hold has one."""
        return self._policy.pauses

    def end_in(self, typed: str, *, by: Person) -> tuple[due.Reading | None, str]:
        """Return until when a hold is to last, as `by` means it now, and what else was typed."""
        return due.until(typed, due.Writer.of(by, self._clock.now()))

    async def move(
        self, escalation_id: EscalationId, move: Transition, answers: Answers, *, by: Person
    ) -> Escalation:
        """Move an escalation on; who moves it has accepted the roles they hold.

        Raises:
            NotNow, NotAllowed, InvalidInput: As `lifecycle.check` says; nothing was changed.
        """
        by.must_be_member()
        for _ in range(TRIES):
            # Left by an exception, so that nothing of a move that came too late is kept.
            with contextlib.suppress(Conflict):
                async with self._database.transaction() as tx:
                    await visible(tx, escalation_id, to=by)
                    war_room = await read_war_room(tx, escalation_id, at=self._clock.now())
                    self._check(move, answers, war_room, by=by)
                    return await self._saved(tx, move, answers, war_room, by=by)
        raise NotNow(BUSY)

    async def prepared(
        self, escalation_id: EscalationId, move: Transition, *, by: Person
    ) -> WarRoom:
        """Return what a move's form is drawn from.

        Raises:
            NotNow, NotAllowed: This person cannot make that move now, whatever they answer.
        """
        by.must_be_member()
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=by)
            war_room = await read_war_room(tx, escalation_id, at=self._clock.now())
        with contextlib.suppress(InvalidInput):
            self._check(move, Answers(), war_room, by=by)
        return war_room

    def checklist(self, move: Transition, escalation: Escalation) -> tuple[str, ...]:
        """Return what the playbook wants ticked before a move."""
        playbook = self._policy.laid_down(escalation.severity, escalation.category)
        return playbook.checklists.get(move, ())

    def suggested_until(self) -> datetime:
        """Return until when a fix that is there now is watched, unless somebody says otherwise."""
        return self._policy.lifecycle.watch.after(self._clock.now(), ALWAYS)

    async def archive_due(self) -> int:
        """Ask for the archiving of rooms whose time has come; return how many there were.

        Any number of replicas may do so at once: each room is asked for once.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            if not await escalations.is_archive_due(tx, now=now):
                return 0
        async with self._database.transaction() as tx:
            found = await escalations.take_archive_due(tx, now=now, most=AT_A_TIME)
            for escalation_id in found:
                await outbox.enqueue(tx, ArchiveRoom(escalation_id=escalation_id), at=now)
        return len(found)

    async def unarchived(self, wanted: UnarchiveRoom, *, effect_id: int) -> None:
        """Record that a reopened escalation has its room back, and say there why; once."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if not await inbox.is_new(tx, f"unarchived:{effect_id}", at=now):
                return
            await rooms.change(tx, wanted.escalation_id, state=RoomState.OPEN)
            back = Change(kind=EntryKind.ROOM_UNARCHIVED, payload=RoomChanged())
            await escalation_record.record(tx, wanted.escalation_id, [back], by=None, at=now)
            if wanted.entries:
                note = PostChange(
                    escalation_id=wanted.escalation_id, by=wanted.by, entries=wanted.entries
                )
                await outbox.enqueue(tx, note, at=now)

    def _check(self, move: Transition, answers: Answers, war_room: WarRoom, *, by: Person) -> None:
        if move is Transition.REOPEN and war_room.escalation.status in RULES[move].origins:
            within = self._policy.lifecycle.reopen_within.length(ALWAYS)
            lifecycle.check_reopening(war_room.escalation, at=war_room.read_at, within=within)
        checklist = self.checklist(move, war_room.escalation)
        lifecycle.check(move, answers, war_room, by=by.id, checklist=checklist, pauses=self.pauses)

    async def _saved(
        self, tx: Transaction, move: Transition, answers: Answers, war_room: WarRoom, *, by: Person
    ) -> Escalation:
        """Store a move and have it told.

        Raises:
            Conflict: Somebody changed the escalation meanwhile.
            InvalidInput: It is held for a reason that somebody else has to agree to.
        """
        now, before = war_room.read_at, war_room.escalation
        holding = sla_pauses.Holding(tx=tx, policy=self._policy, escalation=before, at=now)
        if move is Transition.HOLD:
            await holding.must_be_agreed(answers, by=by)
            answers = holding.in_words(answers)
        clocks = await holding.ended() if before.status is Status.ON_HOLD else []
        calendar = self._policy.business_days(war_room.customer)
        archive_at = self._policy.lifecycle.archive_after.after(now, calendar)
        moved = lifecycle.moved(move, answers, before, at=now, archive_at=archive_at)
        followed = await sla_record.follow(tx, self._policy, before, moved, at=now)
        if move is Transition.HOLD:
            clocks = await holding.begun(answers, by=by)
        moved = replace(moved, next_update_due_at=followed.next_update_due_at)
        saved = await escalations.save(tx, moved)
        await escalations.accept_roles(tx, saved.id, by.id, at=now)
        change = _change(move, before.status, saved.status)
        clocks += followed.told
        if followed.silent:
            await escalation_record.record(tx, saved.id, followed.silent, by=None, at=now)
        if move is Transition.REOPEN and war_room.room.state is RoomState.ARCHIVED:
            await self._bring_back(tx, saved, change, answers, by=by)
        else:
            await escalation_record.tell(
                tx,
                saved.id,
                [change, *impact_changes(before, saved), *clocks],
                by=by.id,
                at=now,
                reason=answers.told,
            )
        if move is Transition.DECLINE and saved.raised_by != by.id:
            tell = NotifyRequester(escalation_id=saved.id, by=by.id)
            await outbox.enqueue(tx, tell, at=now)
        if move is Transition.REOPEN:
            await self._tell_sponsors(tx, saved, war_room, answers, by=by)
        await cadence_record.follow(tx, self._policy, saved, at=now)
        return saved

    async def _tell_sponsors(
        self,
        tx: Transaction,
        escalation: Escalation,
        war_room: WarRoom,
        answers: Answers,
        *,
        by: Person,
    ) -> None:
        """Have whoever sponsors it told that it is open again: they told others it was over."""
        for sponsor in self._policy.hears(EXEC_SPONSOR, escalation, war_room.assignments):
            if sponsor != by.id:
                tell = NotifySponsor(
                    escalation_id=escalation.id, to=sponsor, by=by.id, reason=answers.reason.strip()
                )
                await outbox.enqueue(tx, tell, at=war_room.read_at)

    async def _bring_back(
        self,
        tx: Transaction,
        escalation: Escalation,
        change: Change,
        answers: Answers,
        *,
        by: Person,
    ) -> None:
        now = self._clock.now()
        entries = await escalation_record.record(
            tx, escalation.id, [change], by=by.id, at=now, reason=answers.told
        )
        unarchive = UnarchiveRoom(escalation_id=escalation.id, by=by.id, entries=entries)
        await outbox.enqueue(tx, unarchive, at=now)


def _change(move: Transition, was: Status, now: Status) -> Change:
    kind = EntryKind.REOPENED if move is Transition.REOPEN else EntryKind.STATUS_CHANGED
    return status_change(was, now, kind=kind, transition=move)
