"""When somebody is reminded: worked out from the record, table by table."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.room import Room
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import (
    ESCALATION_MANAGER,
    Assignment,
    Person,
    PersonKind,
    RoleKey,
    SlackUserId,
    TeamId,
)
from bot.domain.plan.item import Content, Item, ItemId, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reminders.occasions import occasions
from bot.domain.reminders.policy import ReminderPolicy, ReminderQuietHours, TimeOfDay, Where
from bot.domain.reminders.reminder import (
    Reminder,
    ReminderCause,
    ReminderFacts,
    ReminderId,
    ReminderKind,
    after_quiet,
    due_reminders,
    next_reminder_at,
)
from tests.domain.calendars import office

POLICY = ReminderPolicy()
ONE = EscalationId(1)
EVA, LEA, MAX, KIM = (SlackUserId(u) for u in ("U0EVA", "U0LEA", "U0MAX", "U0KIM"))
COMMS = RoleKey("comms_lead")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)


def escalation(severity: Severity = Severity.S1, **values: object) -> Escalation:
    made = Escalation(
        id=ONE,
        team_id=TeamId("T1"),
        customer_id=CustomerId(1),
        title="t",
        problem="",
        business_impact="",
        customer_ask="",
        severity=severity,
        status=Status.ACTIVE,
        visibility=Visibility.PUBLIC,
        owner=EVA,
        raised_by=LEA,
        raised_at=NOON,
        submission_key="k",
    )
    return replace(made, **values)  # type: ignore[arg-type]  # its fields


def item(due_in: timedelta, kind: ItemKind = ItemKind.ACTION, **content: object) -> Item:
    values: dict[str, object] = {"owner": MAX, "due_at": NOON + due_in} | content
    return Item(
        id=ItemId(7),
        escalation_id=ONE,
        kind=kind,
        number=3,
        state=ItemState.OPEN,
        content=Content(text="replay", **values),  # type: ignore[arg-type]  # its fields
        recorded_by=EVA,
        recorded_at=NOON,
        said_at=NOON,
    )


def held(role: RoleKey, user: SlackUserId, *, accepted: bool = False) -> Assignment:
    return Assignment(
        role=role,
        user_id=user,
        assigned_by=LEA,
        assigned_at=NOON,
        accepted_at=NOON if accepted else None,
    )


def facts(*items: Item, of: Escalation | None = None, **values: object) -> ReminderFacts:
    made = ReminderFacts(
        escalation=of or escalation(),
        calendar=office(),
        room=Room(escalation_id=ONE),
        progress_at=NOON,
        items=items,
    )
    return replace(made, **values)  # type: ignore[arg-type]  # its fields


def found(given_facts: ReminderFacts, kind: ReminderKind) -> list[ReminderCause]:
    return [o for o in occasions(given_facts, POLICY) if o.kind is kind]


def said_at(given_facts: ReminderFacts, kind: ReminderKind, times: int = 12) -> list[timedelta]:
    """Return when it is said, from noon on, when everything is said the moment it is due."""
    occasion = found(given_facts, kind)[0]
    told: Reminder | None = None
    instants = []
    for _ in range(times):
        at = next_reminder_at(occasion, told, given_facts, POLICY, now=NOON)
        if at is None:
            break
        instants.append(at - NOON)
        told = reminder(occasion, rung_at=at, count=len(instants))
    return instants


def reminder(occasion: ReminderCause, **values: object) -> Reminder:
    made = Reminder(
        id=ReminderId(1),
        escalation_id=ONE,
        kind=occasion.kind,
        subject=occasion.subject,
        person=occasion.person,
        basis=occasion.basis,
        due_at=NOON,
    )
    return replace(made, **values)  # type: ignore[arg-type]  # its fields


def hours(*counts: float) -> list[timedelta]:
    return [timedelta(hours=count) for count in counts]


@pytest.mark.parametrize(
    ("severity", "due_in", "expected"),
    [
        (Severity.S1, 10, hours(9, 10, 14, 18, 22, 26, 30, 34)),
        (Severity.S2, 10, hours(9, 10, 14, 18, 22, 26, 30, 34)),
        # Never before half its time is over: nobody has just been given it.
        (Severity.S1, 1, hours(0.5, 1, 5, 9, 13, 17, 21, 25)),
        # Tuesday noon to Friday noon: a business day before, then each business day.
        (Severity.S3, 72, hours(48, 72, 144, 168, 192, 216, 240, 312)),
    ],
)
def test_an_action_is_told_before_it_is_due_and_until_it_is_done(
    severity: Severity, due_in: float, expected: list[timedelta]
) -> None:
    asked = facts(item(timedelta(hours=due_in)), of=escalation(severity))
    assert said_at(asked, ReminderKind.ACTION) == expected


def test_a_promise_is_told_before_it_is_due_and_when_it_is() -> None:
    asked = facts(item(10 * HOUR, ItemKind.PROMISE))
    assert said_at(asked, ReminderKind.PROMISE) == hours(8, 10)


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [(Severity.S1, 10), (Severity.S2, 30)],
)
def test_a_role_is_asked_for_three_times_and_then_told(severity: Severity, minutes: int) -> None:
    asked = facts(of=escalation(severity), assignments=(held(COMMS, MAX),))
    step = timedelta(minutes=minutes)
    assert said_at(asked, ReminderKind.ROLE) == [step, 2 * step, 4 * step]
    assert said_at(asked, ReminderKind.ROLE_UNANSWERED) == [8 * step]
    assert found(asked, ReminderKind.ROLE_UNANSWERED)[0].person == EVA


def test_of_the_escalation_manager_who_does_not_accept_who_asked_is_told() -> None:
    asked = facts(assignments=(held(ESCALATION_MANAGER, EVA),))
    assert found(asked, ReminderKind.ROLE_UNANSWERED)[0].person == LEA


@pytest.mark.parametrize(
    ("severity", "first"),
    [
        (Severity.S1, HOUR),
        (Severity.S2, 4 * HOUR),
        (Severity.S3, 48 * HOUR),
        (Severity.S4, 168 * HOUR),
    ],
)
def test_a_silent_room_is_told_to_who_leads(severity: Severity, first: timedelta) -> None:
    asked = facts(of=escalation(severity))
    assert said_at(asked, ReminderKind.SILENCE)[0] == first
    assert found(asked, ReminderKind.SILENCE)[0].person == EVA


def test_a_hold_is_told_at_its_limit() -> None:
    waits = escalation(status=Status.ON_HOLD, status_until=NOON + 5 * HOUR)
    asked = facts(of=waits)
    assert said_at(asked, ReminderKind.ON_HOLD)[0] == 5 * HOUR
    assert found(asked, ReminderKind.SILENCE) == []


def test_nobody_is_reminded_of_what_is_over() -> None:
    asked = facts(item(HOUR), of=escalation(status=Status.CLOSED))
    assert list(occasions(asked, POLICY)) == []
    assert due_reminders(asked, [], {}, POLICY, now=NOON).remind_at is None


@pytest.mark.parametrize(
    ("content", "assignments", "expected"),
    [
        ({"owner": MAX}, (), [MAX]),
        ({"owner": None}, (), [EVA]),
        ({"owner": None, "role": COMMS}, (held(COMMS, MAX), held(COMMS, KIM)), [MAX, KIM]),
        ({"owner": None, "role": COMMS}, (), [EVA]),
    ],
)
def test_who_answers_for_an_item_is_reminded(
    content: dict[str, object], assignments: Iterable[Assignment], expected: list[SlackUserId]
) -> None:
    asked = facts(item(HOUR, ItemKind.ACTION, **content), assignments=tuple(assignments))
    assert [o.person for o in found(asked, ReminderKind.ACTION)] == expected


def test_of_a_private_escalation_only_those_in_its_room_hear() -> None:
    private = escalation(visibility=Visibility.PRIVATE)
    outside = facts(item(HOUR), of=private, assignments=(held(COMMS, MAX),))
    inside = facts(item(HOUR), of=private, inside=frozenset({MAX}))
    assert [o.person for o in found(outside, ReminderKind.ACTION)] == [EVA]
    assert [o.person for o in found(inside, ReminderKind.ACTION)] == [MAX]


def test_a_snooze_a_stop_and_another_due_time() -> None:
    asked = facts(item(10 * HOUR))
    occasion = found(asked, ReminderKind.ACTION)[0]
    told = reminder(occasion, rung_at=NOON + 9 * HOUR, count=1)

    def next_of(answered: Reminder, of: ReminderCause = occasion) -> datetime | None:
        return next_reminder_at(of, answered, asked, POLICY, now=NOON)

    later = NOON + 30 * HOUR
    assert next_of(told.snoozed(later)) == later
    assert next_of(told.stopped()) is None
    postponed = replace(occasion, basis=later, firsts=(later,))
    assert next_of(told.stopped(), postponed) == later
    assert next_of(replace(told, count=8)) is None
    assert next_of(replace(told, count=8).snoozed(later)) == later


def test_several_that_were_missed_are_one() -> None:
    asked = facts(item(2 * HOUR))
    now = NOON + 30 * HOUR
    rung = due_reminders(asked, found(asked, ReminderKind.ACTION), {}, POLICY, now=now)
    assert [(r.count, r.due_at) for r in rung.due] == [(1, NOON + HOUR)]
    assert rung.remind_at == now + 4 * HOUR


def test_what_is_on_its_way_is_not_said_again() -> None:
    asked = facts(item(2 * HOUR))
    now = NOON + 3 * HOUR
    of = found(asked, ReminderKind.ACTION)
    first = due_reminders(asked, of, {}, POLICY, now=now).due[0]
    again = due_reminders(asked, of, {first.key: first}, POLICY, now=now + 5 * HOUR)
    assert again.due == ()
    assert again.remind_at is not None
    assert again.remind_at > now + 5 * HOUR


def test_who_has_just_touched_it_is_left_alone_for_a_while() -> None:
    touched = Entry(
        escalation_id=ONE,
        kind=EntryKind.ITEM_CHANGED,
        at=NOON + 2 * HOUR,
        actor=MAX,
        subject=Subject(kind=SubjectKind.ITEM, id=str(item(2 * HOUR).id)),
    )
    asked = facts(item(2 * HOUR), recent=(touched,))
    occasion = found(asked, ReminderKind.ACTION)[0]
    at = next_reminder_at(occasion, None, asked, POLICY, now=NOON + 2 * HOUR)
    assert at == NOON + 2 * HOUR + timedelta(minutes=5)
    by_eva = replace(asked, recent=(replace(touched, actor=EVA),))
    assert next_reminder_at(occasion, None, by_eva, POLICY, now=NOON + 2 * HOUR) == NOON + HOUR


def test_who_wants_no_reminders_keeps_those_for_which_a_customer_waits() -> None:
    muted = facts(
        item(HOUR),
        item(HOUR, ItemKind.PROMISE),
        muted=frozenset({MAX, EVA}),
    )
    kept = {
        o.kind
        for o in occasions(muted, POLICY)
        if next_reminder_at(o, None, muted, POLICY, now=NOON) is not None
    }
    assert kept == {ReminderKind.PROMISE}


def test_somebody_from_outside_hears_of_it_in_the_room() -> None:
    guest = Person(id=MAX, name="max", kind=PersonKind.GUEST)
    asked = facts(item(HOUR), people={MAX: guest})
    rung = due_reminders(
        asked, occasions(asked, POLICY), {}, POLICY, now=NOON + 40 * timedelta(minutes=1)
    )
    assert [r.in_room for r in rung.due if r.person == MAX] == [True]
    member = replace(asked, people={MAX: replace(guest, kind=PersonKind.MEMBER)})
    rung = due_reminders(member, occasions(member, POLICY), {}, POLICY, now=NOON + HOUR)
    assert [r.in_room for r in rung.due if r.person == MAX] == [False]
    assert POLICY.action.where is Where.DIRECT


LISBON, TOKYO = "Europe/Lisbon", "Asia/Tokyo"


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-11-24 12:00", LISBON, "2026-11-24 12:00"),
        ("2026-11-24 18:59", LISBON, "2026-11-24 18:59"),
        ("2026-11-24 19:00", LISBON, "2026-11-25 08:00"),
        ("2026-11-25 03:00", LISBON, "2026-11-25 08:00"),
        ("2026-11-24 12:00", TOKYO, "2026-11-24 23:00"),  # 21:00 there; their 08:00 is our 23:00
        ("2026-11-27 19:30", LISBON, "2026-11-30 08:00"),  # Friday night to Monday
        ("2026-11-28 12:00", LISBON, "2026-11-30 08:00"),
        ("2026-11-29 23:00", LISBON, "2026-11-30 08:00"),
    ],
)
def test_quiet_hours_end_in_the_morning(at: str, zone: str, expected: str) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert after_quiet(instant(at), ZoneInfo(zone), ReminderQuietHours()) == instant(expected)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from([LISBON, TOKYO, "America/New_York", "Australia/Lord_Howe"]),
    st.integers(0, 23),
    st.integers(0, 23),
    st.booleans(),
)
def test_what_waits_for_the_morning_does_not_wait_again(
    at: datetime, zone: str, begin: int, end: int, weekends: bool
) -> None:
    if begin == end:
        return
    quiet = ReminderQuietHours(
        begin=TimeOfDay(hour=begin, minute=0),
        end=TimeOfDay(hour=end, minute=0),
        weekends=weekends,
    )
    instant = at.replace(tzinfo=UTC)
    awake = after_quiet(instant, ZoneInfo(zone), quiet)
    assert awake >= instant
    assert awake - instant <= timedelta(days=4)
    assert after_quiet(awake, ZoneInfo(zone), quiet) == awake


def test_what_comes_late_into_the_night_waits_for_the_morning() -> None:
    member = Person(id=MAX, name="max", kind=PersonKind.MEMBER, time_zone="UTC")
    asked = facts(item(2 * HOUR), of=escalation(Severity.S3), people={MAX: member})
    occasion = found(asked, ReminderKind.ACTION)[0]
    night = NOON + 11 * HOUR
    assert next_reminder_at(occasion, None, asked, POLICY, now=night) == NOON + 20 * HOUR
    grave = replace(asked, escalation=escalation(Severity.S1))
    assert next_reminder_at(occasion, None, grave, POLICY, now=night) == NOON + HOUR
