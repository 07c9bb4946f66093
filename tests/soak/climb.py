"""Clocks on their way up the ladder, by the rules alone: which steps are told to whom."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.people import ESCALATION_MANAGER, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.ladder import (
    CLOCK_OWNER,
    NoticePlace,
    Rung,
    armed_anew,
    due_rungs,
    next_rung_at,
)
from bot.domain.sla.notice import on_it
from bot.domain.sla.record import ClockId, RungRecord
from tests.soak.past import ClockThen, EscalationThen, FactsThen, Past
from tests.soak.scene import HOURS, MANAGER
from tests.soak.tally import Told

RESUMED = "resumed"
Then = TypeVar("Then", ClockThen, EscalationThen, FactsThen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """Rungs that are told at one of the instants, and the places that hear of them."""

    rung: Rung
    places: frozenset[NoticePlace]
    times: int


class Climb:
    """One clock on its way up the ladder.

    Attributes:
        climbed: Its rungs as they are to be stored.
        superseded: Lines that wait for somebody's morning and may be overtaken by another one.
    """

    def __init__(self, policy: Policy, past: Past, clock_id: ClockId) -> None:
        self._policy = policy
        self._past = past
        self._clock_id = clock_id
        self._of = past.owners[clock_id]
        self._escalation = past.escalations[self._of][-1].escalation
        self._before: SlaClock | None = None
        self._waiting: dict[SlackUserId, tuple[str, datetime]] = {}
        self.climbed: dict[str, RungRecord] = {}
        self.superseded: set[tuple[str, str]] = set()

    def until(self, then: ClockThen, last: int) -> Iterator[Told]:
        """Yield what is told from the instant somebody left the clock so, up to another one."""
        clock, instants, index = then.clock, self._past.instants, then.index
        self._is_changed(then)
        while True:
            due = self._next(clock)
            index = last + 1 if due is None else max(bisect_left(instants, due), index)
            if index > last:
                self._before = clock
                return
            at = instants[index]
            after = clock.at(at)
            if clock.pause is not None and after.pause is None:
                yield Told(self._room, f"{self._title(clock)} {RESUMED}", at, late_from=at)
            clock = after
            for telling in self._told(clock, at):
                yield from self._heard(clock, telling, index)
            yield from self._wakes(at)

    def _is_changed(self, then: ClockThen) -> None:
        """Follow what somebody did: rungs that lie ahead again, and rungs that were answered."""
        ladder, at = self._policy.ladder, self._past.instants[then.index]
        if self._before is not None:
            for key in armed_anew(ladder, self._before, then.clock, self.climbed, at):
                del self.climbed[key]
        if then.answered:
            for key, rung in self.climbed.items():
                taker = rung.acknowledged_by or MANAGER.id
                self.climbed[key] = replace(rung, acknowledged_by=taker, repeat_at=None)
        if then.clock.is_ended or then.answered:
            self._waiting.clear()

    def _next(self, clock: SlaClock) -> datetime | None:
        repeats = [rung.repeat_at for rung in self.climbed.values() if rung.repeat_at]
        due = next_rung_at(self._policy.ladder, clock, self.climbed, repeats=repeats)
        found = [due, *(at for _, at in self._waiting.values())]
        return min((at for at in found if at is not None), default=None)

    def _told(self, clock: SlaClock, at: datetime) -> list[_Telling]:
        ladder = self._policy.ladder
        if due := due_rungs(ladder, clock, self.climbed, at):
            return self._climbs(clock, due, at)
        found = []
        for key, climbed in self.climbed.items():
            rung = ladder.rung(clock, key)
            if climbed.repeat_at is None or climbed.repeat_at > at or clock.is_ended:
                continue
            times = climbed.times + 1
            repeat_at = ladder.repeat_at(times, at) if rung else None
            self.climbed[key] = replace(climbed, times=times, repeat_at=repeat_at)
            if rung is not None:
                found.append(
                    _Telling(rung=rung, places=frozenset({NoticePlace.DIRECT}), times=times)
                )
        return found

    def _climbs(self, clock: SlaClock, due: Sequence[Rung], at: datetime) -> list[_Telling]:
        """Climb; what is only shown, or below the next real step of a clock in hand, is silent."""
        ladder = self._policy.ladder
        is_taken = on_it(ladder, clock, self.climbed.values()) is not None
        loud = [r for r in due if not r.is_shown_only and (r.is_real_step or not is_taken)]
        higher = {key for key, rung in self.climbed.items() if rung.times > 0}
        is_highest = loud and not any(loud[-1].key in ladder.below(clock, key) for key in higher)
        for rung in due:
            is_repeated = is_highest and rung is loud[-1] and rung.is_repeated
            self.climbed[rung.key] = RungRecord(
                clock_id=self._clock_id,
                rung=rung.key,
                told_at=at,
                times=1 if rung in loud else 0,
                repeat_at=ladder.repeat_at(1, at) if is_repeated else None,
            )
        if not loud:
            return []
        for key in ladder.below(clock, loud[-1].key):
            if key in self.climbed:
                self.climbed[key] = replace(self.climbed[key], repeat_at=None)
        places = frozenset(place for rung in loud for place in rung.where)
        return [_Telling(rung=loud[-1], places=places, times=1)]

    def _heard(self, clock: SlaClock, telling: _Telling, index: int) -> Iterator[Told]:
        escalation, leadership = self._escalation, self._policy.channels.leadership
        at = self._past.instants[index]
        what = f"{self._clock_id}:{telling.rung.key}:{telling.times}"
        to = [self._room] if NoticePlace.ROOM in telling.places else []
        if NoticePlace.LEADERSHIP in telling.places and leadership and not escalation.is_private:
            to.append(leadership)
        for user in self._people(clock, telling):
            opens_at = self._awake(user, index)
            if NoticePlace.DIRECT not in telling.places and (
                opens_at == at or NoticePlace.ROOM not in telling.places
            ):
                continue
            told = self._overtaken(user, what, is_awake=opens_at == at)
            if opens_at > at:
                self._waiting[user] = (told, opens_at)
            elif told:
                to.append(user)
        for place in to:
            yield Told(place, what, at, late_from=at)

    def _overtaken(self, user: SlackUserId, what: str, *, is_awake: bool) -> str:
        """Return what somebody notified that something of the clock may wait for them.

        A repetition of what was never said is said as the first. What falls to be said at the very
        instant at which the other may be said as well is not counted (empty).
        """
        waits, _ = self._waiting.pop(user, ("", None))
        if not waits:
            return what
        is_same = waits.rpartition(":")[0] == what.rpartition(":")[0]
        if is_same and not is_awake:
            return waits
        self.superseded |= {(user, waits), *([(user, what)] if is_same else [])}
        return "" if is_same else what

    def _wakes(self, at: datetime) -> Iterator[Told]:
        """Yield what waited for somebody's hours."""
        for user, (what, opens_at) in list(self._waiting.items()):
            if opens_at <= at:
                del self._waiting[user]
                yield Told(user, what, at, late_from=at)

    def _awake(self, user: SlackUserId, index: int) -> datetime:
        """Return from when on somebody may be called."""
        at, quiet = self._past.instants[index], self._policy.ladder.quiet_hours
        stood = [one for one in self._past.escalations[self._of] if one.index < index]
        severity = (stood or self._past.escalations[self._of])[
            -1 if stood else 0
        ].escalation.severity
        if quiet is None or severity not in quiet.severities:
            return at
        return self._policy.calendar(quiet.outside, HOURS[user]).next_open(at)

    def _people(self, clock: SlaClock, telling: _Telling) -> Sequence[SlackUserId]:
        """Return who is told: the owner, and whoever the policy names for a role."""
        ladder, owner = self._policy.ladder, self._escalation.owner
        roles = list(ladder.audience(clock, telling.rung.key))
        if telling.times > 1 and ladder.deputy is not None:
            roles.append(ladder.deputy)
        found: dict[SlackUserId, None] = {}
        for role in roles:
            is_owner = role in {ESCALATION_MANAGER, CLOCK_OWNER}
            policy_role = self._policy.roles.get(role)
            named = policy_role.people if policy_role else ()
            found |= dict.fromkeys([owner] if is_owner else named)
        return [user for user in found if user == owner or not self._escalation.is_private]

    @property
    def _room(self) -> str:
        return self._past.rooms[self._of]

    def _title(self, clock: SlaClock) -> str:
        return self._policy.clocks[clock.kind].title


def stretches(then: Sequence[Then], last: int) -> Iterator[tuple[Then, int]]:
    """Yield each with the last index until which it stood so."""
    ends = [other.index for other in then[1:]] + [last]
    yield from zip(then, ends, strict=True)
