"""What the timeline keeps of clocks when the severity changes, and pauses that are renewed."""

from datetime import timedelta

import pytest

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.escalation import Severity, Status
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.timeline import EntryKind
from bot.domain.sla.changes import clock_changes
from bot.domain.sla.clock import WORKAROUND, ClockState, SlaClock
from bot.domain.sla.following import followed
from bot.domain.sla.payloads import ClockBreached, ClockFacts, ClockRetargeted
from bot.domain.sla.policy import ClockPolicy, PausePolicy
from bot.domain.sla.renewal import chases, check_renewal
from bot.domain.time.duration import Duration
from tests.domain.calendars import utc
from tests.domain.clocks import CUSTOMER, EVA, running
from tests.domain.records import escalation

CHASED = PausePolicy(title="Waiting", evidence="a link", times=3)


def facts(before: SlaClock, after: SlaClock) -> ClockFacts:
    return ClockFacts.of(7, "Resolution", before, after)


def test_another_target_is_kept_with_the_old_one_and_both_due_times() -> None:
    before = running(severity=Severity.S1)
    after = before.at_severity(Severity.S2, at=utc("2026-11-23 10:00"))

    [change] = clock_changes(facts(before, after), before, after)

    assert change.kind is EntryKind.CLOCK_RETARGETED
    assert change.subject == Subject(kind=SubjectKind.CLOCK, id="7")
    assert change.payload == ClockRetargeted(
        clocks=(facts(before, after),),
        before=Duration.parse("4 h"),
        after=Duration.parse("8 bh"),
        time_zone="UTC",
    )
    assert facts(before, after).due_before == utc("2026-11-23 13:00")
    assert facts(before, after).due_after == utc("2026-11-23 17:00")


def test_a_promise_that_a_graver_severity_breaks_at_once_is_kept_as_broken() -> None:
    before = running(severity=Severity.S2)
    after = before.at_severity(Severity.S1, at=utc("2026-11-23 14:00"))

    moved, broken = clock_changes(facts(before, after), before, after)

    assert moved.kind is EntryKind.CLOCK_RETARGETED
    assert broken.kind is EntryKind.CLOCK_BREACHED
    assert broken.payload == ClockBreached(
        clocks=(facts(before, after),),
        target=Duration.parse("4 h"),
        breached_at=utc("2026-11-23 13:00"),
        time_zone="UTC",
    )


def test_a_broken_promise_has_no_other_target() -> None:
    before = running(severity=Severity.S1).at(utc("2026-11-23 14:00"))
    after = before.at_severity(Severity.S3, at=utc("2026-11-23 14:00"))

    assert list(clock_changes(facts(before, after), before, after)) == []


def paused(clock: SlaClock, evidence: str, *, days: int) -> SlaClock:
    """Pause it, and let the pause run out after two business days."""
    at = utc("2026-11-23 10:00") + timedelta(days=days)
    clock = clock.paused(CUSTOMER, at=at, by=EVA, evidence=evidence)
    return clock.at(at + timedelta(days=2))


def test_a_pause_is_renewed_with_evidence_of_its_own_and_three_times_at_most() -> None:
    once = paused(running(severity=Severity.S3), "first", days=0)
    with pytest.raises(InvalidInput, match=r"#2"):
        check_renewal(once, CUSTOMER, CHASED, " first ")
    check_renewal(once, CUSTOMER, CHASED, "second")
    twice = paused(once, "second", days=2)
    assert chases(twice, CUSTOMER) == 3
    thrice = running(severity=Severity.S3)
    for number in range(3):
        thrice = paused(thrice, f"{number}", days=7 * number)

    with pytest.raises(NotNow, match="3 times in a row"):
        check_renewal(thrice, CUSTOMER, CHASED, "fourth")


def test_a_pause_that_somebody_ended_begins_no_row() -> None:
    at = utc("2026-11-23 10:00")
    clock = running().paused(CUSTOMER, at=at, by=EVA, evidence="asked")
    clock = clock.resumed(at=at + timedelta(hours=1), by=EVA)

    check_renewal(clock, CUSTOMER, CHASED, "asked")
    assert chases(clock, CUSTOMER) == 1


def test_a_workaround_that_is_rejected_had_never_stopped_its_clock() -> None:
    at = utc("2026-11-23 10:00")
    clock = running(WORKAROUND, severity=Severity.S1)
    offered = clock.stopped(at=at, how="restart", is_confirmed=False)

    assert offered.rejected(at=at + timedelta(hours=1)) == clock
    late = offered.rejected(at=at + timedelta(hours=4))
    assert late.state(at + timedelta(hours=4)) is ClockState.BREACHED
    assert late.breached_at == utc("2026-11-23 13:00")


def test_an_offered_workaround_is_met_when_the_customer_accepts_it_at_its_own_time() -> None:
    at = utc("2026-11-23 10:00")
    offered = running(WORKAROUND).stopped(at=at, how="restart", is_confirmed=False)
    accepted = followed(
        offered,
        escalation(status=Status.ACTIVE),
        escalation(status=Status.MITIGATED),
        rule=ClockPolicy(title="Workaround"),
        at=at + timedelta(hours=2),
    )

    assert (accepted.stopped_at, accepted.is_confirmed) == (at, True)
    assert accepted.how == "restart; the customer accepted it"
