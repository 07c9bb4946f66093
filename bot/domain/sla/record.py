"""What is kept of clocks and of the rungs they climbed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import NEXT_UPDATE, SlaClock
from bot.domain.sla.ladder import Ladder, next_rung_at

ClockId = NewType("ClockId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRecord:
    """A clock as it is stored.

    Attributes:
        version: Grows by one with every change; the fence against lost updates.
    """

    id: ClockId
    escalation_id: EscalationId
    clock: SlaClock
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRecord:
    """A rung that was told.

    Attributes:
        rung: Its key within the ladder, such as `75 %`.
        times: How often it was told; 0 when it is only shown in the clocks message.
        repeat_at: When it is told again; None once somebody answered, when nothing is asked, or
            when it was told as often as it is told.
    """

    clock_id: ClockId
    rung: str
    told_at: datetime
    times: int = 1
    repeat_at: datetime | None = None
    acknowledged_by: SlackUserId | None = None
    acknowledged_at: datetime | None = None


def next_look_at(
    ladder: Ladder, clock: SlaClock, climbed: Collection[RungRecord]
) -> datetime | None:
    """Return when somebody has to look at a clock again; None when never."""
    repeats = [rung.repeat_at for rung in climbed if rung.repeat_at is not None]
    if clock.breached_at is None and clock.due_at is not None and not clock.is_ended:
        repeats.append(clock.due_at)  # to note the breach, whatever rungs there are
    keys = {rung.rung for rung in climbed}
    return next_rung_at(ladder, clock, keys, repeats=repeats)


def next_update_due(records: Iterable[ClockRecord]) -> datetime | None:
    """Return when the customer must hear from us next; None when nothing is owed."""
    clocks = [record.clock for record in records]
    owed = [c.due_at for c in clocks if c.kind == NEXT_UPDATE and not c.is_ended]
    return min((at for at in owed if at is not None), default=None)
