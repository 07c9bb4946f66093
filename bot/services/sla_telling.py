"""Telling people of a clock: who hears of a rung, and where, put into the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.effects import RefreshRoom, SayInRoom, TellRung
from bot.domain.escalation import Escalation, EscalationId
from bot.domain.ladder import AHEAD, CLOCK_OWNER, Place, Rung
from bot.domain.people import ESCALATION_MANAGER, Assignment, RoleKey, SlackUserId
from bot.domain.policy import Policy
from bot.domain.sla import Clock, ClockKind
from bot.domain.sla_record import Climbed, ClockRecord
from bot.domain.timeline import Entry, EntryKind
from bot.services.sla_record import told_in
from storage import escalations, outbox, rungs, timeline
from storage.database import Transaction


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
    await outbox.put(tx, SayInRoom(escalation_id=escalation_id, text=text, link=link), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Telling people of one clock at one instant, inside a transaction."""

    tx: Transaction
    policy: Policy
    escalation: Escalation
    record: ClockRecord
    now: datetime

    async def tell(
        self, due: Sequence[Rung], *, by: SlackUserId | None = None
    ) -> tuple[SlackUserId, ...]:
        """Write down that these rungs are told; tell the highest, to everybody of all of them.

        A rung that another replica has told already is left alone. Returns whom it reaches;
        `by` is who had it told by hand.
        """
        is_ahead = by is not None and self.record.clock.at(self.now).breached_at is None
        told = [
            rung
            for rung in due
            if await self._is_first(
                rung, speaks=rung is due[-1], is_ahead=is_ahead and rung.at.is_breach
            )
        ]
        if not told:
            return ()
        highest = told[-1]
        await rungs.hush(self.tx, self.record.id, but=highest.key)
        name = title(self.policy, self.record.clock.kind)
        entry = Entry(
            escalation_id=self.escalation.id,
            kind=EntryKind.RUNG_TOLD,
            at=self.now,
            actor=by,
            text=f"{name}: {', '.join(rung.key for rung in told)} told",
        )
        await timeline.add(self.tx, entry)
        if any(rung.at.is_breach for rung in told):  # the card names what is broken
            refresh = RefreshRoom(escalation_id=self.escalation.id)
            await outbox.put(self.tx, refresh, at=self.now)
        # Told late, several at once: each wants its own place, and one message is enough there.
        places = {place for rung in told for place in rung.where}
        key = highest.key + AHEAD if is_ahead and highest.at.is_breach else highest.key
        return await self._send(highest, places, key=key, by=by)

    async def tell_again(self, climbed: Climbed) -> None:
        """Tell an unanswered rung once more: to the deputy as well, and no more to leadership."""
        rung = self.policy.ladder.rung(self.record.clock, climbed.rung)
        repeat_at = self._repeat_at() if rung else None
        await rungs.tell_again(self.tx, climbed, repeat_at=repeat_at)
        if rung is not None:
            # Leadership has read it: to make somebody answer is not asked of a channel.
            where = set(rung.where) - {Place.LEADERSHIP}
            await self._send(rung, where, times=climbed.times + 1)

    async def _is_first(self, rung: Rung, *, speaks: bool, is_ahead: bool) -> bool:
        is_repeated = speaks and rung.is_repeated and not is_ahead
        climbed = Climbed(
            clock_id=self.record.id,
            rung=rung.key + AHEAD if is_ahead else rung.key,
            told_at=self.now,
            repeat_at=self._repeat_at() if is_repeated else None,
        )
        return await rungs.climb_once(self.tx, climbed)

    async def _send(
        self,
        rung: Rung,
        where: Collection[Place],
        *,
        key: str | None = None,
        times: int = 1,
        by: SlackUserId | None = None,
    ) -> tuple[SlackUserId, ...]:
        leadership = self.policy.channels.leadership
        people = await self.audience(rung, times=times)
        to: list[str | None] = [None] if Place.ROOM in where else []
        to += list(people) if Place.DIRECT in where else []
        if Place.LEADERSHIP in where and leadership and not self.escalation.is_private:
            to.append(leadership)
        for target in to:
            effect = TellRung(
                escalation_id=self.escalation.id,
                clock_id=self.record.id,
                rung=key or rung.key,
                people=people,
                to=target,
                times=times,
                by=by,
            )
            await outbox.put(self.tx, effect, at=self.now)
        return people

    async def audience(self, rung: Rung, *, times: int = 1) -> tuple[SlackUserId, ...]:
        """Return whom a rung reaches by name, the deputy as well when it is told again."""
        ladder = self.policy.ladder
        held = await escalations.assignments(self.tx, self.escalation.id)
        roles = list(ladder.audience(self.record.clock, rung.key))
        if times > 1 and ladder.deputy is not None:
            roles.append(ladder.deputy)
        return _people(self.policy, self.escalation, self.record.clock, roles, held)

    def _repeat_at(self) -> datetime:
        """Return when to tell again: in real time, and not in quiet hours."""
        clock = self.record.clock
        repeat_at = self.policy.ladder.repeat_every.after(self.now, clock.terms.calendar)
        quiet = told_in(self.policy, clock)
        return quiet.next_open(repeat_at) if quiet else repeat_at


def _people(
    policy: Policy,
    escalation: Escalation,
    clock: Clock,
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
