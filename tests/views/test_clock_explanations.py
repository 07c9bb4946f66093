"""What `clocks` says: an escalation manager reads it out, and the customer can do the sum."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.escalation.customer import Contract, Customer, Tier
from bot.domain.escalation.escalation import CustomerId, Severity
from bot.domain.policy.policy import Policy
from bot.domain.policy.terms import terms_for
from bot.domain.sla.clock import (
    FIRST_RESPONSE,
    NEXT_UPDATE,
    RESOLUTION,
    WORKAROUND,
    ClockKind,
    SlaClock,
)
from bot.domain.sla.explanation import explain
from bot.domain.sla.policy import ContractTerms
from bot.domain.time.duration import Duration
from bot.domain.time.local_time import local_time
from bot.policy_file import load
from bot.views.sla.explanations import ClockView, clocks
from tests.domain.calendars import local
from tests.domain.clocks import CUSTOMER, EVA
from tests.war_room import words_of

LISBON = "Europe/Lisbon"
POLICY: Policy = load(None)
START = local(LISBON, "2026-11-26 15:10") + timedelta(seconds=31)  # a Thursday


def started(kind: ClockKind, severity: Severity, zone: str = LISBON) -> SlaClock:
    customer = Customer(id=CustomerId(1), name="Acme", tier=Tier.STANDARD, time_zone=zone)
    return SlaClock.started(kind, terms_for(POLICY, kind, customer, at=START), severity, at=START)


def said(clock: SlaClock, now: datetime, earlier: Sequence[SlaClock] = ()) -> list[str]:
    """Return the lines about one clock."""
    calendar = clock.terms.calendar
    holidays = POLICY.public_holidays.get(calendar.holidays, {})
    shown = ClockView(
        title="Resolution",
        explanation=explain(clock, now, holidays=holidays, earlier=earlier),
        region=POLICY.holidays_of(calendar),
        reasons={reason: pause.title for reason, pause in POLICY.pauses.items()},
    )
    message = clocks("ESC-2026-0001", [shown])
    first, *more = message.blocks[1]["elements"]
    rows = [row for part in more for row in part["elements"]]
    return [words_of(row).strip() for row in (first, *rows)]


def test_a_clock_over_a_holiday_is_a_sum_that_can_be_done_on_paper() -> None:
    lines = said(started(RESOLUTION, Severity.S2), START + timedelta(minutes=50))

    assert lines[0].startswith("Resolution: running · due Wed 2 Dec 15:10 (Lisbon time)")
    assert lines[1:] == [
        "3 business days (of 8 h: 24 h) from Thu 26 Nov 15:10 · internal target",
        "Business hours: Mon-Fri 09:00-17:00, Lisbon time, excluding public holidays in Portugal",
        "Thu 26 Nov 15:10-17:00: 1 h 50",
        "Fri 27 Nov to Mon 30 Nov: 2 days of 8 h = 16 h",
        "Tue 1 Dec: closed (Restoration of Independence Day)",
        "Wed 2 Dec 09:00-15:10: 6 h 10",
        "Total 24 h, ending Wed 2 Dec 15:10",
        "50 min used, 23 h 10 left",
    ]


def test_a_paused_clock_says_when_it_is_due_if_it_resumes_as_planned() -> None:
    until = local(LISBON, "2026-12-02 10:00")
    clock = started(RESOLUTION, Severity.S2).paused(
        CUSTOMER,
        at=local(LISBON, "2026-11-30 16:00"),
        by=EVA,
        evidence="asked at 16:00",
        until_at=until,
    )

    lines = said(clock, local(LISBON, "2026-11-30 16:20"))

    assert lines[0] == (
        "Resolution: paused · due Thu 3 Dec 09:10 (Lisbon time) if resumed Wed 2 Dec 10:00"
    )
    assert lines[3:] == [
        "Thu 26 Nov 15:10-17:00: 1 h 50",
        "Fri 27 Nov: 8 h",
        "Mon 30 Nov 09:00-16:00: 7 h",
        "Tue 1 Dec: closed (Restoration of Independence Day)",
        "Wed 2 Dec 10:00-17:00: 7 h",
        "Thu 3 Dec 09:00-09:10: 10 min",
        "Total 24 h, ending Thu 3 Dec 09:10",
        "16 h 50 used, 7 h 10 left",
        "Paused 20 min: Waiting for the customer's answer, since Mon 30 Nov 16:00, until "
        f"Wed 2 Dec 10:00 (asked at 16:00; @{EVA})",
    ]


def test_seconds_change_nothing_that_is_reckoned_on_paper() -> None:
    clock = started(WORKAROUND, Severity.S2)  # 15:10:31
    clock = clock.paused(
        CUSTOMER,
        at=local(LISBON, "2026-11-26 16:00") + timedelta(seconds=58),
        by=EVA,
        evidence="asked",
    )
    clock = clock.resumed(at=local(LISBON, "2026-11-26 16:20"), by=EVA)
    now = local(LISBON, "2026-11-27 09:00")

    lines = said(clock, now)

    assert clock.due_at == local(LISBON, "2026-11-27 15:29") + timedelta(seconds=33)
    assert lines[0].startswith("Resolution: running · due Fri 27 Nov 15:30 (Lisbon time)")
    assert "Thu 26 Nov 15:10-16:00 and 16:20-17:00: 1 h 30" in lines
    assert "Fri 27 Nov 09:00-15:30: 6 h 30" in lines
    assert "1 h 30 used, 6 h 30 left" in lines


@pytest.mark.parametrize(
    ("seconds", "row"),
    [(0, "0 min used, 24 h left"), (20, "0 min used, 24 h left"), (60, "1 min used, 23 h 59 left")],
)
def test_used_and_left_make_the_target(seconds: int, row: str) -> None:
    lines = said(started(RESOLUTION, Severity.S1), START + timedelta(seconds=seconds))

    assert lines[1] == "24 hours from Thu 26 Nov 15:10, 24/7 · internal target"
    assert row in lines


def test_what_ended_at_night_is_late_and_says_so() -> None:
    clock = started(WORKAROUND, Severity.S2)  # 8 business hours: due Friday 15:10
    clock = clock.stopped(at=local(LISBON, "2026-11-27 15:12"), how="by a script")
    met = said(clock, START + timedelta(days=3))

    assert met[0] == "Resolution: met late · Fri 27 Nov 15:12 (Lisbon time)"
    assert "8 h 02 used of 8 h, 2 min over" in met
    assert "by a script" in met


def test_a_missed_update_is_still_there_once_the_late_one_is_sent() -> None:
    late = started(NEXT_UPDATE, Severity.S1).stopped(
        at=local(LISBON, "2026-11-26 16:00"), how="sent"
    )
    lines = said(started(NEXT_UPDATE, Severity.S1), START + timedelta(hours=1), [late])

    assert "Missed: was due Thu 26 Nov 15:40, sent Thu 26 Nov 16:00 (20 min late)" in lines


@pytest.mark.parametrize(
    ("severity", "row"),
    [
        (
            Severity.S1,
            "15 minutes from Thu 26 Nov 15:10, 24/7 · contractual target, A-1",
        ),
        (Severity.S3, "8 business hours from Thu 26 Nov 15:10 · internal target"),
    ],
)
def test_only_what_the_contract_sets_is_said_to_be_promised_in_it(
    severity: Severity, row: str
) -> None:
    quarter = ContractTerms(targets={Severity.S1: Duration.parse("15 min")})
    known = replace(POLICY.clocks[FIRST_RESPONSE], contracts={"A-1": quarter})
    policy = replace(POLICY, clocks={**POLICY.clocks, FIRST_RESPONSE: known})
    contract = Contract(reference="A-1")
    customer = Customer(id=CustomerId(1), name="Acme", time_zone=LISBON, contract=contract)
    promised = terms_for(policy, FIRST_RESPONSE, customer, at=START)

    assert row in said(SlaClock.started(FIRST_RESPONSE, promised, severity, at=START), START)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Lisbon", "Fri 27 Nov 09:05 (Lisbon time)"),
        ("America/Argentina/Buenos_Aires", "Fri 27 Nov 06:05 (Buenos Aires time)"),
        ("UTC", "Fri 27 Nov 09:05 (UTC)"),
        ("Etc/GMT+1", "Fri 27 Nov 08:05 (Etc/GMT+1)"),
    ],
)
def test_an_instant_in_words_has_weekday_and_zone(zone: str, text: str) -> None:
    assert local_time(datetime(2026, 11, 27, 9, 5, tzinfo=UTC), zone) == text
