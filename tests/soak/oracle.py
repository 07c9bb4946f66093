"""What has to have been told, and when: from the policy, the stored clocks and the rules alone.

Nothing here asks a service or the outbox. A thing is told at the first instant the clock showed
at which it was due, and all of a clock that fell due between two instants is told together.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from bot.domain.business_hours import Calendar
from bot.domain.escalation import EscalationId
from bot.domain.ladder import CLOCK_OWNER, Place, Rung, due_rungs, next_rung_at
from bot.domain.people import ESCALATION_MANAGER, SlackUserId
from bot.domain.policy import Policy
from bot.domain.reminder import Key, Reminder, ReminderKind, ReminderState, ring
from bot.domain.reminder_occasions import occasions
from bot.domain.rhythm import Rhythm, followed
from bot.domain.rhythm_policy import RhythmKind
from bot.domain.sla import Clock
from bot.domain.sla_policy import CUSTOMER
from bot.domain.sla_record import ClockId
from tests.soak.past import ClockThen, EscalationThen, FactsThen, Past
from tests.soak.scene import DIGESTS, in_its_time
from tests.soak.tally import Told

RESUMED, RECOVERED = "resumed", "recovered"
Then = TypeVar("Then", ClockThen, EscalationThen, FactsThen)


class Oracle:
    def __init__(self, past: Past, policy: Policy) -> None:
        self._past = past
        self._policy = policy
        # (clock, rung) → how often it was told, counting what a higher one spoke for
        self.climbed: dict[tuple[ClockId, str], int] = {}
        # (escalation, kind, subject, person) → how often somebody was reminded since it is so
        self.reminded: dict[tuple[EscalationId, ReminderKind, str, SlackUserId], int] = {}
        self._of_clocks = [told for clock_id in past.clocks for told in self._clock(clock_id)]

    def rungs(self) -> list[Told]:
        return [told for told in self._of_clocks if not told.what.endswith(RESUMED)]

    def resumed(self) -> list[Told]:
        """Return where a pause ran out by itself."""
        return [told for told in self._of_clocks if told.what.endswith(RESUMED)]

    def recoveries(self) -> list[Told]:
        """Return where a move or an acknowledgement kept a broken promise after all."""
        found = []
        for clock_id, then in self._past.clocks.items():
            of = self._past.owners[clock_id]
            for before, after in pairwise(then):
                is_kept = not before.clock.is_ended and after.clock.is_recovered
                if is_kept and self._is_moved(of, after.index):
                    at, title = self._past.instants[after.index], self._title(after.clock)
                    what = f"{title} {RECOVERED}"
                    found.append(Told(self._past.rooms[of], what, at, late_from=at))
        return found

    def digests(self) -> list[Told]:
        return [
            Told(f"C0DIGEST{number}", "digest", at, late_from=self._shown(at))
            for number, schedule in enumerate(DIGESTS, start=1)
            for at in in_its_time(schedule)
        ]

    def calls(self) -> list[Told]:
        return [told for of in self._past.escalations for told in self._rhythms(of)]

    def notes(self) -> list[Told]:
        """Return what people did, which the room hears once."""
        found = []
        for of, then in self._past.escalations.items():
            for one in then:
                if one.told:
                    at = self._past.instants[one.index]
                    found.append(Told(self._past.rooms[of], "note", at, late_from=at))
        return found

    def archivings(self) -> list[Told]:
        """Return when rooms are archived: nobody did anything until then that put it off."""
        found = []
        for of, then in self._past.escalations.items():
            for one, until in _stretches(then, self._past.last):
                due = one.escalation.archive_due_at
                if due is not None and bisect_left(self._past.instants, due) <= until:
                    found.append(
                        Told(self._past.rooms[of], "archived", due, late_from=self._shown(due))
                    )
        return found

    def reminders(self) -> list[Told]:
        """Return each thing of which somebody is reminded; many may stand in one message."""
        return [told for of in self._past.facts for told in self._reminders(of)]

    def _is_moved(self, of: EscalationId, index: int) -> bool:
        """Whether somebody acknowledged it or changed its status at that instant."""
        stood = [(one.escalation.status, one.escalation.acknowledged_at) for one in self._then(of)]
        places = [one.index for one in self._then(of)]
        place = places.index(index)
        return place > 0 and stood[place] != stood[place - 1]

    def _then(self, of: EscalationId) -> list[EscalationThen]:
        return self._past.escalations[of]

    def _title(self, clock: Clock) -> str:
        return self._policy.clock_title(clock.kind)

    def _shown(self, at: datetime) -> datetime:
        """Return the first instant the clock showed from `at` on."""
        return self._past.instants[bisect_left(self._past.instants, at)]

    def _clock(self, clock_id: ClockId) -> Iterator[Told]:
        climb = _Climb(self._policy, self._past, clock_id)
        for then, until in _stretches(self._past.clocks[clock_id], self._past.last):
            yield from climb.until(then, until)
        self.climbed |= {(clock_id, rung): times for rung, times in climb.times.items()}

    def _reminders(self, of: EscalationId) -> Iterator[Told]:
        known: dict[Key, Reminder] = {}
        policy, instants = self._policy.reminders, self._past.instants
        for then, until in _stretches(self._past.facts[of], self._past.last):
            index = then.index + 1  # what was just done is not worked out at once
            while index <= until:
                found = occasions(then.facts, policy)
                rung = ring(then.facts, found, known, policy, now=instants[index])
                for due in rung.due:
                    known[due.key] = replace(due, state=ReminderState.TOLD)
                    yield Told(due.person, "reminder", instants[index], late_from=instants[index])
                if rung.remind_at is None:
                    break
                index = max(bisect_left(instants, rung.remind_at), index + 1)
        self.reminded |= {(of, *key): told.count for key, told in known.items()}

    def _rhythms(self, of: EscalationId) -> Iterator[Told]:
        found: dict[RhythmKind, Rhythm] = {}
        calendar = self._policy.calendar(CUSTOMER, self._past.zones[of])
        for then, until in _stretches(self._past.escalations[of], self._past.last):
            for kind in RhythmKind:
                at = self._past.instants[then.index]
                setting = self._policy.rhythm(then.escalation.severity, kind)
                rhythm = followed(
                    found.get(kind), kind, setting, then.escalation, calendar=calendar, at=at
                )
                if rhythm is not None:
                    found[kind] = rhythm
            for kind in found:
                for at in self._calls(found, kind, then, until, calendar):
                    yield Told(self._past.rooms[of], kind.label, at, late_from=at)

    def _calls(
        self,
        found: dict[RhythmKind, Rhythm],
        kind: RhythmKind,
        then: EscalationThen,
        until: int,
        calendar: Calendar,
    ) -> Iterator[datetime]:
        setting = self._policy.rhythm(then.escalation.severity, kind)
        while setting is not None and (due := found[kind].next_at) is not None:
            index = max(bisect_left(self._past.instants, due), then.index)
            if index > until:
                return
            at = self._past.instants[index]
            following = setting.following(due, at, calendar)
            found[kind] = found[kind].called(following, at=at, sequence=0)
            yield at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """A rung that is told at one of the instants, and the places that hear of it."""

    rung: Rung
    places: frozenset[Place]
    times: int


class _Climb:
    """One clock on its way up the ladder."""

    def __init__(self, policy: Policy, past: Past, clock_id: ClockId) -> None:
        self._policy = policy
        self._past = past
        self._of = past.owners[clock_id]
        self._escalation = past.escalations[self._of][-1].escalation
        self.times: dict[str, int] = {}
        self._repeats: dict[str, datetime] = {}

    def until(self, then: ClockThen, last: int) -> Iterator[Told]:
        """Yield what is told from the instant somebody left the clock so, up to another one."""
        clock, instants, index = then.clock, self._past.instants, then.index
        if then.answered:
            self._repeats.clear()
        ladder, quiet = self._policy.ladder, self._quiet(clock)
        while True:
            repeats = self._repeats.values()
            due = next_rung_at(ladder, clock, self.times, told_in=quiet, repeats=repeats)
            index = last + 1 if due is None else max(bisect_left(instants, due), index)
            if index > last:
                return
            at = instants[index]
            after = clock.at(at)
            if clock.pause is not None and after.pause is None:
                yield Told(self._room, f"{self._title(clock)} {RESUMED}", at, late_from=at)
            clock = after
            for telling in self._told(clock, at, quiet):
                yield from self._heard(clock, telling, at)

    def _told(self, clock: Clock, at: datetime, quiet: Calendar | None) -> list[_Telling]:
        ladder = self._policy.ladder
        if due := due_rungs(ladder, clock, self.times, at, told_in=quiet):
            self.times |= dict.fromkeys((rung.key for rung in due), 1)
            self._repeats = {due[-1].key: self._repeat_at(at, quiet)} if due[-1].is_repeated else {}
            places = frozenset(place for rung in due for place in rung.where)
            return [_Telling(rung=due[-1], places=places, times=1)]
        found = []
        for key in [key for key, repeat_at in self._repeats.items() if repeat_at <= at]:
            rung = ladder.rung(clock, key)
            self.times[key] += 1
            if rung is None:
                del self._repeats[key]
                continue
            self._repeats[key] = self._repeat_at(at, quiet)
            places = frozenset(rung.where) - {Place.LEADERSHIP}
            found.append(_Telling(rung=rung, places=places, times=self.times[key]))
        return found

    def _heard(self, clock: Clock, telling: _Telling, at: datetime) -> Iterator[Told]:
        escalation, leadership = self._escalation, self._policy.channels.leadership
        to = [self._room] if Place.ROOM in telling.places else []
        if Place.DIRECT in telling.places:
            to += self._people(clock, telling)
        if Place.LEADERSHIP in telling.places and leadership and not escalation.is_private:
            to.append(leadership)
        times = f" x{telling.times}" if telling.times > 1 else ""
        what = f"{escalation.number} {self._title(clock)} {telling.rung.key}{times}"
        for place in to:
            yield Told(place, what, at, late_from=at)

    def _people(self, clock: Clock, telling: _Telling) -> Sequence[str]:
        """Return who is told directly: the owner, and whoever the policy names for a role."""
        ladder, owner = self._policy.ladder, self._escalation.owner
        roles = list(ladder.audience(clock, telling.rung.key))
        if telling.times > 1 and ladder.deputy is not None:
            roles.append(ladder.deputy)
        found: dict[str, None] = {}
        for role in roles:
            is_owner = role in {ESCALATION_MANAGER, CLOCK_OWNER}
            policy_role = self._policy.roles.get(role)
            named = policy_role.people if policy_role else ()
            found |= dict.fromkeys([owner] if is_owner else named)
        return [user for user in found if user == owner or not self._escalation.is_private]

    @property
    def _room(self) -> str:
        return self._past.rooms[self._of]

    def _title(self, clock: Clock) -> str:
        return self._policy.clocks[clock.kind].title

    def _quiet(self, clock: Clock) -> Calendar | None:
        quiet = self._policy.ladder.quiet_hours
        if quiet is None or clock.severity not in quiet.severities:
            return None
        return self._policy.calendar(quiet.outside, clock.terms.calendar.time_zone)

    def _repeat_at(self, at: datetime, quiet: Calendar | None) -> datetime:
        found = at + timedelta(hours=self._policy.ladder.repeat_every.count)
        return quiet.next_open(found) if quiet else found


def _stretches(then: Sequence[Then], last: int) -> Iterator[tuple[Then, int]]:
    """Yield each with the last index until which it stood so."""
    ends = [other.index for other in then[1:]] + [last]
    yield from zip(then, ends, strict=True)
