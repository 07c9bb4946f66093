"""Rhythms follow the status and severity of their escalation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import NotNow
from bot.domain.escalation.escalation import Severity, Status
from bot.domain.meetings.cadence import (
    NOT_CALLED,
    NOT_STORED,
    Cadence,
    Meeting,
    MeetingState,
    followed,
    runs,
)
from bot.domain.meetings.policy import CadenceKind, CadencePolicy
from bot.domain.people import SlackUserId
from bot.domain.time.duration import Duration
from tests.domain.calendars import office
from tests.domain.records import OPENED_AT, escalation

HOURLY = CadencePolicy(first=Duration.parse("60 min"), every=Duration.parse("60 min"))
SLOWLY = CadencePolicy(first=Duration.parse("8 h"), every=Duration.parse("8 h"))
ONCE = CadencePolicy(first=Duration.parse("5 min"))
ACTIVE = escalation(status=Status.ACTIVE, severity=Severity.S1)
NOW = OPENED_AT + timedelta(hours=2)


def follow(
    rhythm: Cadence | None,
    setting: CadencePolicy | None,
    of: object = ACTIVE,
    kind: CadenceKind = CadenceKind.CHECKPOINT,
    at: datetime = NOW,
) -> Cadence | None:
    return followed(rhythm, kind, setting, of, calendar=office(), at=at)  # type: ignore[arg-type]


def running(**given: object) -> Cadence:
    begun = follow(None, HOURLY)
    assert begun is not None
    return replace(begun, **given)  # type: ignore[arg-type]  # fields


def test_it_begins_when_the_work_does_and_keeps_its_beat() -> None:
    assert follow(None, HOURLY, escalation(status=Status.INTAKE)) is None
    begun = running()
    assert begun.next_at == NOW + timedelta(hours=1)
    assert follow(begun, HOURLY, at=NOW + timedelta(minutes=40)) == begun


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.DECLINED])
@pytest.mark.parametrize("kind", list(CadenceKind))
def test_what_is_resolved_or_over_has_none(status: Status, kind: CadenceKind) -> None:
    assert not runs(kind, escalation(status=status))
    rests = follow(running(kind=kind), HOURLY, escalation(status=status), kind)
    assert rests is not None
    assert rests.next_at is None


def test_on_hold_nobody_meets_and_leadership_still_hears() -> None:
    on_hold = escalation(status=Status.ON_HOLD)
    assert not runs(CadenceKind.CHECKPOINT, on_hold)
    assert runs(CadenceKind.EXEC_UPDATE, on_hold)


def test_it_begins_anew_after_a_rest() -> None:
    rests = running(next_at=None, last_at=OPENED_AT)
    again = follow(rests, HOURLY)
    assert again is not None
    assert again.next_at == NOW + timedelta(hours=1)


def test_a_graver_severity_never_puts_it_off_and_a_lighter_one_slows_it_down() -> None:
    soon = NOW + timedelta(minutes=5)
    graver = follow(running(severity=Severity.S2, next_at=soon), HOURLY)
    lighter = follow(running(next_at=soon), SLOWLY, replace(ACTIVE, severity=Severity.S2))

    assert graver is not None
    assert (graver.next_at, graver.severity) == (soon, Severity.S1)
    assert lighter is not None
    assert lighter.next_at == OPENED_AT + timedelta(hours=8)


def test_a_severity_without_it_lets_it_rest() -> None:
    rests = follow(running(), None, replace(ACTIVE, severity=Severity.S4))
    assert rests is not None
    assert rests.next_at is None


@pytest.mark.parametrize("given", [{"last_at": NOW}, {"skipped": 1}])
def test_a_triage_call_is_not_held_again(given: dict[str, object]) -> None:
    kind = CadenceKind.TRIAGE
    held = running(kind=kind, next_at=None, severity=Severity.S2, **given)
    after = follow(held, ONCE, escalation(status=Status.TRIAGE, severity=Severity.S1), kind)
    assert after is not None
    assert after.next_at is None


def test_a_call_ends_once() -> None:
    call = Meeting(
        id=NOT_CALLED,
        rhythm_id=NOT_STORED,
        escalation_id=ACTIVE.id,
        kind=CadenceKind.CHECKPOINT,
        called_at=datetime(2026, 11, 23, tzinfo=UTC),
        called_by=None,
        since=0,
        until=4,
    )
    ended = call.ended(MeetingState.DONE, by=SlackUserId("U1"), at=NOW)

    with pytest.raises(NotNow, match="already over"):
        ended.ended(MeetingState.SKIPPED, by=SlackUserId("U2"), at=NOW)
