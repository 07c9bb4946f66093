"""What somebody answered to a reminder."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.facts import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderAnswered(Payload):
    """Somebody snoozed or stopped a reminder.

    Attributes:
        name: What it reminds of, as it was called then.
        until: Until when it is snoozed; None when it is stopped.
    """

    name: str
    until: datetime | None = None
