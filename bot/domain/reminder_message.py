"""What a message of reminders says: its lines, and what of each can still be done."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import Escalation
from bot.domain.item import Item
from bot.domain.people import SlackUserId
from bot.domain.reminder import Occasion, Reminder
from bot.domain.room import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a message of reminders.

    Attributes:
        item: What it is about; None when it is about a role or the escalation.
        is_open: There is still something to do about it.
    """

    reminder: Reminder
    escalation: Escalation
    room: Room
    item: Item | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one message says to one person.

    Attributes:
        name: Identity of the message, the same in every attempt.
        in_doubt: An earlier attempt may have sent it.
        is_late: Something in it comes more than an hour later than it should.
    """

    name: str
    person: SlackUserId
    lines: tuple[Line, ...]
    in_doubt: bool
    read_at: datetime
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """What somebody will be reminded of, and when."""

    at: datetime
    occasion: Occasion
    escalation: Escalation
    room: Room
