"""What we ask the outside world to do, as frozen facts that are stored beside the state.

Fields are JSON values only. An effect with a `key` stands for the latest wish of its kind:
put again while one is waiting, the two become one.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from bot.domain.escalation import EscalationId
from bot.domain.item import ItemId
from bot.domain.people import RoleKey, SlackUserId
from bot.domain.rhythm import CallId
from bot.domain.room import ChannelId, MessageTs
from bot.domain.timeline import EntryKind


class Urgency(IntEnum):
    """Who is served first when Slack's rates are short; lower is sooner."""

    WAITING_PERSON = 0
    ROOM = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    escalation_id: EscalationId

    urgency: ClassVar[Urgency] = Urgency.ROOM

    @property
    def key(self) -> str | None:
        """Identity among waiting effects; None lets each stand for itself."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(Effect):
    """Make the room of an escalation, or whatever of it is still missing.

    Attributes:
        invited: People named in the form.
        progress_view_id: The form to show progress in; None when there is none.
        response_url: Private way back to the requester; a capability, never logged.
    """

    invited: tuple[SlackUserId, ...] = ()
    progress_view_id: str | None = None
    response_url: str | None = None

    urgency: ClassVar[Urgency] = Urgency.WAITING_PERSON

    @property
    def key(self) -> str:
        return f"open_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRoom(Effect):
    """Draw card, plan, topic and announcement again from what is true when it is performed."""

    @property
    def key(self) -> str:
        return f"refresh_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToRoom(Effect):
    """Bring people into the room who took a role after it was opened."""

    users: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChange(Effect):
    """Say in the room what somebody changed.

    Attributes:
        changes: (what, before, after) in words of the product.
        advice: What is useful next, in one line; empty for none.
    """

    by: SlackUserId
    changes: tuple[tuple[str, str, str], ...]
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRole(Effect):
    """Ask somebody, once, to take a role that was given to them, or that is handed over."""

    role: RoleKey
    user: SlackUserId
    by: SlackUserId
    is_handover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAnswer(Effect):
    """Put the answer in the place of an offer's buttons."""

    channel: ChannelId
    ts: MessageTs
    role: RoleKey
    user: SlackUserId
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRequester(Effect):
    """Tell who asked for it directly that it was declined, why, and where to go instead."""

    by: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRoom(Effect):
    """Archive the room of an escalation that is over, unless it was reopened meanwhile."""

    @property
    def key(self) -> str:
        return f"archive_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveRoom(Effect):
    """Bring the room of a reopened escalation back, and say there what NoteChange would say."""

    by: SlackUserId
    changes: tuple[tuple[str, str, str], ...]
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOwner(Effect):
    """Tell the escalation manager directly what happened to the room."""

    what: EntryKind
    by: SlackUserId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtMessage(Effect):
    """Make the record say what a message and the marks on it say when it is performed."""

    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"look:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellItem(Effect):
    """Post our message about an item, or edit it to what is true when it is performed."""

    item_id: ItemId

    @property
    def key(self) -> str:
        return f"item:{self.item_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellItemOwner(Effect):
    """Tell somebody once, in the item's thread, that it is theirs now."""

    item_id: ItemId
    user: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCall(Effect):
    """Post our message about a call while it is open, or show in its place how it ended."""

    call_id: CallId

    @property
    def key(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMinute(Effect):
    """Note a reply to an open call as one of its minutes, as it reads when this is performed."""

    call_id: CallId
    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"minute:{self.channel}:{self.ts}"
