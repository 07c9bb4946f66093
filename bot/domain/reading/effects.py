"""Effects that take records away."""

from dataclasses import dataclass
from typing import ClassVar

from bot.domain.effect import Effect, Urgency
from bot.domain.escalation.effects import EscalationEffect
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDossier(EscalationEffect):
    """Upload the whole record into the escalation's own room.

    Attributes:
        by: Who asked, and is notified when it cannot be done.
    """

    by: SlackUserId

    urgency: ClassVar[Urgency] = Urgency.WAITING_PERSON

    @property
    def key(self) -> str:
        return f"export:{self.escalation_id}:{self.by}"


EFFECTS: tuple[type[Effect], ...] = (ExportDossier,)
