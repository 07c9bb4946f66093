"""What happened to an escalation itself, its roles and its room."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.escalation import Confidence, Severity, Status, Transition
from bot.domain.escalation.facts import Payload
from bot.domain.people import RoleKey, SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePayload(Payload):
    """Something that is different now.

    Attributes:
        reason: Why, in the words of whoever did it; empty when nobody said.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Payload):
    number: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(ChangePayload):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(ChangePayload):
    """The escalation has another status.

    Attributes:
        transition: What somebody did; None when the status followed from something else.
    """

    before: Status
    after: Status
    transition: Transition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged(ChangePayload):
    before: Severity
    after: Severity


def states(payload: Payload) -> tuple[str | None, str | None]:
    """Return the values of a changed status or severity; (None, None) of anything else."""
    if isinstance(payload, StatusChanged | SeverityChanged):
        return payload.before.value, payload.after.value
    return None, None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsChanged(ChangePayload):
    """One field of an escalation has another value.

    Attributes:
        field: Its name in `Escalation`.
        before, after: Texts; empty for none, and of a field that is an instant.
        confidence_before, confidence: Of a changed situation; None otherwise.
        instant_before, instant: Of a field that is an instant; None for none.
    """

    field: str
    before: str = ""
    after: str = ""
    confidence_before: Confidence | None = None
    confidence: Confidence | None = None
    instant_before: datetime | None = None
    instant: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(ChangePayload):
    """A role has another holder.

    Attributes:
        title: What the policy called the role then, so that the record outlives its policy.
        before: Who held it; empty when nobody did.
        after: Who holds it now; None when nobody does.
    """

    role: RoleKey
    title: str
    before: tuple[SlackUserId, ...] = ()
    after: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAnswered(ChangePayload):
    """Somebody accepted or declined a role; the kind of the entry says which.

    Attributes:
        title: What the policy called the role then.
        is_handover: The escalation was offered to them by its manager.
    """

    role: RoleKey
    title: str
    person: SlackUserId
    is_handover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(ChangePayload):
    to: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged(ChangePayload):
    """What became of the room, which the kind of the entry says.

    Attributes:
        name: The channel's name without "#", where that is what changed; empty otherwise.
        problem: Why it could not be opened; empty when it could.
    """

    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Payload):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldErased(Payload):
    """A field of an earlier entry was erased for good.

    Attributes:
        entry: Its place, counted from 1.
        by: Who answers for it; an admin's name in plain words, not a Slack id.
        ground: Why it had to go.
    """

    entry: int
    field: str
    by: str
    ground: str
