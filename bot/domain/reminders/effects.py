"""Effects of reminders: sending them, and showing what became of them."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminders(Effect):
    """Remind one person of everything that is due for them.

    Attributes:
        room: The escalation whose room it is posted in; None sends a direct message.
    """

    user: SlackUserId
    room: EscalationId | None = None

    @property
    def about(self) -> EscalationId | None:
        return self.room

    @property
    def key(self) -> str:
        return f"reminders:{self.user}:{self.room or 'direct'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReminders(Effect):
    """Show in a message of reminders what became of each; `batch` names the message."""

    batch: str

    @property
    def key(self) -> str:
        return f"refresh_reminders:{self.batch}"


EFFECTS: tuple[type[Effect], ...] = (
    SendReminders,
    RefreshReminders,
)
