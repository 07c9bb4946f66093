"""What a person may change about an escalation, and what a change made different."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import (
    Confidence,
    Escalation,
    Severity,
    Status,
    Transition,
)
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.opening import MAX_TEXT
from bot.domain.escalation.payloads import (
    ChangePayload,
    DetailsChanged,
    RoleGiven,
    SeverityChanged,
    StatusChanged,
)
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import ESCALATION_MANAGER, RoleKey, SlackUserId

MAX_REASON = 500  # characters
DETAILS = {
    "customer_ask": "What the customer asks for",
    "business_impact": "Business impact",
    "problem": "Problem",
}


IN_THE_FUTURE = "That time is in the future."
OWNER = "Escalation manager"
SHORT = ("reason", "situation", "confidence_why")
SITUATION = ("situation", "confidence", "confidence_why")


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPatch:
    """What a person wants changed; None leaves a thing as it is.

    Attributes:
        impact_started_at: When harm began.
        reason: Why, in their words; told in the room beside the change.
    """

    severity: Severity | None = None
    owner: SlackUserId | None = None
    category: str | None = None
    customer_ask: str | None = None
    business_impact: str | None = None
    problem: str | None = None
    impact_started_at: datetime | None = None
    situation: str | None = None
    confidence: Confidence | None = None
    confidence_why: str | None = None
    reason: str = ""

    def check(self, *, now: datetime) -> None:
        """Refuse texts that are too long, and harm that is yet to begin.

        Raises:
            InvalidInput: Names each field; nothing has been changed.
        """
        limits = dict.fromkeys(DETAILS, MAX_TEXT) | dict.fromkeys(SHORT, MAX_REASON)
        wrong = {
            name: f"That is {len(text):,} characters; at most {most:,} fit."
            for name, most in limits.items()
            if len(text := getattr(self, name) or "") > most
        }
        if self.impact_started_at is not None and self.impact_started_at > now:
            wrong["impact_started_at"] = IN_THE_FUTURE
        if wrong:
            raise InvalidInput(wrong)

    def applied_to(self, escalation: Escalation) -> Escalation:
        """Return the escalation as it is wished; itself when it is so already.

        Raises:
            InvalidInput: The severity changes, and nobody said why.
        """
        severity = self.severity or escalation.severity
        if severity is not escalation.severity and not self.reason.strip():
            raise InvalidInput({"reason": f"Say why it becomes {severity.label}; that is kept."})
        texts = {name: getattr(self, name) for name in (*DETAILS, "situation", "confidence_why")}
        return replace(
            escalation,
            severity=severity,
            owner=self.owner or escalation.owner,
            category=self.category or escalation.category,
            impact_started_at=self.impact_started_at or escalation.impact_started_at,
            confidence=self.confidence or escalation.confidence,
            **{name: text.strip() for name, text in texts.items() if text is not None},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different now: an entry of the timeline without who did it and when."""

    kind: EntryKind
    payload: ChangePayload
    subject: Subject | None = None


def status_change(
    before: Status,
    after: Status,
    *,
    kind: EntryKind = EntryKind.STATUS_CHANGED,
    transition: Transition | None = None,
) -> Change:
    payload = StatusChanged(before=before, after=after, transition=transition)
    return Change(kind=kind, payload=payload)


def role_given(
    role: RoleKey,
    title: str,
    before: Sequence[SlackUserId],
    after: SlackUserId | None,
    *,
    kind: EntryKind = EntryKind.ASSIGNED,
) -> Change:
    return Change(
        kind=kind,
        subject=Subject(kind=SubjectKind.ROLE, id=role),
        payload=RoleGiven(role=role, title=title, before=tuple(before), after=after),
    )


def changes_between(before: Escalation, after: Escalation) -> list[Change]:
    """Return what differs between two versions, in the order people ask for it."""
    changes = []
    if after.severity is not before.severity:
        graver = SeverityChanged(before=before.severity, after=after.severity)
        changes.append(Change(kind=EntryKind.SEVERITY_CHANGED, payload=graver))
    if after.status is not before.status:  # acknowledging accepts it as well
        changes.append(status_change(before.status, after.status))
    if after.owner != before.owner:
        changes.append(role_given(ESCALATION_MANAGER, OWNER, [before.owner], after.owner))
    details = [
        DetailsChanged(field=name, before=getattr(before, name), after=getattr(after, name))
        for name in ("category", *DETAILS)
        if getattr(before, name) != getattr(after, name)
    ]
    if any(getattr(before, name) != getattr(after, name) for name in SITUATION):
        details.append(
            DetailsChanged(
                field="situation",
                before=before.situation,
                after=after.situation,
                confidence_before=before.confidence,
                confidence=after.confidence,
            )
        )
    changes += [Change(kind=EntryKind.DETAILS_CHANGED, payload=payload) for payload in details]
    return [*changes, *impact_changes(before, after)]


def impact_changes(before: Escalation, after: Escalation) -> list[Change]:
    """Return that harm began at another time than was known, if so."""
    if before.impact_started_at == after.impact_started_at:
        return []
    payload = DetailsChanged(
        field="impact_started_at",
        instant_before=before.impact_started_at,
        instant=after.impact_started_at,
    )
    return [Change(kind=EntryKind.DETAILS_CHANGED, payload=payload)]
