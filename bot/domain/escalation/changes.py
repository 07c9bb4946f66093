"""What a person may change about an escalation, and the words in which a change is told."""

from dataclasses import dataclass, replace

from bot.domain.errors import InvalidInput
from bot.domain.escalation.escalation import Confidence, Escalation, Severity, Status
from bot.domain.escalation.opening import MAX_TEXT
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId

MAX_REASON = 500  # characters
DETAILS = {
    "customer_ask": "What the customer asks for",
    "business_impact": "Business impact",
    "problem": "Problem",
}


OWNER = "Escalation manager"
SHORT = ("reason", "situation", "confidence_why")
SITUATION = ("situation", "confidence", "confidence_why")


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPatch:
    """What a person wants changed; None leaves a thing as it is.

    Attributes:
        reason: Why, in their words; told in the room beside the change.
    """

    severity: Severity | None = None
    owner: SlackUserId | None = None
    category: str | None = None
    customer_ask: str | None = None
    business_impact: str | None = None
    problem: str | None = None
    situation: str | None = None
    confidence: Confidence | None = None
    confidence_why: str | None = None
    reason: str = ""

    def check(self) -> None:
        """Refuse texts that are too long.

        Raises:
            InvalidInput: Names each field; nothing has been changed.
        """
        limits = dict.fromkeys(DETAILS, MAX_TEXT) | dict.fromkeys(SHORT, MAX_REASON)
        wrong = {
            name: f"That is {len(text):,} characters; at most {most:,} fit."
            for name, most in limits.items()
            if len(text := getattr(self, name) or "") > most
        }
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
            confidence=self.confidence or escalation.confidence,
            **{name: text.strip() for name, text in texts.items() if text is not None},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different now; `was` and `now` are empty for long texts.

    Attributes:
        advice: What is useful next, in one line; empty for none.
        from_state, to_state: Of a changed status, severity or target, its values for programs;
            None otherwise.
    """

    kind: EntryKind
    what: str
    was: str = ""
    now: str = ""
    advice: str = ""
    from_state: str | None = None
    to_state: str | None = None


def status_change(
    was: Status, now: Status, *, kind: EntryKind = EntryKind.STATUS_CHANGED, advice: str = ""
) -> Change:
    return Change(
        kind=kind,
        what="Status",
        was=was.label,
        now=now.label,
        advice=advice,
        from_state=was.value,
        to_state=now.value,
    )


def severity_change(was: Severity, now: Severity) -> Change:
    return Change(
        kind=EntryKind.SEVERITY_CHANGED,
        what="Severity",
        was=was.label,
        now=now.label,
        from_state=was.value,
        to_state=now.value,
    )


def changes_between(before: Escalation, after: Escalation) -> list[Change]:
    """Return what differs between two versions, in the order people ask for it."""
    changes = []
    if after.severity is not before.severity:
        changes.append(severity_change(before.severity, after.severity))
    if after.status is not before.status:  # acknowledging accepts it as well
        changes.append(status_change(before.status, after.status))
    if after.owner != before.owner:
        was, now = f"<@{before.owner}>", f"<@{after.owner}>"
        changes.append(Change(kind=EntryKind.ASSIGNED, what=OWNER, was=was, now=now))
    if after.category != before.category:
        now = (after.category or "none").replace("_", " ")
        changes.append(Change(kind=EntryKind.DETAILS_CHANGED, what="Category", now=now))
    changes += [
        Change(kind=EntryKind.DETAILS_CHANGED, what=what)
        for name, what in DETAILS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if any(getattr(before, name) != getattr(after, name) for name in SITUATION):
        # In quotation marks nothing in it can be taken for a mention of ours.
        now = f"“{after.situation}”" if after.situation else "confidence only"
        changes.append(Change(kind=EntryKind.DETAILS_CHANGED, what="Where we are", now=now))
    return changes
