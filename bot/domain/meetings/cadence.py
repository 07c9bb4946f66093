"""Rhythms of one escalation: when the next call or update is, and each one that was called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.errors import NotNow
from bot.domain.escalation.escalation import Escalation, EscalationId, Severity, Status
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.meetings.policy import CadenceKind, CadencePolicy
from bot.domain.people import SlackUserId
from bot.domain.time.business_hours import Calendar

RhythmId = NewType("RhythmId", int)
MeetingId = NewType("MeetingId", int)

NOT_STORED = RhythmId(0)
NOT_CALLED = MeetingId(0)
MAX_REASON = 500  # characters
# Two people who call for the same thing mean one; so long it is one.
SAME = timedelta(minutes=5)

# While an escalation stands so, a rhythm comes round. On hold nobody meets, and leadership still
# hears; what is resolved or over is quiet.
AT_WORK = frozenset({Status.TRIAGE, Status.ACTIVE, Status.MITIGATED})
RUNS: Mapping[CadenceKind, frozenset[Status]] = {
    CadenceKind.TRIAGE: frozenset({Status.INTAKE, Status.TRIAGE}),
    CadenceKind.CHECKPOINT: AT_WORK,
    CadenceKind.EXEC_UPDATE: AT_WORK | {Status.ON_HOLD},
}


class MeetingState(StrEnum):
    """What became of a call; REPLACED by the next one, when nobody said that it was done."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """One rhythm of one escalation.

    Attributes:
        severity: The one whose policy its times come from.
        next_at: When the next one is called; None while it rests.
        last_at: When the last one was called; None before the first.
        last_sequence: The timeline's last entry when the last one was called that was not skipped:
            what came later is what has changed.
        skipped: How many were skipped.
        version: Grows by one with every change; the fence against calling twice.
    """

    id: RhythmId
    escalation_id: EscalationId
    kind: CadenceKind
    severity: Severity
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_sequence: int = 0
    skipped: int = 0
    version: int = 1

    def called(self, next_at: datetime | None, *, at: datetime, sequence: int) -> "Cadence":
        """Return it after one was called at `at`, with the next one at `next_at`."""
        return replace(self, next_at=next_at, last_at=at, last_sequence=sequence)

    def without_next(self, next_at: datetime | None) -> "Cadence":
        """Return it with its next one left out, so that `next_at` is the next."""
        return replace(self, next_at=next_at, skipped=self.skipped + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One occasion of a rhythm, which our message in the room tells of.

    Attributes:
        called_by: Who asked for it out of turn; None when its time had come.
        since, until: The timeline's entries after the one and up to the other are what changed.
        reason: Why it was skipped; empty otherwise.
        channel_id, ts, digest: Our message about it; None until there is one.
    """

    id: MeetingId
    rhythm_id: RhythmId
    escalation_id: EscalationId
    kind: CadenceKind
    called_at: datetime
    called_by: SlackUserId | None
    since: int
    until: int
    state: MeetingState = MeetingState.OPEN
    ended_by: SlackUserId | None = None
    ended_at: datetime | None = None
    reason: str = ""
    channel_id: ChannelId | None = None
    ts: MessageTs | None = None
    digest: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is MeetingState.OPEN

    def ended(
        self, state: MeetingState, *, by: SlackUserId | None, at: datetime, reason: str = ""
    ) -> "Meeting":
        """Return it done, skipped, or replaced by the next one (`by` None).

        Raises:
            NotNow: It has ended already.
        """
        if not self.is_open:
            raise NotNow(f"That {self.kind.label.lower()} is already over.")
        return replace(self, state=state, ended_by=by, ended_at=at, reason=reason)


def runs(kind: CadenceKind, escalation: Escalation) -> bool:
    """Say whether a rhythm comes round while an escalation stands as it does."""
    return escalation.status in RUNS[kind]


def followed(
    rhythm: Cadence | None,
    kind: CadenceKind,
    setting: CadencePolicy | None,
    escalation: Escalation,
    *,
    calendar: Calendar,
    at: datetime,
) -> Cadence | None:
    """Return a rhythm as the escalation's status and severity want it; None when there is none.

    It begins by `CadencePolicy.first_at`, keeps its beat while nothing changes, and rests when the
    status or the severity has none of its kind. A graver severity never puts it off. The triage
    call is held once.
    """
    if setting is None or not runs(kind, escalation):
        return None if rhythm is None else replace(rhythm, next_at=None)
    if rhythm is None:
        rhythm = Cadence(
            id=NOT_STORED, escalation_id=escalation.id, kind=kind, severity=escalation.severity
        )
    is_same = rhythm.severity is escalation.severity
    if rhythm.next_at is not None and is_same:
        return rhythm
    is_held = rhythm.last_at is not None or rhythm.skipped > 0
    if kind is CadenceKind.TRIAGE and is_held:
        return replace(rhythm, severity=escalation.severity, next_at=None)
    due = setting.first_at(escalation.raised_at, at, calendar)
    if due is not None and rhythm.next_at is not None and escalation.severity < rhythm.severity:
        due = min(due, rhythm.next_at)
    return replace(rhythm, severity=escalation.severity, next_at=due)
