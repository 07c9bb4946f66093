"""Pauses that come and go with a hold: who has to agree, what stops, and that it runs on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.escalation.changes import Change
from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.timeline import EntryKind
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.people import Person
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.payloads import ClockPaused, ClockResumed, ResumeCause
from bot.domain.sla.record import ClockRecord
from bot.domain.sla.renewal import chases, check_renewal
from bot.domain.time.local_time import local_time
from bot.domain.time.segments import PauseReason
from bot.services.sla import record as sla_record
from storage.database.database import Transaction
from storage.escalation import escalations
from storage.sla import clocks


async def must_approve(
    tx: Transaction, policy: Policy, escalation: Escalation, reason: PauseReason, *, by: Person
) -> None:
    """Refuse a pause that somebody else has to agree to.

    Raises:
        NotAllowed: The message names the role.
    """
    role = policy.pauses[reason].approver
    if role is None:
        return
    held = await escalations.assignments(tx, escalation.id)
    known = policy.roles.get(role)
    able = {a.user_id for a in held if a.role == role} | set(known.people if known else ())
    if by.id not in able:
        title = policy.role_title(role)
        why = policy.pause_title(reason)
        raise NotAllowed(f"Only the {title.lower()} can pause clocks for “{why}”.")


def check(
    policy: Policy,
    clock: SlaClock,
    reason: PauseReason,
    *,
    evidence: str,
    until_at: datetime | None,
) -> None:
    """Refuse a pause whose end has to be said, or that nothing new shows.

    Raises:
        InvalidInput: Names the field.
        NotNow: It was paused as often in a row as the policy allows.
    """
    rule = policy.pauses[reason]
    if rule.needs_end and until_at is None:
        raise InvalidInput({"until": f"Add an end: /escalate pause {reason} until fri 18:00 …"})
    check_renewal(clock, reason, rule, evidence)


def until_in_words(clock: SlaClock) -> str:
    """Return " until Tue 24 Nov 14:00 (Lisbon time)", with whether that is a limit only.

    Empty when somebody has to end the pause.
    """
    if clock.pause is None or clock.pause.until_at is None:
        return ""
    until = local_time(clock.pause.until_at, clock.terms.calendar.time_zone)
    return f" until {until}" if clock.is_planned(clock.pause) else f" until {until} at the latest"


def pause_facts(
    policy: Policy,
    stopped: Sequence[tuple[ClockRecord, ClockRecord]],
    reason: PauseReason,
    *,
    evidence: str = "",
) -> ClockPaused:
    """Return what an entry keeps of clocks that stand still now, as they were and as they are."""
    last = stopped[-1][1].clock
    pause = last.pause
    return ClockPaused(
        clocks=tuple(sla_record.clock_facts(policy, *pair) for pair in stopped),
        pause=reason,
        pause_title=policy.pause_title(reason),
        evidence=evidence.strip(),
        until_at=pause.until_at if pause else None,
        is_planned=pause is not None and last.is_planned(pause),
        time_zone=last.terms.calendar.time_zone,
        chase=chases(last, reason),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The clocks of an escalation that is put on hold or taken off it, inside a transaction."""

    tx: Transaction
    policy: Policy
    escalation: Escalation
    at: datetime

    async def must_be_agreed(self, answers: Answers, *, by: Person) -> None:
        """Refuse a hold for a reason that this person cannot give.

        Raises:
            InvalidInput: Somebody else has to agree; said on the field, so that nothing is lost.
        """
        if answers.pause in self.policy.pauses:
            reason = PauseReason(answers.pause)
            try:
                await must_approve(self.tx, self.policy, self.escalation, reason, by=by)
            except NotAllowed as refused:
                raise InvalidInput({"pause": refused.message}) from refused

    def in_words(self, answers: Answers) -> Answers:
        """Return the answers with the reason's title before what was said about it."""
        known = self.policy.pauses.get(PauseReason(answers.pause))
        if known is None:
            return answers
        said = [known.title, answers.reason.strip()]
        return replace(answers, reason=": ".join(text for text in said if text))

    async def begun(self, answers: Answers, *, by: Person) -> list[Change]:
        """Stop every clock that may stop for the hold's reason; return what the room is told.

        A clock stands still until the hold is expected to end, or for as long as the reason
        allows, whichever is sooner. One that is paused already stays as it is.
        """
        reason = PauseReason(answers.pause)
        if reason not in self.policy.pauses:
            return []

        def work(clock: SlaClock) -> SlaClock:
            if reason not in clock.terms.pauses or clock.is_ended or clock.at(self.at).pause:
                return clock
            check(self.policy, clock, reason, evidence=answers.evidence, until_at=answers.until)
            ends = [end for end in (answers.until, clock.latest_end(reason, self.at)) if end]
            return clock.paused(
                reason,
                at=self.at,
                by=by.id,
                evidence=answers.evidence,
                until_at=min(ends, default=None),
            )

        pairs = [
            (record, await sla_record.change(self.tx, self.policy, record, work, now=self.at))
            for record in await clocks.of(self.tx, self.escalation.id)
        ]
        stopped = [(before, after) for before, after in pairs if before.version != after.version]
        if not stopped:
            return []
        payload = pause_facts(self.policy, stopped, reason)
        return [Change(kind=EntryKind.CLOCK_PAUSED, subject=payload.subject, payload=payload)]

    async def ended(self) -> list[Change]:
        """Return what the room is told of the clocks that stand still now and will run on."""
        records = await clocks.of(self.tx, self.escalation.id)
        paused = [
            sla_record.clock_facts(self.policy, record, record)
            for record in records
            if not record.clock.is_ended and record.clock.at(self.at).pause is not None
        ]
        if not paused:
            return []
        payload = ClockResumed(clocks=tuple(paused), cause=ResumeCause.HOLD_ENDED)
        return [Change(kind=EntryKind.CLOCK_RESUMED, subject=payload.subject, payload=payload)]
