"""The timeline: what happened in an escalation, who did it, when; proof that all is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.facts import Payload, Subject, people_of
from bot.domain.people import SlackUserId
from bot.domain.text.notation import people_in

WORK_OUT_AFTER = timedelta(seconds=2)  # a change: those that come together are looked at together


class EntryKind(StrEnum):
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    SEVERITY_CHANGED = "severity_changed"
    STATUS_CHANGED = "status_changed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    ROLE_ACCEPTED = "role_accepted"
    ROLE_DECLINED = "role_declined"
    HANDOVER_OFFERED = "handover_offered"
    TRANSFERRED = "transferred"
    DETAILS_CHANGED = "details_changed"
    ITEM_ADDED = "item_added"
    ITEM_CHANGED = "item_changed"
    ITEM_DONE = "item_done"
    DECIDED = "decided"
    PLAYBOOK_APPLIED = "playbook_applied"
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    CUSTOMER_REPLIED = "customer_replied"
    CLOCK_MET = "clock_met"
    CLOCK_REJECTED = "clock_rejected"
    CLOCK_WAIVED = "clock_waived"
    CLOCK_RETARGETED = "clock_retargeted"
    CLOCK_BREACHED = "clock_breached"
    BREACH_RECORDED = "breach_recorded"
    RECOVERY_NOTED = "recovery_noted"
    RUNG_TOLD = "rung_told"
    RUNG_ACKNOWLEDGED = "rung_acknowledged"
    MINUTE_NOTED = "minute_noted"
    CALL_DONE = "call_done"
    CALL_SKIPPED = "call_skipped"
    ROOM_OPENED = "room_opened"
    ROOM_FAILED = "room_failed"
    ROOM_RENAMED = "room_renamed"
    ROOM_ARCHIVED = "room_archived"
    ROOM_UNARCHIVED = "room_unarchived"
    ROOM_DELETED = "room_deleted"
    ROOM_MADE_PRIVATE = "room_made_private"
    ROOM_SHARED = "room_shared"
    ROOM_UNSHARED = "room_unshared"
    BOT_REMOVED = "bot_removed"
    BOT_RETURNED = "bot_returned"
    EXPORTED = "exported"
    REMINDER_SNOOZED = "reminder_snoozed"
    REMINDER_STOPPED = "reminder_stopped"
    FIELD_ERASED = "field_erased"


# What somebody did about a reminder moves nothing on.
NO_PROGRESS = frozenset(
    {EntryKind.REMINDER_SNOOZED, EntryKind.REMINDER_STOPPED, EntryKind.RUNG_ACKNOWLEDGED}
)


class Audience(StrEnum):
    INTERNAL = "internal"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact.

    Attributes:
        at: When it was recorded.
        said_at: When it was said or happened, where that is earlier; None otherwise.
        actor: None when the bot itself acted.
        subject: What it is about; None when it is about the escalation itself.
        payload: What happened, as values of its kind; None of an entry from before entries had
            one, whose text tells.
        text: What happened in words, as it was written; empty where a payload tells.
        link: Slack's link to where it was said; None when there is none.
        from_state, to_state: Of a changed status or severity, the values it had and has, beside
            its payload for queries. Of a clock with another target from before entries had a
            payload, target and due time as "4 h/2026-11-23T13:00:00+00:00". None otherwise.
        sequence: Counts from 1 within the escalation; 0 before it is stored.
        digest: Proof of this entry and of all before it; empty before it is stored.
        version: How the digest is made; `bot.domain.escalation.chain` tells.
        commitments: By field, what the digest covers instead of the field's own words.
        field_keys: By field, the key of its commitment; of an erased field there is none.
    """

    escalation_id: EscalationId
    kind: EntryKind
    at: datetime
    actor: SlackUserId | None
    text: str = ""
    subject: Subject | None = None
    payload: Payload | None = None
    audience: Audience = Audience.INTERNAL
    link: str | None = None
    said_at: datetime | None = None
    from_state: str | None = None
    to_state: str | None = None
    sequence: int = 0
    digest: str = ""
    version: int = 2
    commitments: Mapping[str, str] = field(default_factory=dict)
    field_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Return the fields that were erased."""
        return tuple(name for name in self.commitments if name not in self.field_keys)

    @property
    def is_progress(self) -> bool:
        """Whether it moves the work on: what no person did never does."""
        return self.actor is not None and self.kind not in NO_PROGRESS

    @property
    def people(self) -> list[SlackUserId]:
        """Who occurs in what it says; of one without a payload, whom its text mentions."""
        return people_in(self.text) if self.payload is None else people_of(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last link of a chain: how many entries there are, and the digest of the last one.

    Attributes:
        progress_at: When somebody last recorded what moves the work on; None before.
        remind_at: When its reminders are to be worked out again; None while it needs none.
        mac: Proof that whoever moved it had the audit key; None while there is no such key.
        mac_key: Which key that was, by its name.
    """

    sequence: int = 0
    digest: str = ""
    progress_at: datetime | None = None
    remind_at: datetime | None = None
    mac: str | None = None
    mac_key: str | None = None

    def moved(self, entries: Sequence[Entry], sequence: int, digest: str) -> "Head":
        """Return it after those entries, the last of which has that place and digest."""
        at = entries[-1].at
        progress = [e.at for e in entries if e.is_progress]
        return Head(
            sequence=sequence,
            digest=digest,
            progress_at=progress[-1] if progress else self.progress_at,
            remind_at=min(self.remind_at or at + WORK_OUT_AFTER, at + WORK_OUT_AFTER),
        )
