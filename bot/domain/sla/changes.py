"""What a change of an escalation did to a clock, as the timeline keeps it."""

from collections.abc import Iterator

from bot.domain.escalation.changes import Change
from bot.domain.escalation.timeline import EntryKind
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.payloads import ClockBreached, ClockFacts, ClockRetargeted


def clock_changes(clock: ClockFacts, before: SlaClock, after: SlaClock) -> Iterator[Change]:
    """Yield that a clock has another target, with the old one, and that its promise was broken."""
    if before.is_ended:
        return
    is_moved = (before.target, before.due_at) != (after.target, after.due_at)
    if before.severity is not after.severity and is_moved and not after.is_ended:
        payload = ClockRetargeted(
            clocks=(clock,),
            before=before.target,
            after=after.target,
            time_zone=after.terms.calendar.time_zone,
        )
        yield Change(kind=EntryKind.CLOCK_RETARGETED, subject=payload.subject, payload=payload)
    if is_broken_by(before, after):
        yield breach(clock, after)


def is_broken_by(before: SlaClock, after: SlaClock) -> bool:
    """Return whether the promise was whole before a change and is broken after it."""
    return before.breached_at is None and after.breached_at is not None


def breach(clock: ClockFacts, after: SlaClock) -> Change:
    """Return that a promise was broken, and which."""
    payload = ClockBreached(
        clocks=(clock,),
        target=after.target,
        breached_at=after.breached_at,
        time_zone=after.terms.calendar.time_zone,
    )
    return Change(kind=EntryKind.CLOCK_BREACHED, subject=payload.subject, payload=payload)
