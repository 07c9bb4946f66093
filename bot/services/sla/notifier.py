"""Telling people of clocks: who hears of a rung, and where, gathered into few messages.

Everything one escalation tells at one instant goes through one `RungNotifier`, which writes it down
when it is finished: a line in the clocks message's thread or the channel, one in the leadership's
channel, and one for each person to whom it is said directly.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.escalation.effects import PostInRoom
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import ESCALATION_MANAGER, Assignment, RoleKey, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.rooms.effects import RefreshRoom
from bot.domain.sla.clock import ClockKind, SlaClock
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.domain.sla.ladder import AHEAD, CLOCK_OWNER, NoticePlace, Rung
from bot.domain.sla.notice import (
    STANDS,
    Notice,
    NoticeId,
    RungLine,
    Spot,
    newly_concerned,
    on_it,
    standing,
)
from bot.domain.sla.payloads import ClockFacts, RungsTold
from bot.domain.sla.record import ClockRecord, RungRecord
from bot.services.sla import reminders
from storage.database.database import Transaction
from storage.escalation import escalations, timeline
from storage.people import people
from storage.queue import outbox
from storage.sla import notices, rungs


def title(policy: Policy, kind: ClockKind) -> str:
    return policy.clock_title(kind)


async def say(
    tx: Transaction,
    escalation_id: EscalationId,
    text: str,
    *,
    at: datetime,
    link: str | None = None,
) -> None:
    await outbox.enqueue(tx, PostInRoom(escalation_id=escalation_id, text=text, link=link), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A line, the people it concerns, and the places it is told at."""

    line: RungLine
    people: tuple[SlackUserId, ...]
    places: frozenset[NoticePlace]


