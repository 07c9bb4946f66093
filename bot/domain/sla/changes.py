"""What a change of an escalation did to a clock, as the timeline keeps it."""

from collections.abc import Iterator

from bot.domain.escalation.changes import Change
from bot.domain.escalation.timeline import EntryKind
from bot.domain.sla.clock import SlaClock
from bot.domain.time.local_time import local_time


def clock_changes(title: str, before: SlaClock, after: SlaClock) -> Iterator[Change]:
    """Yield that a clock has another target, with the old one, and that its promise was broken."""
    if before.is_ended:
        return
    is_moved = (before.target, before.due_at) != (after.target, after.due_at)
    if before.severity is not after.severity and is_moved and not after.is_ended:
        yield Change(
            kind=EntryKind.CLOCK_RETARGETED,
            what=title,
            was=_in_words(before),
            now=_in_words(after),
            from_state=_written(before),
            to_state=_written(after),
        )
    if is_broken_by(before, after):
        yield breach(title, after)


def is_broken_by(before: SlaClock, after: SlaClock) -> bool:
    """Return whether the promise was whole before a change and is broken after it."""
    return before.breached_at is None and after.breached_at is not None


def breach(title: str, clock: SlaClock) -> Change:
    """Return that a promise was broken, and which."""
    when = ""
    if clock.breached_at is not None:
        when = f", due {local_time(clock.breached_at, clock.terms.calendar.time_zone)}"
    what = f"{title}: breached; the target was {clock.target}{when}"
    return Change(kind=EntryKind.CLOCK_BREACHED, what=what)


def _in_words(clock: SlaClock) -> str:
    if clock.target is None:
        return "nothing promised"
    if clock.due_at is None:
        return f"{clock.target}, paused"
    return f"{clock.target}, due {local_time(clock.due_at, clock.terms.calendar.time_zone)}"


def _written(clock: SlaClock) -> str:
    """Return target and due time for programs, such as "4 h/2026-11-23T13:00:00+00:00"."""
    due = clock.due_at.isoformat() if clock.due_at else ""
    return f"{clock.target or ''}/{due}"
