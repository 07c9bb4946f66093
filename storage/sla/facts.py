"""What cards and digests read of clocks: those that are broken, recovered, or soon due.

One statement each, however many clocks there are: nothing is computed, `due_at` and
`breached_at` were written down with the clock.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import col

from bot.domain.digest.facts import SOON, ClockLine, PausedClock
from bot.domain.escalation.escalation import EscalationId
from bot.domain.sla.breach import BrokenPromise
from bot.domain.sla.clock import NEXT_UPDATE
from storage.database.database import Transaction
from storage.digest.facts import DigestScope
from storage.escalation.escalations import IS_OPEN
from storage.mapping import to_domain
from storage.tables.clocks import ClockSegmentRow, SlaClockRow
from storage.tables.escalations import CustomerRow, EscalationRow

_COUNTS = and_(col(SlaClockRow.cancelled_at).is_(None), col(SlaClockRow.waived_at).is_(None))
_BROKEN = and_(_COUNTS, col(SlaClockRow.breached_at).is_not(None))


async def broken(tx: Transaction, escalation_id: EscalationId) -> tuple[BrokenPromise, ...]:
    """Return the promises of an escalation that were broken, in the order they were made."""
    rows = await tx.all(
        select(
            col(SlaClockRow.kind),
            col(SlaClockRow.breached_at).label("broken_at"),
            col(SlaClockRow.stopped_at).label("recovered_at"),
        )
        .where(col(SlaClockRow.escalation_id) == escalation_id, _BROKEN)
        .order_by(col(SlaClockRow.id))
    )
    return tuple(to_domain(BrokenPromise, row) for row in rows)


async def lines(
    tx: Transaction, scope: DigestScope, *, now: datetime, since: datetime
) -> list[ClockLine]:
    """Return what is broken, or due within 24 hours, or was kept late after `since`, and open.

    Next updates that are still owed are left out: their escalation says when they are due.
    """
    is_running = col(SlaClockRow.stopped_at).is_(None)
    # What is broken stays so, whatever another severity would promise.
    due_at = func.coalesce(col(SlaClockRow.breached_at), col(SlaClockRow.due_at))
    wanted = or_(
        and_(_BROKEN, col(SlaClockRow.stopped_at) > since),
        and_(is_running, col(SlaClockRow.kind) != NEXT_UPDATE, due_at <= now + SOON),
    )
    statement = _lines(due_at, scope).where(IS_OPEN, _COUNTS, wanted)
    return [to_domain(ClockLine, row) for row in await tx.all(statement)]


async def ended_broken(
    tx: Transaction, scope: DigestScope, *, since: datetime, kept_since: datetime
) -> list[ClockLine]:
    """Return what was broken after `since` and is in nobody's hands any more.

    That is what ended with its escalation, was replaced by a new promise, or was kept late before
    `kept_since`; what was kept later is among `lines`.
    """
    has_ended = or_(
        ~IS_OPEN,
        col(SlaClockRow.cancelled_at).is_not(None),
        col(SlaClockRow.stopped_at) <= kept_since,
    )
    broken_at = col(SlaClockRow.breached_at)
    statement = _lines(broken_at, scope).where(
        broken_at > since, col(SlaClockRow.waived_at).is_(None), has_ended
    )
    return [to_domain(ClockLine, row) for row in await tx.all(statement)]


async def paused(tx: Transaction, scope: DigestScope) -> list[PausedClock]:
    """Return the clocks of open escalations that stand still, the longest first."""
    statement = (
        select(
            col(SlaClockRow.escalation_id),
            col(SlaClockRow.kind),
            col(ClockSegmentRow.reason),
            col(ClockSegmentRow.until_at),
        )
        .join(SlaClockRow, col(SlaClockRow.id) == col(ClockSegmentRow.clock_id))
        .join(EscalationRow, col(EscalationRow.id) == col(SlaClockRow.escalation_id))
        .where(
            col(ClockSegmentRow.reason).is_not(None),
            col(ClockSegmentRow.to_at).is_(None),
            col(SlaClockRow.stopped_at).is_(None),
            _COUNTS,
            IS_OPEN,
            *scope.conditions(),
        )
        .order_by(col(ClockSegmentRow.from_at), col(SlaClockRow.id))
    )
    return [to_domain(PausedClock, row) for row in await tx.all(statement)]


def _lines(due_at: Any, scope: DigestScope) -> Select[Any]:
    return (
        select(
            col(EscalationRow.id),
            col(EscalationRow.severity),
            col(EscalationRow.visibility),
            col(EscalationRow.raised_at),
            col(CustomerRow.name).label("customer"),
            col(SlaClockRow.kind),
            due_at.label("due_at"),
            col(SlaClockRow.stopped_at),
        )
        .join(SlaClockRow, col(EscalationRow.id) == col(SlaClockRow.escalation_id))
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .where(*scope.conditions())
        .order_by(due_at, col(SlaClockRow.id))
    )
