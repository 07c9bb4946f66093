"""What is kept of clocks and of the rungs they climbed."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import SlaClock

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
