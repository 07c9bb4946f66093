"""Effects of meetings: the message of one, and its minutes."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.effects import EscalationEffect
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.meetings.cadence import MeetingId


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshMeeting(EscalationEffect):
    """Post the message about a meeting while it is open, or show how it ended."""

    call_id: MeetingId

    @property
    def key(self) -> str:
        return f"meeting:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMinute(EscalationEffect):
    """Record a reply to an open meeting as one of its minutes."""

    call_id: MeetingId
    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"minute:{self.channel}:{self.ts}"


EFFECTS: tuple[type[Effect], ...] = (
    RefreshMeeting,
    RecordMinute,
)
