"""The dossier as JSON, to be kept and read by programs; its format is versioned.

Within `warroom-dossier/1` fields may be added, none is taken away or changes its type. Instants
are ISO 8601 with microseconds and +00:00, days YYYY-MM-DD, what is not known is null; words are to
the letter. `chain` says how the digests of the timeline are made, so that anybody can check them.
"""

import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from bot.domain.escalation.facts import encoded
from bot.domain.escalation.timeline import Entry
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import KINDS
from bot.domain.policy.policy import Policy
from bot.domain.reading.dossier import Dossier, KeptClock
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import spelled_out

Json = dict[str, Any]

FORMAT = "warroom-dossier/1"
ESCALATION = (
    "number",
    "title",
    "severity",
    "status",
    "visibility",
    "category",
    "owner",
    "raised_by",
    "raised_at",
    "impact_started_at",
    "acknowledged_by",
    "acknowledged_at",
    "customer_ask",
    "business_impact",
    "problem",
    "situation",
    "confidence",
    "confidence_why",
    "status_reason",
    "status_evidence",
    "status_until",
    "outcome",
    "critical_on",
    "next_update_due_at",
    "resolved_at",
    "confirmed_at",
    "ended_at",
    "reopen_count",
    "handover_to",
    "handover_note",
    "ticket_url",
    "crm_url",
    "source_permalink",
)
CONTENT = (
    "text",
    "owner",
    "role",
    "due_at",
    "forecast_at",
    "priority",
    "phase",
    "milestone",
    "done_when",
    "mitigation",
    "blocked_by",
    "evidence",
    "rationale",
    "alternatives",
    "risks",
    "review_on",
    "is_customer_safe",
)
ITEM = ("label", "kind", "number", "state", "recorded_by", "recorded_at", "said_at", "ended_by")
ITEM_END = ("ended_at", "replaced_by")
SOURCE = ("author", "said_at", "text", "text_now", "is_gone", "permalink")
SLIP = ("was", "now", "reason", "by", "at")
ROLE = ("role", "user_id", "assigned_by", "assigned_at", "accepted_at", "ended_at")
ENTRY = (
    "sequence",
    "at",
    "said_at",
    "actor",
    "kind",
    "text",
    "audience",
    "link",
    "from_state",
    "to_state",
    "digest",
)
CLOCK = (
    "kind",
    "cycle",
    "state",
    "is_contractual",
    "source",
    "time_zone",
    "started_at",
    "due_at",
    "breached_at",
    "stopped_at",
    "how",
)
PAUSE = ("reason", "from_at", "to_at", "until_at", "evidence", "by", "ended_because")
WAIVER = ("by", "at", "why")
BREACH = (
    "breached_at",
    "cause",
    "effect",
    "next_target_at",
    "is_customer_told",
    "customer_told_at",
    "recorded_by",
    "recorded_at",
)
RECOVERY = ("plan", "forecast_at", "noted_by", "noted_at")
CHAIN = (
    "digest = sha256 of a JSON list, ASCII, without blanks, keys sorted; before the first entry "
    "the digest before is empty. Version 2: [2, digest before, escalation id, sequence, kind, at, "
    "said_at, audience, from_state, to_state, subject, commitments]; a commitment is the "
    "HMAC-SHA256 of the field (of the payload its JSON, keys sorted) under its hexadecimal key in "
    "field_keys, and a field without key was erased. Version 1: [digest before, escalation id, "
    "sequence, kind, at, said_at, actor, text, audience, link], with from_state, to_state behind "
    "them unless both are null"
)


def document(dossier: Dossier, policy: Policy) -> Json:
    """Return the dossier in JSON's own types."""
    war_room, head = dossier.war_room, dossier.head
    customer, room = war_room.customer, war_room.room
    return {
        "format": FORMAT,
        "written_at": plain(war_room.read_at),
        "escalation": {"id": war_room.escalation.id, **_fields(war_room.escalation, ESCALATION)},
        "customer": {
            **_fields(customer, ("id", "name", "tier", "time_zone", "region")),
            "contract_reference": customer.contract.reference,
        },
        "room": _fields(room, ("channel_id", "name", "state", "is_private")),
        "people": [{"id": user, "name": dossier.names.get(user)} for user in dossier.people()],
        "roles": [
            {**_fields(role, ROLE), "title": policy.role_title(role.role)} for role in dossier.roles
        ],
        **{s.json_name: [_item(i) for i in dossier.of(kind)] for kind, s in KINDS.items()},
        "clocks": [_clock(clock, policy) for clock in dossier.clocks],
        "timeline": [_entry(entry, dossier) for entry in dossier.entries],
        "chain": {"entries": head.sequence, "head": head.digest, "made": CHAIN},
    }


def text(dossier: Dossier, policy: Policy) -> str:
    """Return the file's content."""
    return json.dumps(document(dossier, policy), ensure_ascii=False, indent=2) + "\n"


def plain(value: Any) -> Any:  # a field of a domain value
    """Return a field in JSON's own types."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case _:
            return value


def _fields(value: Any, names: tuple[str, ...]) -> Json:
    return {name: plain(getattr(value, name)) for name in names}


def _entry(entry: Entry, dossier: Dossier) -> Json:
    """Return an entry; `words` is what it says to a reader, `text` is what the chain covers."""
    told = spelled_out(entry_parts(entry), lambda user: f"@{dossier.name(user)}")
    subject, payload = entry.subject, entry.payload
    return {
        **_fields(entry, ENTRY),
        "subject": None if subject is None else [subject.kind.value, subject.id],
        "payload": None if payload is None else encoded(payload),
        "version": entry.version,
        "commitments": dict(entry.commitments),
        "field_keys": dict(entry.field_keys),
        "withheld": list(entry.withheld),
        "words": told,
    }


def _item(item: Item) -> Json:
    return {
        **_fields(item, ITEM),
        **_fields(item, ITEM_END),
        **_fields(item.content, CONTENT),
        "slips": [_fields(slip, SLIP) for slip in item.slips],
        "message": _fields(item.source, SOURCE) if item.source else None,
    }


def _clock(clock: KeptClock, policy: Policy) -> Json:
    found = clock.explanation
    return {
        "title": policy.clock_title(found.kind),
        **_fields(found, CLOCK),
        "target": str(found.target) if found.target else None,
        "pauses": [_fields(pause, PAUSE) for pause in found.pauses],
        "waiver": _fields(found.waiver, WAIVER) if found.waiver else None,
        "breach": _fields(clock.breach, BREACH) if clock.breach else None,
        "recovery": _fields(clock.recovery, RECOVERY) if clock.recovery else None,
    }
