"""Effects on an escalation: opening its room, and posting there."""

from dataclasses import dataclass
from typing import ClassVar

from bot.domain.effect import Effect, Urgency
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationEffect(Effect):
    """What is done for one escalation."""

    escalation_id: EscalationId

    @property
    def about(self) -> EscalationId:
        return self.escalation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(EscalationEffect):
    """Open an escalation's room, or whatever of it is still missing.

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
class PostChange(EscalationEffect):
    """Post in the room what somebody changed.

    Attributes:
        entries: Where the changes stand in the timeline of the escalation, in their order.
    """

    by: SlackUserId
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostInRoom(EscalationEffect):
    """Post one sentence of our own in the room; mentions in it become people.

    Attributes:
        link: Where what the sentence is about can be read; None for nowhere.
    """

    text: str
    link: str | None = None


EFFECTS: tuple[type[Effect], ...] = (
    OpenRoom,
    PostChange,
    PostInRoom,
)
