"""Facts of a digest with defaults, so that tests state only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.digest.facts import DigestFacts, DueItem, OpenEscalation, StateChange, update_lines
from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import EscalationId, Severity, Status, Visibility
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVA = SlackUserId("U0EVA0001")


def escalation(number: int = 1, **more: Any) -> OpenEscalation:
    """A quiet one: acknowledged, on time, S4, raised an hour ago."""
    values: dict[str, Any] = {
        "id": EscalationId(number),
        "title": f"Trouble {number}",
        "customer": "Acme",
        "tier": Tier.STANDARD,
        "severity": Severity.S4,
        "status": Status.ACTIVE,
        "visibility": Visibility.PUBLIC,
        "owner": EVA,
        "owner_name": "eva",
        "raised_at": NOW - HOUR,
        "acknowledged_at": NOW,
        "next_update_due_at": NOW + 3 * DAY,
    }
    return OpenEscalation(**{**values, **more})


def item(kind: ItemKind, number: int = 1, **more: Any) -> DueItem:
    values: dict[str, Any] = {
        "escalation_id": EscalationId(1),
        "kind": kind,
        "number": number,
        "text": f"Thing {number}",
        "said_at": NOW - 2 * DAY,
        "of_kind": 1,
    }
    return DueItem(**{**values, **more})


def move(number: int, kind: EntryKind, **more: Any) -> StateChange:
    values: dict[str, Any] = {
        "escalation_id": EscalationId(number),
        "kind": kind,
        "at": NOW - HOUR,
        "customer": "Acme",
        "raised_at": NOW - 10 * DAY,
        "severity": Severity.S4,
        "status": Status.ACTIVE,
    }
    return StateChange(**{**values, **more})


def status(number: int, was: Status, now: Status, **more: Any) -> StateChange:
    kind = more.pop("kind", EntryKind.STATUS_CHANGED)
    states = {"from_state": was.value, "to_state": now.value}
    return move(number, kind, **{"status": now, **states, **more})


def severity(number: int, was: Severity, now: Severity, **more: Any) -> StateChange:
    states = {"from_state": was.value, "to_state": now.value}
    return move(number, EntryKind.SEVERITY_CHANGED, **{"severity": now, **states, **more})


def facts(*found: OpenEscalation, **more: Any) -> DigestFacts:
    updates = update_lines(found, NOW, title="Next update")
    values: dict[str, Any] = {"now": NOW, "since": NOW - DAY, "clocks": updates}
    return DigestFacts(open=found, **{**values, **more})
