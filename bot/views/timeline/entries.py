"""An entry of the timeline in words: one function for each kind of payload, collected here."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.customers.payloads import CustomerReplied
from bot.domain.escalation import payloads as escalation_payloads
from bot.domain.escalation.facts import Payload, UnreadablePayload
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.meetings.payloads import MeetingEnded
from bot.domain.plan import payloads as plan_payloads
from bot.domain.reminders.payloads import ReminderAnswered
from bot.domain.sla import payloads as sla_payloads
from bot.views.replies import MENTION
from bot.views.timeline import escalation, plan, sla
from bot.views.timeline.wording import Mention, Parts, Wording

WITHHELD = "[withheld]"
UNREADABLE = "This entry cannot be read; `audit verify` says whether it was changed"


def wording(entry: Entry) -> Wording:
    """Return what an entry says; one from before entries had facts says what was written then."""
    if entry.payload is None:
        return Wording(what=entry.text)
    return _wording(entry.payload, entry.kind)


def entry_parts(entry: Entry) -> Parts:
    """Return what an entry says; one from before entries had facts says what was written then."""
    if {"payload", "text"} & set(entry.withheld):
        return (WITHHELD,)
    if entry.payload is None:
        return as_written(entry.text)
    return _wording(entry.payload, entry.kind).parts()


def as_written(text: str) -> Parts:
    """Return a stored text of ours, in which `<@U1>` is a mention of ours and nobody else's."""
    pieces = MENTION.split(text)
    return tuple(Mention(p) if place % 2 else p for place, p in enumerate(pieces) if p)


def _wording(payload: Payload, kind: EntryKind) -> Wording:
    return WORDINGS[type(payload)](payload, kind)


def _replied(payload: CustomerReplied, _kind: EntryKind) -> Wording:
    after = (payload.words,) if payload.words else ()
    return Wording(what="The customer replied", after=after)


def _meeting(payload: MeetingEnded, kind: EntryKind) -> Wording:
    label = payload.meeting.label
    if payload.planned_at is not None:
        what = f"{label} of {payload.planned_at:%d %b %H:%M} UTC skipped"
    else:
        what = f"{label} {'done' if kind is EntryKind.CALL_DONE else 'skipped'}"
    return Wording(what=what, reason=payload.reason)


def _reminder(payload: ReminderAnswered, _kind: EntryKind) -> Wording:
    until = f"snoozed until {payload.until:%Y-%m-%d %H:%M} UTC" if payload.until else "stopped"
    return Wording(what=f"Reminder of {payload.name} {until}")


def _unreadable(_payload: UnreadablePayload, _kind: EntryKind) -> Wording:
    return Wording(what=UNREADABLE)


WORDINGS: Mapping[type[Payload], Callable[[Any, EntryKind], Wording]] = {
    UnreadablePayload: _unreadable,
    escalation_payloads.Opened: escalation.opened,
    escalation_payloads.Acknowledged: escalation.acknowledged,
    escalation_payloads.StatusChanged: escalation.status,
    escalation_payloads.SeverityChanged: escalation.severity,
    escalation_payloads.DetailsChanged: escalation.details,
    escalation_payloads.RoleGiven: escalation.role_given,
    escalation_payloads.RoleAnswered: escalation.role_answered,
    escalation_payloads.HandoverOffered: escalation.handover_offered,
    escalation_payloads.RoomChanged: escalation.room,
    escalation_payloads.Exported: escalation.exported,
    escalation_payloads.FieldErased: escalation.erased,
    plan_payloads.ItemAdded: plan.added,
    plan_payloads.ItemChanged: plan.changed,
    plan_payloads.PlaybookApplied: plan.playbook_applied,
    sla_payloads.ClockPaused: sla.paused,
    sla_payloads.ClockResumed: sla.resumed,
    sla_payloads.ClockMet: sla.met,
    sla_payloads.ClockRejected: sla.rejected,
    sla_payloads.ClockWaived: sla.waived,
    sla_payloads.ClockRetargeted: sla.retargeted,
    sla_payloads.ClockBreached: sla.breached,
    sla_payloads.RungsTold: sla.rungs_told,
    sla_payloads.RungAcknowledged: sla.rung_acknowledged,
    sla_payloads.BreachRecorded: sla.breach_recorded,
    sla_payloads.RecoveryNoted: sla.recovery_noted,
    CustomerReplied: _replied,
    MeetingEnded: _meeting,
    ReminderAnswered: _reminder,
}