@dataclass(slots=True, kw_only=True)
class RungNotifier:
    """What one escalation tells at one instant, inside a transaction.

    Attributes:
        held: Its roles.
    """

    tx: Transaction
    policy: Policy
    escalation: Escalation
    now: datetime
    held: Sequence[Assignment]
    _said: list[_Said] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)
    _is_changed: bool = False

    @classmethod
    async def of(
        cls, tx: Transaction, policy: Policy, escalation: Escalation, *, now: datetime
    ) -> "RungNotifier":
        held = await escalations.assignments(tx, escalation.id)
        return cls(tx=tx, policy=policy, escalation=escalation, now=now, held=held)

    async def tell(
        self,
        record: ClockRecord,
        climbed: Collection[RungRecord],
        due: Sequence[Rung],
        *,
        by: SlackUserId | None = None,
    ) -> tuple[SlackUserId, ...]:
        """Write down that these rungs are told; tell the highest, to everybody of all of them.

        A rung that another replica has told already is left alone, and one that is only shown, or
        below the next real step of a clock that somebody is on, is not told. Returns whom it
        reaches; `by` is who had it told by hand.
        """
        ladder, self._is_changed = self.policy.ladder, True
        is_taken = on_it(ladder, record.clock, climbed) is not None and by is None
        is_ahead = by is not None and record.clock.breached_at is None
        loud = [r for r in due if not r.is_shown_only and (r.is_real_step or not is_taken)]
        repeated = None if is_ahead else self._repeated(record.clock, climbed, loud)
        told = []
        for rung in due:
            is_early = is_ahead and rung.at.is_breach
            step = RungRecord(
                clock_id=record.id,
                rung=rung.key + AHEAD if is_early else rung.key,
                told_at=self.now,
                times=1 if rung in loud else 0,
                repeat_at=ladder.repeat_at(1, self.now) if rung is repeated else None,
            )
            if await rungs.climb_once(self.tx, step) and rung in loud:
                told.append(rung)
        if not told:
            return ()
        highest = told[-1]
        await rungs.silence(self.tx, record.id, ladder.below(record.clock, highest.key))
        if any(rung.at.is_breach for rung in told):  # the card names what is broken
            refresh = RefreshRoom(escalation_id=self.escalation.id)
            await outbox.enqueue(self.tx, refresh, at=self.now)
        # Told late, several at once: each wants its own place, and one message is enough there.
        places = frozenset(place for rung in told for place in rung.where)
        self._note(record, told, by)
        return self._say(record, told, places, by=by)

    async def tell_again(self, record: ClockRecord, climbed: RungRecord) -> None:
        """Tell an unanswered rung once more: directly, and to the deputy as well.

        The room has it in its clocks message, and leadership has read it.
        """
        rung = self.policy.ladder.rung(record.clock, climbed.rung)
        times = climbed.times + 1
        repeat_at = self.policy.ladder.repeat_at(times, self.now) if rung else None
        await rungs.tell_again(self.tx, climbed, repeat_at=repeat_at)
        self._is_changed = True
        if rung is not None:
            self._say(record, [rung], frozenset({NoticePlace.DIRECT}), times=times)

    async def finish(self) -> None:
        """Write down what is told, and have it said."""
        if not self._is_changed:
            return
        # Whoever holds the end of the timeline is alone with this escalation's messages.
        await timeline.head(self.tx, self.escalation.id)
        await timeline.add(self.tx, *self._entries)
        refresh = RefreshClocks(escalation_id=self.escalation.id)
        await outbox.enqueue(self.tx, refresh, at=self.now)
        if self._said:
            asleep = await self._asleep()
            await self._tell_room(asleep)
            await self._tell_leadership()
            await self._tell_directly(asleep)

    def _repeated(
        self, clock: SlaClock, climbed: Collection[RungRecord], loud: Sequence[Rung]
    ) -> Rung | None:
        """Return the rung that is told again until somebody answers: never below one told before.

        A higher one is told again to everybody of those below it.
        """
        if not loud or not loud[-1].is_repeated:
            return None
        told = {rung.rung for rung in climbed if rung.times > 0}
        is_highest = not any(loud[-1].key in self.policy.ladder.below(clock, key) for key in told)
        return loud[-1] if is_highest else None

    def _note(self, record: ClockRecord, told: Sequence[Rung], by: SlackUserId | None) -> None:
        name = title(self.policy, record.clock.kind)
        clock = ClockFacts.of(record.id, name, record.clock, record.clock)
        payload = RungsTold(clocks=(clock,), rungs=tuple(rung.key for rung in told))
        self._entries.append(
            Entry(
                escalation_id=self.escalation.id,
                kind=EntryKind.RUNG_TOLD,
                at=self.now,
                actor=by,
                subject=payload.subject,
                payload=payload,
            )
        )

    def _say(
        self,
        record: ClockRecord,
        told: Sequence[Rung],
        places: frozenset[NoticePlace],
        *,
        times: int = 1,
        by: SlackUserId | None = None,
    ) -> tuple[SlackUserId, ...]:
        concerned = self.audience(record, told[-1], times=times)
        now = replace(record, clock=record.clock.at(self.now))
        name = title(self.policy, record.clock.kind)
        line = RungLine.of(now, told, name, by=by, times=times)
        self._said.append(_Said(line=line, people=concerned, places=places))
        return concerned

    def audience(
        self, record: ClockRecord, rung: Rung, *, times: int = 1
    ) -> tuple[SlackUserId, ...]:
        """Return whom a rung reaches by name, the deputy as well when it is told again."""
        roles = list(self.policy.ladder.audience(record.clock, rung.key))
        if times > 1 and self.policy.ladder.deputy is not None:
            roles.append(self.policy.ladder.deputy)
        return _people(self.policy, self.escalation, record.clock, roles, self.held)

    async def _asleep(self) -> dict[SlackUserId, datetime]:
        """Return who is not to be called now, and from when on they are."""
        quiet = self.policy.ladder.quiet_hours
        if quiet is None or self.escalation.severity not in quiet.severities:
            return {}
        concerned = {user for said in self._said for user in said.people}
        zones = await people.time_zones(self.tx, concerned)
        found = {}
        for user in concerned:
            calendar = self.policy.calendar(quiet.outside, zones.get(user, "UTC"))
            opens_at = calendar.next_open(self.now)
            if opens_at > self.now:
                found[user] = opens_at
        return found

    async def _tell_room(self, asleep: Collection[SlackUserId]) -> None:
        wanted = [said for said in self._said if NoticePlace.ROOM in said.places]
        broken = [said.line for said in wanted if said.line.is_broken and said.line.is_step]
        rest = [said.line for said in wanted if said.line not in broken]
        recent = await notices.since(self.tx, self.escalation.id, self.now - STANDS)
        concerned = [user for said in wanted for user in said.people if user not in asleep]
        called = newly_concerned(recent, concerned)
        if broken:
            joined = standing(recent, Spot.CHANNEL, (), self.now)
            if joined is None:
                await self._put(recent, Spot.CHANNEL, broken, called)
                called = ()
            else:
                await self._put(recent, Spot.CHANNEL, broken, ())
                rest = [*broken, *rest]
        if rest:
            await self._put(recent, Spot.THREAD, rest, called)

    async def _tell_leadership(self) -> None:
        place = self.policy.channels.leadership
        lines = [said.line for said in self._said if NoticePlace.LEADERSHIP in said.places]
        if lines and place and not self.escalation.is_private:
            recent = await notices.since(self.tx, self.escalation.id, self.now - STANDS)
            await self._put(recent, Spot.LEADERSHIP, lines, (), place=place)

    async def _put(
        self,
        recent: Iterable[Notice],
        spot: Spot,
        lines: Sequence[RungLine],
        called: tuple[SlackUserId, ...],
        *,
        place: str = "",
    ) -> None:
        """Add lines to the message that stands there, or have a new one told."""
        joined = standing(recent, spot, called, self.now)
        if joined is not None:
            await notices.save(self.tx, joined.joined_by(lines))
            notice_id = joined.id
        else:
            new = Notice(
                id=NoticeId(0),
                escalation_id=self.escalation.id,
                spot=spot,
                made_at=self.now,
                lines=tuple(lines),
                people=called,
                place=place,
            )
            notice_id = await notices.add(self.tx, new)
        tell = PostClockNotice(escalation_id=self.escalation.id, notice_id=notice_id)
        await outbox.enqueue(self.tx, tell, at=self.now)

    async def _tell_directly(self, asleep: dict[SlackUserId, datetime]) -> None:
        """Tell people directly: whom the rung says, and who would have been called in the room."""
        found: dict[SlackUserId, list[RungLine]] = {}
        for said in self._said:
            for user in said.people:
                if NoticePlace.DIRECT in said.places or (
                    user in asleep and NoticePlace.ROOM in said.places
                ):
                    found.setdefault(user, []).append(said.line)
        await reminders.put(self.tx, self.escalation, found, now=self.now, later=asleep)


def _people(
    policy: Policy,
    escalation: Escalation,
    clock: SlaClock,
    roles: Sequence[RoleKey],
    held: Sequence[Assignment],
) -> tuple[SlackUserId, ...]:
    """Return who is told in these roles; a clock whose owner nobody is is the manager's."""
    known = policy.clocks.get(clock.kind)
    owner = known.owner if known else ESCALATION_MANAGER
    is_owned = any(a.role == owner for a in held)
    found: dict[SlackUserId, None] = {}
    for role in roles:
        wanted = owner if role == CLOCK_OWNER else role
        if role == CLOCK_OWNER and not is_owned:
            wanted = ESCALATION_MANAGER
        found |= dict.fromkeys(policy.hears(wanted, escalation, held))
    return tuple(found)
