"""Recipients: where something goes, as a typed value that names its transport."""

from dataclasses import dataclass

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somewhere to send to; each kind of recipient has one transport."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecipient(Recipient):
    """One person, by direct message."""

    user: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecipient(Recipient):
    """A channel that is not the escalation's own room: announcements, leadership, digests."""

    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class WarRoomRecipient(Recipient):
    """The room of one escalation."""

    escalation_id: EscalationId
    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message stands; one to a person stands in a direct-message channel."""

    channel: ChannelId
    ts: MessageTs


def room_recipient(room: Room) -> WarRoomRecipient | None:
    """Return the room as a recipient; None before Slack has made its channel."""
    if room.channel_id is None:
        return None
    return WarRoomRecipient(escalation_id=room.escalation_id, channel=room.channel_id)
