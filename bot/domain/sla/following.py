"""What a change of an escalation does to each of its clocks, and which clocks begin with it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.escalation.escalation import Escalation, Severity, Status
from bot.domain.sla.clock import ACKNOWLEDGE, NEXT_UPDATE, RESOLUTION, WORKAROUND, SlaClock
from bot.domain.sla.policy import ClockPolicy, End, Moment

BY_RESOLUTION = "resolved"  # how a workaround's clock was stopped that nobody needs any more
ACCEPTED = "the customer accepted it"
AFTER_THE_FIX = frozenset({Moment.RESOLVED, Moment.CONFIRMED})


def followed(
    clock: SlaClock,
    before: Escalation,
    after: Escalation,
    *,
    rule: ClockPolicy | None,
    at: datetime,
) -> SlaClock:
    """Return the clock as the change of its escalation leaves it; an unconcerned one as it is.

    `rule` is the policy of its kind; None when the policy no longer has it.
    """
    if before.acknowledged_at is None and after.acknowledged_at and clock.kind == ACKNOWLEDGE:
        clock = _stopped(clock, at, f"acknowledged by <@{after.acknowledged_by}>")
    if clock.kind == NEXT_UPDATE and after.reopen_count > before.reopen_count:
        return clock.cancelled(at=at)  # and begun anew, with a sooner target
    if before.status is Status.ON_HOLD and after.status is not Status.ON_HOLD:
        clock = _running(clock, at)
    if after.severity is not before.severity:
        clock = clock.at_severity(after.severity, at=at)
    if after.status is before.status:
        return clock
    return _at_status(clock, before.status, after, rule, at)


def moments(before: Escalation, after: Escalation) -> list[Moment]:
    """Return the moments that have come with a change; clocks begin at them."""
    found = []
    if before.acknowledged_at is None and after.acknowledged_at is not None:
        found.append(Moment.ACKNOWLEDGED)
    if after.status is before.status:
        return found
    if after.status is Status.RESOLVED:
        found.append(Moment.RESOLVED)
    if after.status is Status.CONFIRMED:
        found.append(Moment.CONFIRMED)
    if after.status is Status.ACTIVE or (before.is_over and not after.is_over):
        found.append(Moment.OPENED)  # what was cancelled on the way is promised anew
    return found


def begins_again(last: SlaClock, moment: Moment) -> bool:
    """Return whether another cycle follows the last one when its moment has come again.

    What was cancelled is promised anew, and what follows a fix is promised for the new fix. What
    runs runs on, what was met was met, and what was waived nobody wants.
    """
    if last.cancelled_at is not None:
        return True
    return moment in AFTER_THE_FIX and last.stopped_at is not None


def _at_status(
    clock: SlaClock, was: Status, after: Escalation, rule: ClockPolicy | None, at: datetime
) -> SlaClock:
    if (
        was is Status.REVIEW
        and after.status is Status.CLOSED
        and rule
        and rule.ends is End.REVIEWED
    ):
        return _stopped(clock, at, "closed after the review")
    if after.is_over:
        return clock.cancelled(at=at)
    if after.status is Status.ACTIVE:
        return _active_again(clock, was, rule, at)
    moved = {
        Status.MITIGATED: _mitigated,
        Status.RESOLVED: _resolved,
        Status.CONFIRMED: _confirmed,
    }.get(after.status)
    return moved(clock, at) if moved else clock


def _running(clock: SlaClock, at: datetime) -> SlaClock:
    pause = None if clock.is_ended else clock.at(at).pause
    if pause is None:
        return clock
    return clock.resumed(at=max(at, pause.from_at), by=None, because="the hold ended")


def _mitigated(clock: SlaClock, at: datetime) -> SlaClock:
    if clock.kind == WORKAROUND and clock.stopped_at is not None and not clock.is_confirmed:
        return clock.confirmed(how=f"{clock.how}; {ACCEPTED}")
    if clock.kind == WORKAROUND:
        return _stopped(clock, at, ACCEPTED)
    return clock.with_workaround(holds=True, at=at) if clock.kind == NEXT_UPDATE else clock


def _resolved(clock: SlaClock, at: datetime) -> SlaClock:
    if clock.kind not in {WORKAROUND, RESOLUTION} or clock.is_ended:
        return clock
    return clock.stopped(at=at, how=BY_RESOLUTION, is_confirmed=False)


def _confirmed(clock: SlaClock, at: datetime) -> SlaClock:
    if clock.kind == NEXT_UPDATE:
        return clock.cancelled(at=at)
    is_provisional = clock.stopped_at is not None and not clock.is_confirmed
    return clock.confirmed() if is_provisional else clock


def _active_again(clock: SlaClock, was: Status, rule: ClockPolicy | None, at: datetime) -> SlaClock:
    """Back to work: a failed workaround or fix takes back what it had met."""
    if was is Status.MITIGATED:
        if clock.kind == NEXT_UPDATE:
            return clock.with_workaround(holds=False, at=at)
        return clock.reopened(at=at) if clock.kind == WORKAROUND and clock.stopped_at else clock
    if was not in {Status.RESOLVED, Status.CONFIRMED, Status.REVIEW, Status.CLOSED}:
        return clock
    if rule is not None and rule.starts in AFTER_THE_FIX:
        return clock.cancelled(at=at)  # it was no fix: it begins anew with the next one
    is_taken_back = clock.kind == RESOLUTION or clock.how == BY_RESOLUTION
    return clock.reopened(at=at) if is_taken_back and clock.stopped_at else clock


def _stopped(clock: SlaClock, at: datetime, how: str) -> SlaClock:
    return clock if clock.is_ended else clock.stopped(at=at, how=how)


def in_next_cycle(old: SlaClock, severity: Severity | None, *, at: datetime) -> SlaClock:
    """Return the next cycle of a clock that begins again and again, under the same terms.

    `severity` None keeps the clock's own.
    """
    return replace(
        SlaClock.started(old.kind, old.terms, severity or old.severity, at=at),
        cycle=old.cycle + 1,
        has_workaround=old.has_workaround,
    )
