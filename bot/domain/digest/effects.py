"""Effects of the digest: sending it, and saying why it was not sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.domain.digest.digest import SubscriptionId
from bot.domain.effect import Effect, Urgency
from bot.domain.escalation.room import ChannelId
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigest(Effect):
    """Send a channel its digest, of how things stand when this is performed.

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
class ConfirmSubscription(Effect):
    """Post in a channel that it gets the digest from now on, or no longer does, and who asked.

    Attributes:
        words: What was typed to have it; empty when it was switched off.
    """

    channel_id: ChannelId
    by: SlackUserId
    words: str = ""


class DigestFailure(StrEnum):
    """Why a digest was not sent."""

    GONE = "gone"
    ARCHIVED = "archived"
    SHARED = "shared"
    GUESTS = "guests"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDigestFailure(Effect):
    """Notify whoever subscribed that a digest was not sent, and of what to do.

    Attributes:
        words: What to type to have it again.
        detail: Slack's reason in plain words; empty where the trouble says enough.
    """

    user: SlackUserId
    channel_id: ChannelId
    trouble: DigestFailure
    words: str
    detail: str = ""


EFFECTS: tuple[type[Effect], ...] = (
    SendDigest,
    ConfirmSubscription,
    ReportDigestFailure,
)
