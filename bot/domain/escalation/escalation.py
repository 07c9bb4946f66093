"""An escalation, its severity, its status, and the moves between statuses that are legal."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, Self

from bot.domain.errors import NotNow
from bot.domain.people import SlackUserId, TeamId

EscalationId = NewType("EscalationId", int)
CustomerId = NewType("CustomerId", int)


class Severity(StrEnum):
    """How badly the customer is hurt; S1 is worst."""

    S1 = "s1"
    S2 = "s2"
    S3 = "s3"
    S4 = "s4"

    @property
    def label(self) -> str:
        return self.value.upper()

    @property
    def tighter(self) -> "Severity":
        """The next graver one; nothing is graver than S1."""
        known = tuple(Severity)
        return known[max(0, known.index(self) - 1)]


class Status(StrEnum):
    """Where an escalation stands between the first cry and the closed review."""

    INTAKE = "intake"
    TRIAGE = "triage"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REVIEW = "review"
    CLOSED = "closed"
    DECLINED = "declined"
    DE_ESCALATED = "de_escalated"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Transition(StrEnum):
    """A step of the lifecycle; `bot.domain.lifecycle.lifecycle` holds their rules."""

    ACCEPT = "accept"
    ACTIVATE = "activate"
    HOLD = "hold"
    RESUME = "resume"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REVIEW = "review"
    CLOSE = "close"
    DECLINE = "decline"
    DEESCALATE = "deescalate"
    REOPEN = "reopen"


OVER = frozenset({Status.CLOSED, Status.DECLINED, Status.DE_ESCALATED})


class Confidence(StrEnum):
    """How sure the escalation manager is that the plan will do."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


def number_of(escalation_id: EscalationId, raised_at: datetime) -> str:
    """Return the name people use for an escalation raised then."""
    return f"ESC-{raised_at.year}-{escalation_id:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One customer's cry for help, and everything decided about it so far.

    Attributes:
        critical_on: The customer's own milestone at stake, a calendar day in the customer's
            time zone; None when nobody named one.
        impact_started_at: When the customer began to be harmed, as far as anybody knows; None
            while nobody said. Time to mitigate is measured from it.
        next_update_due_at: When the customer must hear from us next; None once it is over.
        source_permalink: Link to the Slack message it was opened from; None otherwise.
        submission_key: Identity of the form that opened it; a second delivery finds the first.
        version: Grows by one with every change; the fence against lost updates.
        category: A name from the policy's categories; None when nobody chose one.
        situation: Where we are, in a few words; `confidence` says how sure we are of the plan.
        status_reason, status_evidence: Why it stands where it stands, and what shows it.
        status_until: On hold: when that is expected to end. Resolved: until when it is watched.
        hold_reason, held_at: On hold: the policy's reason for which clocks may stand still, and
            since when; empty and None otherwise.
        ended_at: When it was closed, declined or de-escalated; None while it is not over.
        archive_due_at: When the room is archived; None while it is not over.
        handover_to: Whom the escalation manager asked to take over; None when nobody is asked.
    """

    id: EscalationId
    team_id: TeamId
    customer_id: CustomerId
    title: str
    problem: str
    business_impact: str
    customer_ask: str
    severity: Severity
    status: Status
    visibility: Visibility
    owner: SlackUserId
    raised_by: SlackUserId
    raised_at: datetime
    submission_key: str
    version: int = 1
    critical_on: date | None = None
    impact_started_at: datetime | None = None
    ticket_url: str | None = None
    crm_url: str | None = None
    source_permalink: str | None = None
    next_update_due_at: datetime | None = None
    acknowledged_by: SlackUserId | None = None
    acknowledged_at: datetime | None = None
    category: str | None = None
    situation: str = ""
    confidence: Confidence | None = None
    confidence_why: str = ""
    status_reason: str = ""
    status_evidence: str = ""
    status_until: datetime | None = None
    hold_reason: str = ""
    held_at: datetime | None = None
    outcome: str = ""
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    reopen_count: int = 0
    archive_due_at: datetime | None = None
    handover_to: SlackUserId | None = None
    handover_note: str = ""

    @property
    def number(self) -> str:
        """The name people use, such as ESC-2026-0042; the counter never starts again."""
        return number_of(self.id, self.raised_at)

    @property
    def is_private(self) -> bool:
        return self.visibility is Visibility.PRIVATE

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    def acknowledge(self, by: SlackUserId, at: datetime) -> Self:
        """Return the escalation acknowledged; the first acknowledgement stands.

        Raises:
            NotNow: Somebody acknowledged it already.
        """
        if self.acknowledged_by is not None:
            raise NotNow(f"{{by}} already acknowledged {self.number}.", by=self.acknowledged_by)
        status = Status.TRIAGE if self.status is Status.INTAKE else self.status
        return replace(self, acknowledged_by=by, acknowledged_at=at, status=status)
