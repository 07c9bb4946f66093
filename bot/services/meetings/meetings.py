"""Rhythms: call what is due, hold one now, leave one out, close one, and say what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Conflict, InvalidInput, NotFound, NotNow
from bot.domain.escalation.changes import Change
from bot.domain.escalation.escalation import CustomerId, Escalation, EscalationId
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.timeline import EntryKind
from bot.domain.meetings.cadence import (
    MAX_REASON,
    NOT_CALLED,
    NOT_STORED,
    SAME,
    Cadence,
    Meeting,
    MeetingId,
    MeetingState,
    RhythmId,
    followed,
)
from bot.domain.meetings.effects import RefreshMeeting
from bot.domain.meetings.payloads import MeetingEnded
from bot.domain.meetings.policy import CadenceKind, CadencePolicy
from bot.domain.people import Person, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.time.business_hours import ALWAYS
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.escalation import cadence_record
from bot.services.escalation import record as escalation_record
from bot.services.escalation.escalations import BUSY, TRIES
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.meetings import meetings
from storage.queue import outbox

# Rhythms called, or escalations looked at, in one transaction: few, because acknowledgements wait.
AT_A_TIME = 50
LASTS = timedelta(minutes=15)  # a call, unless the policy says how long


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingMeetings:
    """What comes round in an escalation; a rhythm that is None has not begun, or is not planned."""

    escalation: Escalation
    settings: Mapping[CadenceKind, CadencePolicy]
    rhythms: Mapping[CadenceKind, Cadence]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What rhythms are called by, read at once for all that are due."""

    escalations: Mapping[EscalationId, Escalation]
    places: Mapping[CustomerId, tuple[str, str]]  # time zone and region
    sequences: Mapping[EscalationId, int]
    open_calls: Mapping[RhythmId, list[Meeting]]
    acted_at: Mapping[EscalationId, datetime]

    def has_acted(self, earlier: Meeting) -> bool:
        """Whether anybody recorded anything since a call."""
        acted_at = self.acted_at.get(earlier.escalation_id)
        return acted_at is not None and acted_at > earlier.called_at


