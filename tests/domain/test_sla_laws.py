"""Laws of the SLA clocks that hold for any target, any pauses and any time zone."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.escalation.escalation import Severity
from bot.domain.plan.promise import Terms
from bot.domain.sla.clock import RESOLUTION, ClockState, SlaClock
from bot.domain.sla.explanation import explain
from bot.domain.time.business_hours import NOTHING, Calendar, Hours, Window, open_for
from bot.domain.time.duration import Duration, Unit
from tests.domain.calendars import ZONES, office
from tests.domain.clocks import CUSTOMER, EVA

START = datetime(2026, 1, 1)
instants = st.datetimes(START, datetime(2027, 12, 1), timezones=st.just(UTC))
spans = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=6))
texts = st.builds(Duration, count=st.integers(1, 40), unit=st.sampled_from(Unit))


@st.composite
def clocks(draw: st.DrawFn) -> SlaClock:
    """A clock that was paused and resumed up to three times and now runs."""
    promised = Terms(
        targets={severity: draw(texts) for severity in Severity},
        calendar=office(draw(st.sampled_from(ZONES))),
        pauses={CUSTOMER: None},
    )
    at = draw(instants)
    clock = SlaClock.started(RESOLUTION, promised, draw(st.sampled_from(Severity)), at=at)
    for ran, stood in draw(st.lists(st.tuples(spans, spans), max_size=3)):
        clock = clock.paused(CUSTOMER, at=at + ran, by=EVA, evidence="asked")
        at += ran + stood
        clock = clock.resumed(at=at, by=EVA)
    return clock


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Hours, ...]:
    """The hours of a week whose days begin and end in its mornings and evenings."""
    windows = st.builds(
        lambda opens, closes: (
            Window(opens=timedelta(minutes=opens), closes=timedelta(minutes=closes)),
        ),
        st.integers(1, 719),
        st.integers(720, 1440),
    )
    found = draw(st.lists(st.one_of(st.just(()), windows), min_size=7, max_size=7))
    return tuple(found) if any(found) else (draw(windows), *found[1:])


def last(clock: SlaClock) -> datetime:
    return clock.segments[-1].from_at


@settings(deadline=None)
@given(clock=clocks(), ran=spans, stood=spans)
def test_a_pause_shifts_the_due_time_by_exactly_its_length(
    clock: SlaClock, ran: timedelta, stood: timedelta
) -> None:
    paused_at = last(clock) + ran
    before = clock.due_at
    assert before is not None
    paused = clock.paused(CUSTOMER, at=paused_at, by=EVA, evidence="asked")
    after = paused.resumed(at=paused_at + stood, by=EVA).due_at

    assert after is not None
    length = clock.calendar.elapsed(paused_at, paused_at + stood)
    shift = clock.calendar.elapsed(before, after)
    assert shift == (length if before > paused_at else NOTHING)


@settings(deadline=None)
@given(clock=clocks(), first=spans, then=spans)
def test_elapsed_never_falls(clock: SlaClock, first: timedelta, then: timedelta) -> None:
    earlier = clock.started_at + first

    assert clock.elapsed(earlier) <= clock.elapsed(earlier + then)


@settings(deadline=None)
@given(clock=clocks(), later=spans)
def test_elapsed_and_remaining_make_the_target(clock: SlaClock, later: timedelta) -> None:
    now = last(clock) + later
    remaining = clock.remaining(now)

    assert remaining is not None
    assert clock.elapsed(now) + remaining == clock.length
    due = clock.due_at
    if due is not None and due > now:
        assert clock.calendar.elapsed(now, due) == remaining


@settings(deadline=None)
@given(clock=clocks())
def test_at_the_due_time_exactly_the_target_has_elapsed(clock: SlaClock) -> None:
    due = clock.due_at

    assert due is not None
    assert clock.elapsed(due) == clock.length


@settings(deadline=None)
@given(clock=clocks(), stood=spans)
def test_nothing_elapses_while_it_is_paused(clock: SlaClock, stood: timedelta) -> None:
    at = last(clock) + timedelta(hours=1)
    paused = clock.paused(CUSTOMER, at=at, by=EVA, evidence="asked")

    assert paused.elapsed(at + stood) == paused.elapsed(at) == clock.elapsed(at)


@settings(deadline=None)
@given(clock=clocks(), later=spans, severities=st.lists(st.sampled_from(Severity), max_size=4))
def test_no_change_of_severity_mends_a_breach(
    clock: SlaClock, later: timedelta, severities: list[Severity]
) -> None:
    at = last(clock) + later
    clock = clock.at(at)
    was = clock.breached_at
    for severity in severities:
        at += later
        clock = clock.at_severity(severity, at=at)

    if was is not None:
        assert clock.breached_at == clock.due_at == was
        assert clock.state(at) is ClockState.BREACHED
        stopped = clock.stopped(at=at, how="Fixed")
        assert stopped.state(at) is ClockState.MET_LATE


@settings(deadline=None)
@given(clock=clocks(), later=spans, severity=st.sampled_from(Severity))
def test_severity_there_and_back_leaves_the_due_time_as_it_was(
    clock: SlaClock, later: timedelta, severity: Severity
) -> None:
    at = last(clock) + later

    there = clock.at_severity(severity, at=at)
    back = there.at_severity(clock.severity, at=at)
    assert back.due_at == (there.breached_at or clock.due_at)


@settings(deadline=None)
@given(clock=clocks(), later=spans)
def test_looking_again_changes_nothing(clock: SlaClock, later: timedelta) -> None:
    now = last(clock) + later

    assert clock.at(now).at(now) == clock.at(now)
    assert clock.at(now).due_at == clock.due_at


@settings(deadline=None)
@given(clock=clocks(), later=spans, away=spans)
def test_stopped_and_reopened_it_has_as_much_time_left_as_before(
    clock: SlaClock, later: timedelta, away: timedelta
) -> None:
    at = last(clock) + later
    reopened = clock.stopped(at=at, how="Fixed").reopened(at=at + away)

    assert reopened.remaining(at + away) == clock.remaining(at)


@settings(deadline=None)
@given(clock=clocks(), swept=spans, later=spans)
def test_it_is_late_exactly_when_it_ends_after_its_due_time(
    clock: SlaClock, swept: timedelta, later: timedelta
) -> None:
    looked_at = last(clock) + swept
    ended_at = looked_at + later
    due = clock.due_at

    assert due is not None
    for each in (clock, clock.at(looked_at)):
        assert each.stopped(at=ended_at, how="Fixed").breached_at == (
            due if due < ended_at else None
        )


@settings(deadline=None)
@given(clock=clocks(), later=spans)
def test_the_days_of_an_explanation_add_up_to_the_target(clock: SlaClock, later: timedelta) -> None:
    now = last(clock) + later
    found = explain(clock, now)
    whole = [row for row in found.days if row.counted and not row.spans]

    assert found.due_at == clock.due_at
    if found.days:
        assert sum((row.days * row.counted for row in found.days), NOTHING) == found.length
        days = [row.first for row in found.days]
        assert days == sorted(set(days))
        assert all(row.counted == open_for(usual(clock, row.first)) for row in whole)


def usual(clock: SlaClock, day: date) -> Hours:
    return clock.calendar.weekly[day.weekday()]


@settings(deadline=None)
@given(weekly=weeks(), count=st.integers(1, 12), at=instants)
def test_as_many_business_days_as_a_week_has_are_exactly_that_week(
    weekly: tuple[Hours, ...], count: int, at: datetime
) -> None:
    calendar = Calendar(time_zone="UTC", weekly=weekly)
    open_days = sum(1 for windows in weekly if windows)

    due = calendar.after(at, calendar.business_days(count * open_days))
    week = calendar.elapsed(at, at + count * timedelta(days=7))
    assert calendar.business_days(count * open_days) == week
    assert calendar.elapsed(at, due) == week
    assert due <= at + count * timedelta(days=7)  # never in the next open minute


@settings(deadline=None)
@given(at=instants, later=spans, zone=st.sampled_from(ZONES))
def test_real_time_knows_no_zone_and_no_daylight_saving(
    at: datetime, later: timedelta, zone: str
) -> None:
    promised = Terms(targets={Severity.S1: Duration.parse("4 h")}, calendar=office(zone))
    clock = SlaClock.started(RESOLUTION, promised, Severity.S1, at=at)

    assert clock.due_at == at + timedelta(hours=4)
    assert clock.elapsed(at + later) == later
