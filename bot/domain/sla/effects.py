"""Effects of clocks: the clocks message and notices."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.effects import EscalationEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshClocks(EscalationEffect):
    """Bring the room's clocks message up to date."""

    @property
    def key(self) -> str:
        return f"clocks:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostClockNotice(EscalationEffect):
    """Post a notice about clocks, or bring it up to date."""

    notice_id: int

    @property
    def key(self) -> str:
        return f"notice:{self.notice_id}"


EFFECTS: tuple[type[Effect], ...] = (
    RefreshClocks,
    PostClockNotice,
)