class Meetings:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def call_due(self) -> int:
        """Call what is due and return how many rhythms that were.

        Any number of replicas may do so at once: each is called once. What is late because none
        was running is called once as well, and not once for each time that was missed.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            if not await meetings.is_any_due(tx, now=now):  # nearly always: and then nobody waits
                return 0
        async with self._database.transaction() as tx:
            due = await meetings.take_due(tx, now=now, most=AT_A_TIME)
            seen = await _around(tx, due)
            for rhythm in due:
                await self._come(tx, rhythm, seen)
        return len(due)

    async def follow_all(self) -> None:
        """Have the rhythms of everything unfinished be as status, severity and policy want them.

        They are so already, but for what an earlier version or another policy left behind.
        """
        last: EscalationId | None = None
        while True:
            async with self._database.reading() as tx:
                found = await escalations.unfinished(tx, after=last, most=AT_A_TIME)
                behind = [one.id for one in found if await self._is_behind(tx, one)]
            for escalation_id in behind:
                await self._follow(escalation_id)
            if len(found) < AT_A_TIME:
                return
            last = found[-1].id

    async def _is_behind(self, tx: Transaction, escalation: Escalation) -> bool:
        return await cadence_record.is_behind(tx, self._policy, escalation, at=self._clock.now())

    async def _follow(self, escalation_id: EscalationId) -> None:
        async with self._database.transaction() as tx:
            escalation = await escalations.held(tx, escalation_id)
            if escalation is not None and not escalation.is_over:
                await cadence_record.follow(tx, self._policy, escalation, at=self._clock.now())

    async def call_now(self, escalation_id: EscalationId, *, by: Person) -> Meeting:
        """Call a checkpoint out of turn; a beat of so-and-so long counts anew from here.

        Raises:
            NotNow: The escalation is over, or one was called a moment ago.
        """
        by.must_be_member()
        for _ in range(TRIES):
            async with self._database.transaction() as tx:
                escalation = await visible(tx, escalation_id, to=by)
                if escalation.is_over:
                    raise NotNow(
                        f"{escalation.number} is {escalation.status.label}. Reopen it first."
                    )
                await escalations.hold(tx, escalation_id)
                rhythm = await self._checkpoint(tx, escalation)
                if rhythm is None:
                    continue
                await self._refuse_second(tx, rhythm)
                next_at = await self._next_from_now(tx, escalation, rhythm)
                call = await self._called(
                    tx, rhythm, next_at, await _around(tx, [rhythm]), by=by.id
                )
            if call is not None:
                return call
        raise NotNow(BUSY)

    async def skip(
        self,
        escalation_id: EscalationId,
        kind: CadenceKind,
        reason: str,
        *,
        by: Person,
        call_id: MeetingId | None = None,
    ) -> Cadence:
        """Leave one out, and keep why: that call, or else the one going on, or else the next one.

        Raises:
            InvalidInput: Nobody said why, or at too great a length.
            NotNow: That call is over, or none is planned.
        """
        by.must_be_member()
        _check(reason)
        for _ in range(TRIES):
            async with self._database.transaction() as tx:
                escalation = await visible(tx, escalation_id, to=by)
                await escalations.hold(tx, escalation_id)
                rhythm = (await meetings.of(tx, escalation_id)).get(kind)
                if rhythm is None:
                    raise NotNow(f"No {kind.label.lower()} is scheduled.")
                call = await self._meant(tx, rhythm, call_id)
                if call is not None:
                    saved = await self._skip_call(tx, rhythm, call, reason, by=by.id)
                else:
                    saved = await self._skip_next(tx, escalation, rhythm, reason, by=by.id)
            if saved is not None:
                return saved
        raise NotNow(BUSY)

    async def done(self, call_id: MeetingId, *, by: Person) -> None:
        """Close a call; its minutes are those that were said until now.

        Raises:
            NotNow: It is over already.
        """
        by.must_be_member()
        now = self._clock.now()
        async with self._database.transaction() as tx:
            call = await meetings.find_call(tx, call_id)
            if call is None:
                raise NotFound("Call not found.")
            await visible(tx, call.escalation_id, to=by)
            await escalations.hold(tx, call.escalation_id)
            ended = call.ended(MeetingState.DONE, by=by.id, at=now)
            if not await meetings.end(tx, ended):
                raise NotNow(f"That {call.kind.label.lower()} is already over.")
            change = _change(EntryKind.CALL_DONE, call.id, MeetingEnded(meeting=call.kind))
            await escalation_record.record(tx, call.escalation_id, [change], by=by.id, at=now)
            await self._draw(tx, call)

    async def upcoming(self, escalation_id: EscalationId, *, to: Person) -> UpcomingMeetings:
        """Return what comes next, and when."""
        async with self._database.reading() as tx:
            escalation = await visible(tx, escalation_id, to=to)
            found = await meetings.of(tx, escalation_id)
        settings = self._policy.rhythms.get(escalation.severity, {})
        return UpcomingMeetings(escalation=escalation, settings=settings, rhythms=found)

    async def _come(self, tx: Transaction, rhythm: Cadence, seen: "_Around") -> None:
        """Call one that is due, unless the escalation has come to want it otherwise."""
        now = self._clock.now()
        escalation = seen.escalations[rhythm.escalation_id]
        calendar = self._policy.customer_calendar(*seen.places[escalation.customer_id])
        setting = self._policy.rhythm(escalation.severity, rhythm.kind)
        wanted = followed(rhythm, rhythm.kind, setting, escalation, calendar=calendar, at=now)
        if wanted is None or setting is None or wanted.next_at is None or wanted.next_at > now:
            stored = await meetings.save(tx, wanted or replace(rhythm, next_at=None))
            if stored is None:  # the next look finds it as it is then
                raise Conflict(BUSY)
            return
        next_at = setting.following(rhythm.next_at or now, now, calendar)
        await self._called(tx, wanted, next_at, seen, by=None)

    async def _called(
        self,
        tx: Transaction,
        rhythm: Cadence,
        next_at: datetime | None,
        seen: "_Around",
        *,
        by: SlackUserId | None,
    ) -> Meeting | None:
        """Record that one is called, in place of one that is open; None when another was faster."""
        now = self._clock.now()
        sequence = seen.sequences.get(rhythm.escalation_id, 0)
        moved = rhythm.called(next_at, at=now, sequence=sequence)
        if await meetings.save(tx, moved) is None:
            return None
        since, stands = rhythm.last_sequence, None
        for earlier in seen.open_calls.get(rhythm.id, ()):
            is_unheard = by is None and not seen.has_acted(earlier)
            if earlier.ts is None or is_unheard:  # this one tells of its time as well
                since = min(since, earlier.since)
            is_ended = await meetings.end(tx, earlier.ended(MeetingState.REPLACED, by=None, at=now))
            if is_ended and is_unheard and earlier.ts is not None:
                # Nobody answered it: its message becomes this one's instead of one more.
                stands = (earlier.channel_id, earlier.ts)
                await meetings.leave_message(tx, earlier.id)
            elif is_ended:
                await self._draw(tx, earlier)
        call = Meeting(
            id=NOT_CALLED,
            rhythm_id=rhythm.id,
            escalation_id=rhythm.escalation_id,
            kind=rhythm.kind,
            called_at=now,
            called_by=by,
            since=since,
            until=sequence,
            channel_id=stands[0] if stands else None,
            ts=stands[1] if stands else None,
        )
        call = await meetings.call(tx, call)
        await self._draw(tx, call)
        return call

    async def _checkpoint(self, tx: Transaction, escalation: Escalation) -> Cadence | None:
        """Return the rhythm of checkpoints, also where the policy plans none."""
        kind = CadenceKind.CHECKPOINT
        found = (await meetings.of(tx, escalation.id)).get(kind)
        if found is not None:
            return found
        return await meetings.add(
            tx,
            Cadence(
                id=NOT_STORED, escalation_id=escalation.id, kind=kind, severity=escalation.severity
            ),
        )

    async def _refuse_second(self, tx: Transaction, rhythm: Cadence) -> None:
        for call in await meetings.open_calls(tx, [rhythm.id]):
            if self._clock.now() - call.called_at < SAME:
                raise NotNow("A checkpoint just started. Reply in its thread.")

    async def _next_from_now(
        self, tx: Transaction, escalation: Escalation, rhythm: Cadence
    ) -> datetime | None:
        setting = self._policy.rhythm(escalation.severity, rhythm.kind)
        if setting is None or setting.every is None or rhythm.next_at is None:
            return rhythm.next_at
        customer = await customers.get(tx, escalation.customer_id)
        calendar = self._policy.business_days(customer)
        return setting.next_at(self._clock.now(), calendar)

    async def _meant(
        self, tx: Transaction, rhythm: Cadence, call_id: MeetingId | None
    ) -> Meeting | None:
        """Return the call that is to be skipped; None when the next one is."""
        if call_id is not None:
            call = await meetings.find_call(tx, call_id)
            if call is None or call.rhythm_id != rhythm.id:
                raise NotFound("Call not found.")
            return call
        setting = self._policy.rhythm(rhythm.severity, rhythm.kind)
        lasts = setting.length.length(ALWAYS) if setting and setting.length else LASTS
        found = await meetings.open_calls(tx, [rhythm.id])
        now = self._clock.now()
        going_on = [c for c in found if c.kind.is_meeting and now - c.called_at < lasts]
        return going_on[0] if going_on else None

    async def _skip_call(
        self, tx: Transaction, rhythm: Cadence, call: Meeting, reason: str, *, by: SlackUserId
    ) -> Cadence | None:
        now = self._clock.now()
        ended = call.ended(MeetingState.SKIPPED, by=by, at=now, reason=reason.strip())
        is_last = rhythm.last_sequence == call.until
        # What changed before it is told by the next one.
        sequence = call.since if is_last else rhythm.last_sequence
        wanted = replace(rhythm, skipped=rhythm.skipped + 1, last_sequence=sequence)
        saved = await meetings.save(tx, wanted)
        if saved is None:
            return None
        if not await meetings.end(tx, ended):
            raise NotNow(f"That {call.kind.label.lower()} is already over.")
        change = _change(EntryKind.CALL_SKIPPED, call.id, MeetingEnded(meeting=call.kind))
        of = call.escalation_id
        await escalation_record.record(tx, of, [change], by=by, at=now, reason=reason.strip())
        await self._draw(tx, call)
        return saved

    async def _skip_next(
        self,
        tx: Transaction,
        escalation: Escalation,
        rhythm: Cadence,
        reason: str,
        *,
        by: SlackUserId,
    ) -> Cadence | None:
        now, title = self._clock.now(), rhythm.kind.label
        if rhythm.next_at is None:
            raise NotNow(f"No {title.lower()} is scheduled.")
        setting = self._policy.rhythm(escalation.severity, rhythm.kind)
        customer = await customers.get(tx, escalation.customer_id)
        calendar = self._policy.business_days(customer)
        next_at = setting.following(rhythm.next_at, now, calendar) if setting else None
        saved = await meetings.save(tx, rhythm.without_next(next_at))
        if saved is not None:
            skipped = MeetingEnded(meeting=rhythm.kind, planned_at=rhythm.next_at)
            change = Change(kind=EntryKind.CALL_SKIPPED, payload=skipped)
            of = escalation.id
            await escalation_record.tell(tx, of, [change], by=by, at=now, reason=reason.strip())
        return saved

    async def _draw(self, tx: Transaction, call: Meeting) -> None:
        draw = RefreshMeeting(escalation_id=call.escalation_id, call_id=call.id)
        await outbox.enqueue(tx, draw, at=self._clock.now())


async def _around(tx: Transaction, found: Sequence[Cadence]) -> _Around:
    ids = [rhythm.escalation_id for rhythm in found]
    known = await escalations.find_many(tx, ids)
    calls: dict[RhythmId, list[Meeting]] = {}
    for call in await meetings.open_calls(tx, [rhythm.id for rhythm in found]):
        calls.setdefault(call.rhythm_id, []).append(call)
    return _Around(
        escalations=known,
        places=await customers.places(tx, {e.customer_id for e in known.values()}),
        sequences=await timeline.last_sequences(tx, ids),
        acted_at=await timeline.acted_at(tx, ids),
        open_calls=calls,
    )


def _change(kind: EntryKind, id_: MeetingId, payload: MeetingEnded) -> Change:
    return Change(
        kind=kind, subject=Subject(kind=SubjectKind.MEETING, id=str(id_)), payload=payload
    )


def _check(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({"reason": "Add a reason for skipping it. It goes into the record."})
    if len(reason) > MAX_REASON:
        message = f"That is {len(reason):,} characters; at most {MAX_REASON:,} fit."
        raise InvalidInput({"reason": message})
