"""Entries of the timeline as rows, and their payloads as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.customers.payloads import CustomerReplied
from bot.domain.escalation import payloads as escalation
from bot.domain.escalation.facts import Payload, Subject, SubjectKind, UnreadablePayload, encoded
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.meetings.payloads import MeetingEnded
from bot.domain.plan import payloads as plan
from bot.domain.reminders.payloads import ReminderAnswered
from bot.domain.sla import payloads as sla
from storage.mapping import to_domain, to_row

PAYLOADS: Mapping[EntryKind, type[Payload]] = {
    EntryKind.OPENED: escalation.Opened,
    EntryKind.ACKNOWLEDGED: escalation.Acknowledged,
    EntryKind.SEVERITY_CHANGED: escalation.SeverityChanged,
    EntryKind.STATUS_CHANGED: escalation.StatusChanged,
    EntryKind.REOPENED: escalation.StatusChanged,
    EntryKind.ASSIGNED: escalation.RoleGiven,
    EntryKind.UNASSIGNED: escalation.RoleGiven,
    EntryKind.TRANSFERRED: escalation.RoleGiven,
    EntryKind.ROLE_ACCEPTED: escalation.RoleAnswered,
    EntryKind.ROLE_DECLINED: escalation.RoleAnswered,
    EntryKind.HANDOVER_OFFERED: escalation.HandoverOffered,
    EntryKind.DETAILS_CHANGED: escalation.DetailsChanged,
    EntryKind.EXPORTED: escalation.Exported,
    EntryKind.FIELD_ERASED: escalation.FieldErased,
    **dict.fromkeys(
        (
            EntryKind.ROOM_OPENED,
            EntryKind.ROOM_FAILED,
            EntryKind.ROOM_RENAMED,
            EntryKind.ROOM_ARCHIVED,
            EntryKind.ROOM_UNARCHIVED,
            EntryKind.ROOM_DELETED,
            EntryKind.ROOM_MADE_PRIVATE,
            EntryKind.ROOM_SHARED,
            EntryKind.ROOM_UNSHARED,
            EntryKind.BOT_REMOVED,
            EntryKind.BOT_RETURNED,
        ),
        escalation.RoomChanged,
    ),
    EntryKind.ITEM_ADDED: plan.ItemAdded,
    EntryKind.DECIDED: plan.ItemAdded,
    EntryKind.MINUTE_NOTED: plan.ItemAdded,
    EntryKind.ITEM_CHANGED: plan.ItemChanged,
    EntryKind.ITEM_DONE: plan.ItemChanged,
    EntryKind.PLAYBOOK_APPLIED: plan.PlaybookApplied,
    EntryKind.CLOCK_PAUSED: sla.ClockPaused,
    EntryKind.CLOCK_RESUMED: sla.ClockResumed,
    EntryKind.CLOCK_MET: sla.ClockMet,
    EntryKind.CLOCK_REJECTED: sla.ClockRejected,
    EntryKind.CLOCK_WAIVED: sla.ClockWaived,
    EntryKind.CLOCK_RETARGETED: sla.ClockRetargeted,
    EntryKind.CLOCK_BREACHED: sla.ClockBreached,
    EntryKind.RUNG_TOLD: sla.RungsTold,
    EntryKind.RUNG_ACKNOWLEDGED: sla.RungAcknowledged,
    EntryKind.BREACH_RECORDED: sla.BreachRecorded,
    EntryKind.RECOVERY_NOTED: sla.RecoveryNoted,
    EntryKind.CUSTOMER_REPLIED: CustomerReplied,
    EntryKind.CALL_DONE: MeetingEnded,
    EntryKind.CALL_SKIPPED: MeetingEnded,
    EntryKind.REMINDER_SNOOZED: ReminderAnswered,
    EntryKind.REMINDER_STOPPED: ReminderAnswered,
}


def to_entry(row: Mapping[str, Any]) -> Entry:
    """Return the entry of a row."""
    about = row["subject_kind"]
    subject = Subject(kind=SubjectKind(about), id=row["subject_id"]) if about else None
    return to_domain(
        Entry,
        row,
        subject=subject,
        payload=decoded(EntryKind(row["kind"]), row["payload"]),
        commitments=row["commitments"] or {},
        field_keys=row["field_keys"] or {},
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
