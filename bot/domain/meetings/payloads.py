"""What became of a meeting."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.payloads import ChangePayload
from bot.domain.meetings.policy import CadenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEnded(ChangePayload):
    """A meeting was closed or skipped; the kind of the entry says which.

    Attributes:
        planned_at: Of one that was left out before it began, when it was to be; None otherwise.
    """

    meeting: CadenceKind
    planned_at: datetime | None = None
