"""What we ask the outside world to do, as frozen facts that are stored beside the state.

Fields are JSON values only. An effect with a `key` stands for the latest wish of its kind:
put again while one is waiting, the two become one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import ClassVar

from bot.domain.digest.digest import SubscriptionId
from bot.domain.escalation.escalation import CustomerId, EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import EntryKind
from bot.domain.meetings.cadence import MeetingId
from bot.domain.people import RoleKey, SlackUserId
from bot.domain.plan.item import ItemId


class Urgency(IntEnum):
    """Who is served first when Slack's rates are short; lower is sooner."""

    WAITING_PERSON = 0
    ROOM = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    urgency: ClassVar[Urgency] = Urgency.ROOM

    @property
    def about(self) -> EscalationId | None:
        """The escalation it belongs to; None when it belongs to none."""
        return None

    @property
    def key(self) -> str | None:
        """Identity among waiting effects; None lets each stand for itself."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationEffect(Effect):
    escalation_id: EscalationId

    @property
    def about(self) -> EscalationId:
        return self.escalation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(EscalationEffect):
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
class RefreshRoom(EscalationEffect):
    """Draw card, plan, topic and announcement again from what is true when it is performed."""

    @property
    def key(self) -> str:
        return f"refresh_room:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToRoom(EscalationEffect):
    """Bring people into the room who took a role after it was opened."""

    users: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChange(EscalationEffect):
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
class OfferRole(EscalationEffect):
    """Ask somebody, once, to take a role that was given to them, or that is handed over."""

    role: RoleKey
    user: SlackUserId
    by: SlackUserId
    is_handover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAnswer(EscalationEffect):
    """Put the answer in the place of an offer's buttons."""

    channel: ChannelId
    ts: MessageTs
    role: RoleKey
    user: SlackUserId
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRequester(EscalationEffect):
    """Tell who asked for it directly that it was declined, why, and where to go instead."""

    by: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReopened(EscalationEffect):
    """Tell an executive sponsor directly that it was reopened, by whom and why."""

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
    """Bring the room of a reopened escalation back, and say there what NoteChange would say."""

    by: SlackUserId
    changes: tuple[tuple[str, str, str], ...]
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOwner(EscalationEffect):
    """Tell the escalation manager directly what happened to the room."""

    what: EntryKind
    by: SlackUserId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtMessage(EscalationEffect):
    """Make the record say what a message and the marks on it say when it is performed."""

    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"look:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellItem(EscalationEffect):
    """Post our message about an item, or edit it to what is true when it is performed."""

    item_id: ItemId

    @property
    def key(self) -> str:
        return f"item:{self.item_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellItemOwner(EscalationEffect):
    """Tell somebody once, in the item's thread, that it is theirs now."""

    item_id: ItemId
    user: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDossier(EscalationEffect):
    """Write the whole record into the escalation's own room, as it is when it is performed.

    Attributes:
        by: Who asked, and is told when it cannot be done.
    """

    by: SlackUserId

    urgency: ClassVar[Urgency] = Urgency.WAITING_PERSON

    @property
    def key(self) -> str:
        return f"export:{self.escalation_id}:{self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigest(Effect):
    """Send a channel its digest, of what is true when it is performed.

    Attributes:
        due_at: The instant it should be sent at; of a later one, this is not sent any more.
        missed: How many earlier ones were never sent, because the bot was down.
    """

    subscription_id: SubscriptionId
    due_at: datetime
    missed: int = 0

    urgency: ClassVar[Urgency] = Urgency.BACKGROUND

    @property
    def key(self) -> str:
        return f"digest:{self.subscription_id}:{self.due_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellDigestChannel(Effect):
    """Say in a channel that it gets the digest from now on, or no longer does, and who asked.

    Attributes:
        words: What was typed to have it; empty when it was switched off.
    """

    channel_id: ChannelId
    by: SlackUserId
    words: str = ""


class DigestTrouble(StrEnum):
    """Why a digest was not sent."""

    GONE = "gone"
    ARCHIVED = "archived"
    SHARED = "shared"
    GUESTS = "guests"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSubscriber(Effect):
    """Tell whoever asked for a digest that it was not sent, and what to do.

    Attributes:
        words: What to type to have it again.
        detail: Slack's reason in plain words; empty where the trouble says enough.
    """

    user: SlackUserId
    channel_id: ChannelId
    trouble: DigestTrouble
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshClocks(EscalationEffect):
    """Draw the room's clocks message from what is true when it is performed."""

    @property
    def key(self) -> str:
        return f"clocks:{self.escalation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNotice(EscalationEffect):
    """Post a message about clocks, or edit it to what it says when this is performed."""

    notice_id: int

    @property
    def key(self) -> str:
        return f"notice:{self.notice_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SayInRoom(EscalationEffect):
    """Say one sentence of our own in the room; mentions in it become people.

    Attributes:
        link: What it speaks of, a link to click; None for none.
    """

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearCustomer(Effect):
    """Find out whether a message in a customer's channel is the customer's, who was waited for.

    Attributes:
        ts: Of the message, and when it was said; thread_ts: None outside of threads.
    """

    customer_id: CustomerId
    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None
    user: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCall(EscalationEffect):
    """Post our message about a call while it is open, or show in its place how it ended."""

    call_id: MeetingId

    @property
    def key(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMinute(EscalationEffect):
    """Note a reply to an open call as one of its minutes, as it reads when this is performed."""

    call_id: MeetingId
    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"minute:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminders(Effect):
    """Remind one person of everything that is due for them when it is performed.

    Attributes:
        room: The escalation in whose room it is said; None says it by direct message.
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
class DrawReminders(Effect):
    """Draw a message of reminders again from what became of each; `batch` names it."""

    batch: str

    @property
    def key(self) -> str:
        return f"draw_reminders:{self.batch}"
