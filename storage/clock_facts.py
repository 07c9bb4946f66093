"""What cards and digests read of clocks: those that are broken, recovered, or soon due.

One statement each, however many clocks there are: nothing is computed, `due_at` and
`breached_at` were written down with the clock.
"""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from bot.domain.breach import BrokenPromise
from bot.domain.digest_facts import SOON, ClockLine
from bot.domain.escalation import OVER, EscalationId
from bot.domain.sla import NEXT_UPDATE
from storage.clock_tables import SlaClockRow
from storage.database import Transaction
from storage.digest_facts import Scope
from storage.mapping import to_domain
from storage.tables import EscalationRow

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
    tx: Transaction, scope: Scope, *, now: datetime, since: datetime
) -> list[ClockLine]:
    """Return what is broken, or due within 24 hours, or was kept late after `since`.

    Next updates that are still owed are left out: their escalation says when they are due.
    """
    is_open = col(SlaClockRow.stopped_at).is_(None)
    # What is broken stays so, whatever another severity would promise.
    due_at = func.coalesce(col(SlaClockRow.breached_at), col(SlaClockRow.due_at))
    wanted = or_(
        and_(_BROKEN, col(SlaClockRow.stopped_at) > since),
        and_(is_open, col(SlaClockRow.kind) != NEXT_UPDATE, due_at <= now + SOON),
    )
    statement = (
        select(
            col(SlaClockRow.escalation_id),
            col(SlaClockRow.kind),
            due_at.label("due_at"),
            col(SlaClockRow.stopped_at),
        )
        .join(EscalationRow, col(EscalationRow.id) == col(SlaClockRow.escalation_id))
        .where(
            col(EscalationRow.status).not_in([status.value for status in OVER]),
            *scope.conditions(),
            _COUNTS,
            wanted,
        )
        .order_by(due_at, col(SlaClockRow.id))
    )
    return [to_domain(ClockLine, row) for row in await tx.all(statement)]
