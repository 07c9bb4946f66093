"""Effects of the lifecycle: inviting to roles, notifying people, archiving the room."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.effects import EscalationEffect
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import RoleKey, SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToRole(EscalationEffect):
    """Ask somebody, once, to accept a role they were assigned, or that is handed over."""

    role: RoleKey
    user: SlackUserId
    by: SlackUserId
    is_handover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowInvitationAnswer(EscalationEffect):
    """Replace an invitation's buttons with the answer."""

    channel: ChannelId
    ts: MessageTs
    role: RoleKey
    user: SlackUserId
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRequester(EscalationEffect):
    """Notify the requester directly that it was declined, why, and where to go instead."""

    by: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySponsor(EscalationEffect):
    """Notify an executive sponsor directly that it was reopened, by whom and why."""

    to: SlackUserId
    by: SlackUserId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRoom(EscalationEffect):
    """Archive the room of an escalation that is over, unless it was reopened meanwhile."""

    @property
    def key(self) -> str:
        return f"archive_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveRoom(EscalationEffect):
    """Unarchive the room of a reopened escalation, and post there what PostChange would."""

    by: SlackUserId
    entries: tuple[int, ...]


EFFECTS: tuple[type[Effect], ...] = (
    InviteToRole,
    ShowInvitationAnswer,
    NotifyRequester,
    NotifySponsor,
    ArchiveRoom,
    UnarchiveRoom,
)
