"""Entries of the timeline as rows, and their payloads as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.escalation.facts import Payload, Subject, SubjectKind, UnreadablePayload, encoded
from bot.domain.escalation.timeline import Entry, EntryKind
from storage.mapping import to_domain, to_row

# Collected by hand, a capability a line.
PAYLOADS: Mapping[EntryKind, type[Payload]] = {}


def to_entry(row: Mapping[str, Any]) -> Entry:
    """Return the entry of a row."""
    about = row["subject_kind"]
    subject = Subject(kind=SubjectKind(about), id=row["subject_id"]) if about else None
    return to_domain(
        Entry, row, subject=subject, payload=decoded(EntryKind(row["kind"]), row["payload"])
    )


def to_entry_row(entry: Entry) -> dict[str, Any]:
    """Return an entry as the columns of its row."""
    row = to_row(entry)
    subject, payload = row.pop("subject"), row.pop("payload")
    return {
        **row,
        "subject_kind": subject.kind.value if subject else None,
        "subject_id": subject.id if subject else None,
        "payload": encoded(payload) if payload is not None else None,
    }


def decoded(kind: EntryKind, stored: Mapping[str, Any] | None) -> Payload | None:
    """Return a stored payload; None where there is none.

    What does not encode to the same JSON again is unreadable, so that nothing can be slipped into
    a payload without its digest telling of it.
    """
    if stored is None:
        return None
    try:
        found = to_domain(PAYLOADS[kind], stored)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _unreadable(stored)
    return found if encoded(found) == stored else _unreadable(stored)


def _unreadable(stored: Mapping[str, Any]) -> UnreadablePayload:
    return UnreadablePayload(stored=json.dumps(stored, sort_keys=True))
