"""What has to have been told, and when: from the policy, the stored clocks and the rules alone.

Nothing here asks a service or the outbox. A thing is told at the first instant the clock showed
at which it was due, and all of a clock that fell due between two instants is told together.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.domain.escalation.escalation import EscalationId
from bot.domain.meetings.cadence import Cadence, followed
from bot.domain.meetings.policy import CadenceKind
from bot.domain.people import SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.reminders.occasions import occasions
from bot.domain.reminders.reminder import Key, Reminder, ReminderKind, ReminderState, due_reminders
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.policy import CUSTOMER
from bot.domain.sla.record import ClockId
from bot.domain.time.business_hours import Calendar
from tests.soak.climb import RESUMED, Climb, stretches
from tests.soak.past import EscalationThen, Past
from tests.soak.scene import DIGESTS, in_its_time
from tests.soak.tally import Told

RECOVERED = "recovered"


class Oracle:
    def __init__(self, past: Past, policy: Policy) -> None:
        self._past = past
        self._policy = policy
        # (clock, rung) → how often it was told; 0 of what is only shown
        self.climbed: dict[tuple[ClockId, str], int] = {}
        # (person, line) of what may be overtaken by another line about the same clock
        self.superseded: set[tuple[str, str]] = set()
        # (escalation, kind, subject, person) → how often somebody was reminded since it is so
        self.reminded: dict[tuple[EscalationId, ReminderKind, str, SlackUserId], int] = {}
        self._of_clocks = [told for clock_id in past.clocks for told in self._clock(clock_id)]

    def rungs(self) -> list[Told]:
        """Return every line about a step, in a channel or to a person, that is told for certain."""
        told = [told for told in self._of_clocks if not told.what.endswith(RESUMED)]
        return [one for one in told if (one.where, one.what) not in self.superseded]

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
            for one, until in stretches(then, self._past.last):
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

    def _title(self, clock: SlaClock) -> str:
        return self._policy.clock_title(clock.kind)

    def _shown(self, at: datetime) -> datetime:
        """Return the first instant the clock showed from `at` on."""
        return self._past.instants[bisect_left(self._past.instants, at)]

    def _clock(self, clock_id: ClockId) -> Iterator[Told]:
        climb = Climb(self._policy, self._past, clock_id)
        for then, until in stretches(self._past.clocks[clock_id], self._past.last):
            yield from climb.until(then, until)
        self.climbed |= {(clock_id, rung): told.times for rung, told in climb.climbed.items()}
        self.superseded |= climb.superseded

    def _reminders(self, of: EscalationId) -> Iterator[Told]:
        known: dict[Key, Reminder] = {}
        policy, instants = self._policy.reminders, self._past.instants
        for then, until in stretches(self._past.facts[of], self._past.last):
            index = then.index + 1  # what was just done is not worked out at once
            while index <= until:
                found = occasions(then.facts, policy)
                rung = due_reminders(then.facts, found, known, policy, now=instants[index])
                for due in rung.due:
                    known[due.key] = replace(due, state=ReminderState.TOLD)
                    yield Told(due.person, "reminder", instants[index], late_from=instants[index])
                if rung.remind_at is None:
                    break
                index = max(bisect_left(instants, rung.remind_at), index + 1)
        self.reminded |= {(of, *key): told.count for key, told in known.items()}

    def _rhythms(self, of: EscalationId) -> Iterator[Told]:
        found: dict[CadenceKind, Cadence] = {}
        calendar = self._policy.calendar(CUSTOMER, self._past.zones[of])
        for then, until in stretches(self._past.escalations[of], self._past.last):
            for kind in CadenceKind:
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
        found: dict[CadenceKind, Cadence],
        kind: CadenceKind,
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
