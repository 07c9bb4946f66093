"""Effects on rooms: drawing what stands there, inviting, and following Slack."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.effects import EscalationEffect
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRoom(EscalationEffect):
    """Bring card, plan, topic and announcement up to date."""

    @property
    def key(self) -> str:
        return f"refresh_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToRoom(EscalationEffect):
    """Invite people who took a role after the room was opened."""

    users: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyManager(EscalationEffect):
    """Notify the escalation manager directly of what happened to the room.

    Attributes:
        name: The channel's new name without "#"; empty when it kept the one it had.
    """

    what: EntryKind
    by: SlackUserId | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRoom(EscalationEffect):
    """Compare a room with Slack, and record what was missed."""

    @property
    def key(self) -> str:
        return f"reconcile_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSharingWarning(EscalationEffect):
    """Post in a room that another organisation reads it, or that none does any more."""

    is_shared: bool


EFFECTS: tuple[type[Effect], ...] = (
    RefreshRoom,
    InviteToRoom,
    NotifyManager,
    ReconcileRoom,
    PostSharingWarning,
)
