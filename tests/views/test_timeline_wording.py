"""What an entry says: each kind of payload in words, old texts as they were written."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.customers.payloads import CustomerReplied
from bot.domain.escalation import payloads as escalation
from bot.domain.escalation.escalation import Severity, Status
from bot.domain.escalation.facts import Payload, UnreadablePayload, encoded, people_of
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.meetings.payloads import MeetingEnded
from bot.domain.meetings.policy import CadenceKind
from bot.domain.people import ESCALATION_MANAGER, RoleKey, SlackUserId
from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.payloads import ItemAdded, ItemChanged, ItemEdit, PlaybookApplied
from bot.domain.reminders.payloads import ReminderAnswered
from bot.domain.sla import payloads as sla
from bot.domain.sla.clock import RESOLUTION, ClockState
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason
from bot.views.timeline.entries import WORDINGS, entry_parts, wording
from bot.views.timeline.wording import elements, on_one_line, spelled_out
from storage.escalation.payloads import PAYLOADS, decoded
from tests.domain.records import OPENED_AT, entry

EVA, MAX = SlackUserId("U0EVA0001"), SlackUserId("U0MAX0001")
K, AT = EntryKind, OPENED_AT
WAITS = PauseReason("waiting_customer_info")
CLOCK = sla.ClockFacts(id=7, kind=RESOLUTION, title="Resolution", due_before=AT, due_after=AT)
OTHER = sla.ClockFacts(id=8, kind=RESOLUTION, title="Next update")
ONE, BOTH = (CLOCK,), (CLOCK, OTHER)
ITEM: dict[str, Any] = {"label": "A-3", "item": ItemKind.ACTION, "state_before": ItemState.OPEN}
OPEN, DONE, BLOCKED = ItemState.OPEN, ItemState.DONE, ItemState.BLOCKED

TOLD: list[tuple[EntryKind, Payload, str]] = [
    (K.OPENED, escalation.Opened(number="ESC-1", severity=Severity.S2), "ESC-1 opened at S2"),
    (K.ACKNOWLEDGED, escalation.Acknowledged(), "Acknowledged"),
    (
        K.STATUS_CHANGED,
        escalation.StatusChanged(before=Status.ACTIVE, after=Status.RESOLVED, reason="fixed"),
        "Status: Active → Resolved (fixed)",
    ),
    (
        K.SEVERITY_CHANGED,
        escalation.SeverityChanged(before=Severity.S3, after=Severity.S1),
        "Severity: S3 → S1",
    ),
    (
        K.ASSIGNED,
        escalation.RoleGiven(
            role=ESCALATION_MANAGER, title="Escalation manager", before=(EVA,), after=MAX
        ),
        "Escalation manager: @U0EVA0001 → @U0MAX0001",
    ),
    (
        K.UNASSIGNED,
        escalation.RoleGiven(role=RoleKey("legal"), title="Legal", before=(EVA, MAX)),
        "Legal: @U0EVA0001 @U0MAX0001 → nobody",
    ),
    (
        K.ROLE_DECLINED,
        escalation.RoleAnswered(
            role=ESCALATION_MANAGER, title="Escalation manager", person=MAX, is_handover=True
        ),
        "Handover declined: @U0MAX0001",
    ),
    (
        K.ROLE_ACCEPTED,
        escalation.RoleAnswered(role=RoleKey("legal"), title="Legal", person=MAX),
        "Legal accepted: @U0MAX0001",
    ),
    (
        K.HANDOVER_OFFERED,
        escalation.HandoverOffered(to=MAX, reason="night"),
        "Handover offered: @U0MAX0001 (night)",
    ),
    (
        K.DETAILS_CHANGED,
        escalation.DetailsChanged(field="category", before="a", after="data_loss"),
        "Category: data loss",
    ),
    (
        K.DETAILS_CHANGED,
        escalation.DetailsChanged(field="business_impact", after="all of it"),
        "Business impact",
    ),
    (
        K.DETAILS_CHANGED,
        escalation.DetailsChanged(field="situation", after="half is back"),
        "Current status: “half is back”",
    ),
    (
        K.DETAILS_CHANGED,
        escalation.DetailsChanged(field="impact_started_at", instant=AT),
        f"Impact started: {AT:%Y-%m-%d %H:%M} UTC",
    ),
    (K.ROOM_OPENED, escalation.RoomChanged(name="esc-1-acme"), "#esc-1-acme opened"),
    (K.ROOM_RENAMED, escalation.RoomChanged(name="new"), "The room was renamed: #new"),
    (
        K.ROOM_FAILED,
        escalation.RoomChanged(problem="No more channels."),
        "The room could not be opened: No more channels.",
    ),
    (K.BOT_REMOVED, escalation.RoomChanged(), "Warroom was removed from the room"),
    (K.EXPORTED, escalation.Exported(), "Asked for the whole record as files"),
    (K.DECIDED, ItemAdded(label="D-1", item=ItemKind.DECISION, text="Roll back"), "D-1: Roll back"),
    (K.ITEM_DONE, ItemChanged(**ITEM, state=DONE, why="see log"), "A-3: done (see log)"),
    (K.ITEM_CHANGED, ItemChanged(**ITEM, state=BLOCKED, why="vendor"), "A-3: blocked (vendor)"),
    (
        K.ITEM_CHANGED,
        ItemChanged(**ITEM, state=ItemState.SUPERSEDED, replaced_by=2),
        "A-3: superseded by D-2",
    ),
    (
        K.ITEM_CHANGED,
        ItemChanged(**ITEM, state=OPEN, edit=ItemEdit.GIVEN, owner=MAX),
        "A-3: assigned to @U0MAX0001",
    ),
    (
        K.ITEM_CHANGED,
        ItemChanged(
            **ITEM,
            state=OPEN,
            edit=ItemEdit.RESCHEDULED,
            why="vendor",
            due_before=AT,
            due_at=AT + timedelta(days=1),
        ),
        f"A-3: postponed from {AT:%Y-%m-%d %H:%M} UTC to "
        f"{AT + timedelta(days=1):%Y-%m-%d %H:%M} UTC (vendor)",
    ),
    (
        K.ITEM_CHANGED,
        ItemChanged(**ITEM, state=OPEN, edit=ItemEdit.MESSAGE_DELETED),
        "A-3: its message was deleted",
    ),
    (K.PLAYBOOK_APPLIED, PlaybookApplied(count=1), "The playbook added 1 item"),
    (
        K.CLOCK_PAUSED,
        sla.ClockPaused(
            clocks=BOTH,
            pause=WAITS,
            pause_title="Waiting for the customer",
            evidence="a link",
            time_zone="UTC",
            chase=2,
        ),
        "Resolution, Next update: paused: Waiting for the customer, follow-up #2 (a link)",
    ),
    (
        K.CLOCK_RESUMED,
        sla.ClockResumed(clocks=ONE, cause=sla.ResumeCause.LIMIT_REACHED),
        "Resolution: the pause reached its limit, and the clock resumed",
    ),
    (
        K.CLOCK_MET,
        sla.ClockMet(clocks=ONE, state=ClockState.MET, how="sent"),
        "Resolution: met (sent)",
    ),
    (
        K.CLOCK_MET,
        sla.ClockMet(clocks=ONE, state=ClockState.MET_LATE, how="sent", late_seconds=11_580),
        "Resolution: recovered, 3 h 13 late (sent)",
    ),
    (
        K.CLOCK_MET,
        sla.ClockMet(clocks=ONE, state=ClockState.MET, how="by phone", is_accepted=True),
        "Resolution: accepted by the customer (by phone)",
    ),
    (
        K.CLOCK_REJECTED,
        sla.ClockRejected(clocks=ONE, why="slow"),
        "Resolution: rejected by the customer, resumed (slow)",
    ),
    (K.CLOCK_WAIVED, sla.ClockWaived(clocks=ONE, why="agreed"), "Resolution: waived (agreed)"),
    (
        K.CLOCK_RETARGETED,
        sla.ClockRetargeted(
            clocks=(replace(CLOCK, due_after=None),),
            before=None,
            after=Duration.parse("8 bh"),
            time_zone="UTC",
        ),
        "Resolution: no target → 8 bh, paused",
    ),
    (
        K.CLOCK_BREACHED,
        sla.ClockBreached(
            clocks=ONE, target=Duration.parse("4 h"), breached_at=None, time_zone="UTC"
        ),
        "Resolution: breached; the target was 4 h",
    ),
    (
        K.RUNG_TOLD,
        sla.RungsTold(clocks=ONE, rungs=("50 %", "75 %")),
        "Resolution: 50 %, 75 % notified",
    ),
    (
        K.RUNG_ACKNOWLEDGED,
        sla.RungAcknowledged(clocks=ONE, person=MAX),
        "Resolution: @U0MAX0001 is on it",
    ),
    (
        K.BREACH_RECORDED,
        sla.BreachRecorded(clocks=ONE, cause="disk", effect="late"),
        "Resolution: breach record: “disk”; impact: “late”",
    ),
    (
        K.RECOVERY_NOTED,
        sla.RecoveryNoted(clocks=ONE, plan="restart", forecast_at=AT),
        "Resolution: recovery plan: “restart”",
    ),
    (K.CUSTOMER_REPLIED, CustomerReplied(), "The customer replied"),
    (K.CUSTOMER_REPLIED, CustomerReplied(words="called"), "The customer replied: called"),
    (K.CALL_DONE, MeetingEnded(meeting=CadenceKind.CHECKPOINT), "Checkpoint done"),
    (
        K.CALL_SKIPPED,
        MeetingEnded(meeting=CadenceKind.CHECKPOINT, planned_at=AT, reason="lunch"),
        f"Checkpoint of {AT:%d %b %H:%M} UTC skipped (lunch)",
    ),
    (K.REMINDER_STOPPED, ReminderAnswered(name="A-3"), "Reminder of A-3 stopped"),
    (
        K.REMINDER_SNOOZED,
        ReminderAnswered(name="A-3", until=AT),
        f"Reminder of A-3 snoozed until {AT:%Y-%m-%d %H:%M} UTC",
    ),
]
CASES = pytest.mark.parametrize(
    ("kind", "payload", "words"), TOLD, ids=[f"{k.value}: {w[:40]}" for k, _p, w in TOLD]
)


def entry_of(kind: EntryKind, payload: Payload) -> Entry:
    return replace(entry(kind, ""), payload=payload)


@CASES
def test_an_entry_says_what_happened(kind: EntryKind, payload: Payload, words: str) -> None:
    assert spelled_out(entry_parts(entry_of(kind, payload)), "@{}".format) == words


@CASES
def test_a_payload_is_stored_and_read_back_as_it_was(
    kind: EntryKind, payload: Payload, words: str
) -> None:
    assert decoded(kind, encoded(payload)) == payload


def test_every_kind_of_entry_has_a_payload_and_every_payload_has_words() -> None:
    assert set(PAYLOADS) == set(EntryKind)
    assert set(PAYLOADS.values()) | {UnreadablePayload} == set(WORDINGS)


@pytest.mark.parametrize(
    "stored",
    [
        {"number": "ESC-1"},
        {"number": "ESC-1", "severity": "s9"},
        {"number": "ESC-1", "severity": "s2", "slipped_in": 1},
        {"number": "ESC-1", "severity": ["s2"]},
    ],
    ids=["a field is missing", "no such value", "a field too many", "another type"],
)
def test_a_payload_that_nobody_wrote_so_is_unreadable_and_said_to_be(
    stored: dict[str, object],
) -> None:
    found = decoded(K.OPENED, stored)

    assert isinstance(found, UnreadablePayload)
    assert encoded(found) != stored
    told = spelled_out(entry_parts(entry_of(K.OPENED, found)), str)
    assert told.startswith("This entry cannot be read")


def test_an_old_entry_says_what_was_written_and_its_mentions_are_people() -> None:
    old = entry(K.ASSIGNED, "Legal: <@U0EVA0001> → <@U0MAX0001>")

    assert spelled_out(entry_parts(old), "@{}".format) == "Legal: @U0EVA0001 → @U0MAX0001"
    assert old.people == [EVA, MAX]
    assert wording(old).what == old.text


def test_an_entry_about_several_clocks_is_about_no_single_one() -> None:
    payload = sla.ClockResumed(clocks=BOTH, cause=sla.ResumeCause.BY_HAND)

    assert wording(entry_of(K.CLOCK_RESUMED, payload)).what == "Resolution, Next update"
    assert payload.subject is None
    assert replace(payload, clocks=ONE).subject is not None


def test_whom_a_payload_names_is_known_without_reading_its_words() -> None:
    given = escalation.RoleGiven(
        role=ESCALATION_MANAGER, title="<@U0NOBODY>", before=(EVA, EVA), after=MAX
    )

    assert people_of(given) == [EVA, MAX]
    assert people_of(escalation.RoleGiven(role=ESCALATION_MANAGER, title="x")) == []


def test_in_slack_people_and_instants_are_elements_and_words_stay_words() -> None:
    payload = ItemChanged(
        **ITEM,
        state=OPEN,
        edit=ItemEdit.RESCHEDULED,
        why="<@U0EVA0001>\nlate",
        due_before=AT,
        due_at=AT,
    )

    drawn = elements(on_one_line(entry_parts(entry_of(K.ITEM_CHANGED, payload))), limit=80)

    assert [one["type"] for one in drawn] == ["text", "text", "date", "text", "date", "text"]
    assert drawn[-1]["text"] == " (<@U0EVA0001> late)"
