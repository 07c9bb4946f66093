"""What a message of reminders says: its lines, and what of each can still be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.room import ChannelId, MessageTs, Room
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Item
from bot.domain.reminders.reminder import Reminder, ReminderCause
from bot.domain.time.business_hours import ALWAYS
from bot.domain.time.duration import Duration

MOST_LINES = 15  # in one message: so many are shown
FORGOTTEN = timedelta(hours=12)  # after this, an unanswered message slows none that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a message of reminders.

    Attributes:
        item: What it is about; None when it is about a role, a clock or the escalation.
        is_open: There is still something to do about it.
        customer, tier: The customer's name and tier.
        on_it: Who is on the clock it is about; None while nobody is.
    """

    reminder: Reminder
    escalation: Escalation
    room: Room
    item: Item | None
    is_open: bool
    customer: str = ""
    tier: Tier = Tier.STANDARD
    on_it: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one message says to one person.

    Attributes:
        name: Identity of the message, the same in every attempt.
        in_doubt: An earlier attempt may have sent it.
        channel, ts: Where it stands already, so that it is edited there; None when it is new.
        is_late: Something in it comes more than an hour later than it should.
    """

    name: str
    person: SlackUserId
    lines: tuple[Line, ...]
    in_doubt: bool
    read_at: datetime
    is_late: bool = False
    channel: ChannelId | None = None
    ts: MessageTs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """A direct message that was sent, which more may join while nobody has answered it.

    Attributes:
        step: Which unanswered one in a row it is, from 0: the gaps between them grow with it.
        channel, ts: Where it stands; None until it is posted.
    """

    batch: str
    person: SlackUserId
    posted_at: datetime
    step: int = 0
    is_answered: bool = False
    channel: ChannelId | None = None
    ts: MessageTs | None = None

    def is_joined(
        self, found: Sequence[Reminder], lines: int, gaps: Sequence[Duration], now: datetime
    ) -> bool:
        """Whether more is added to its `lines` instead of sent anew.

        That is so while it is unanswered, recent and not full, and when nothing is urgent.
        """
        if lines + len(found) > MOST_LINES:
            return False
        gap = gaps[min(self.step, len(gaps) - 1)] if gaps else None
        if self.is_answered or gap is None or any(reminder.is_urgent for reminder in found):
            return False
        return now < gap.after(self.posted_at, ALWAYS)

    def next_step(self, now: datetime) -> int:
        """Return the step of the message that follows this one."""
        is_fresh = self.is_answered or now - self.posted_at > FORGOTTEN
        return 0 if is_fresh else self.step + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingReminder:
    """What somebody will be reminded of, and when."""

    at: datetime
    occasion: ReminderCause
    escalation: Escalation
    room: Room
