"""The timeline: what happened in an escalation, who did it, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation import EscalationId
from bot.domain.people import SlackUserId


class EntryKind(StrEnum):
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    SEVERITY_CHANGED = "severity_changed"
    STATUS_CHANGED = "status_changed"
    ASSIGNED = "assigned"
    DETAILS_CHANGED = "details_changed"
    ROOM_OPENED = "room_opened"
    ROOM_FAILED = "room_failed"
    ROOM_RENAMED = "room_renamed"
    ROOM_ARCHIVED = "room_archived"
    ROOM_UNARCHIVED = "room_unarchived"
    ROOM_DELETED = "room_deleted"
    ROOM_MADE_PRIVATE = "room_made_private"
    BOT_REMOVED = "bot_removed"
    BOT_RETURNED = "bot_returned"


class Audience(StrEnum):
    INTERNAL = "internal"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact; `actor` is None when the bot itself acted, `link` when there is no source."""

    escalation_id: EscalationId
    kind: EntryKind
    at: datetime
    actor: SlackUserId | None
    text: str
    audience: Audience = Audience.INTERNAL
    link: str | None = None
