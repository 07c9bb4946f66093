"""Clocks explained: what was promised, in which hours, day by day, and what stood still.

Written to be read out: whoever listens can do the sum with a pencil.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.sla.clock import ClockState
from bot.domain.sla.explanation import AuditFinding, ExplainedPause, Explanation, Missed
from bot.domain.time.business_hours import NOTHING, Calendar
from bot.domain.time.counted_days import CountedDays
from bot.domain.time.duration import Duration, Unit, spelled
from bot.domain.time.local_time import local_time, on_the_wall, to_the_minute, zone_named
from bot.domain.time.segments import PauseReason
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    bullets,
    fallback,
    instant,
    italic,
    line,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import one_line
from bot.views.replies import with_people

LONGEST_EVIDENCE = 300  # characters shown
MINUTE = timedelta(minutes=1)
MOST_MISSED = 3  # named one by one
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {
    Unit.MINUTES: "minute",
    Unit.HOURS: "hour",
    Unit.BUSINESS_HOURS: "business hour",
    Unit.BUSINESS_DAYS: "business day",
}
STATES = {
    ClockState.NOT_OWED: "no target at this severity",
    ClockState.PROVISIONAL: "met, pending customer acceptance",
    ClockState.MET_LATE: "met late",
}
SUSPICIONS = {
    AuditFinding.LARGE: "Paused for more than a quarter of its time.",
    AuditFinding.AFTER_WARNINGS: "Paused at least twice right after a reminder.",
    AuditFinding.ENDED_AROUND_WARNINGS: "Two or more pauses ended within 30 minutes of a reminder.",
    AuditFinding.REPLIED: "Stayed paused after the customer replied.",
    AuditFinding.UNRENEWED: "A pause reached its limit without a renewal.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """One clock for the eye.

    Attributes:
        region: Whose public holidays its calendar has, in words; empty for nobody's.
        reasons: What people call the reasons of its pauses.
        kept: Rows of what was written down about it.
    """

    title: str
    explanation: Explanation
    region: str = ""
    reasons: Mapping[PauseReason, str] = field(default_factory=dict)
    suspicions: Sequence[AuditFinding] = ()
    kept: Sequence[Json] = ()


def clocks(number: str, explained: Sequence[ClockView]) -> Message:
    """Every clock of an escalation and why it stands as it does."""
    if not explained:
        return Message("No clocks", [rich(line(words(f"No clocks for {number}.")))])
    blocks = [rich(line(bold(f"Clocks for {number}")))]
    for one in explained:
        odd = [line(italic(SUSPICIONS[suspicion])) for suspicion in one.suspicions]
        details = [*_reasons(one), *one.kept, *odd]
        standing = _standing(one.title, one.explanation)
        blocks.append(rich(standing, *([bullets(*details)] if details else [])))
    return Message(fallback(f"Clocks for {number}"), blocks)


def target_in_words(target: Duration) -> str:
    """Return "8 business hours"."""
    return f"{target.count} {UNITS[target.unit]}{'s' if target.count > 1 else ''}"


def _standing(title: str, found: Explanation) -> Json:
    state = STATES.get(found.state, found.state.value.replace("_", " "))
    parts = [bold(title), words(f": {state}")]
    if found.stopped_at is not None:
        parts.append(words(f" · {local_time(found.stopped_at, found.time_zone)}"))
    elif found.state.is_open:
        parts += _due(found)
    return line(*parts)


def _due(found: Explanation) -> list[Json]:
    zone = found.time_zone
    if found.due_on_paper is not None:
        was, at = "was due" if found.breached_at else "due", found.due_on_paper
        return [words(f" · {was} {local_time(at, zone)} · "), instant(at)]
    if found.due_if_resumed is None:
        return []
    due = local_time(found.due_if_resumed, zone)
    if found.resumes_at is None:
        return [words(f" · due {due} if resumed now")]
    resumes = on_the_wall(found.resumes_at, zone)
    return [words(f" · due {due} if resumed {resumes}")]


def _reasons(shown: ClockView) -> Iterator[Json]:
    found = shown.explanation
    if found.target is not None and found.length is not None:
        yield _said(_promised(found, found.target))
        if found.is_business_time:
            yield _said(_hours(found.calendar, shown.region))
        yield from (_said(text) for text in _sum(found))
        if found.state is not ClockState.CANCELLED:
            yield _said(_used(found, found.length))
    yield from (_pause(pause, shown) for pause in found.pauses)
    if found.gaps:
        yield _said("Reopened: time while stopped doesn't count")
    yield from (_said(text) for text in _missed(found))
    if found.waiver is not None:
        yield line(words("Waived by "), person(found.waiver.by), words(f": {found.waiver.why}"))
    if found.how:
        yield line(*with_people(one_line(found.how), limit=LONGEST_EVIDENCE))


def _promised(found: Explanation, target: Duration) -> str:
    worth = ""
    if target.unit is Unit.BUSINESS_DAYS:
        day = _rounded(found.calendar.business_days(1))
        worth = f" (of {spelled(day)}: {_rounded_in_words(found.length)})"
    start = on_the_wall(found.started_at, found.time_zone)
    kind = "contractual target" if found.is_contractual else "internal target"
    source = f", {one_line(found.source)}" if found.source else ""
    night = "" if found.is_business_time else ", 24/7"
    return f"{target_in_words(target)}{worth} from {start}{night} · {kind}{source}"


def _hours(calendar: Calendar, region: str) -> str:
    holidays = f"excluding public holidays in {region}" if region else "no public holidays"
    return f"Business hours: {_weekly(calendar)}, {zone_named(calendar.time_zone)}, {holidays}"


def _weekly(calendar: Calendar) -> str:
    """Return "Mon-Thu 09:00-17:00, Fri 09:00-12:00"."""
    rows: list[tuple[str, str, str]] = []
    for day, windows in zip(WEEKDAYS, calendar.weekly, strict=True):
        text = " and ".join(str(window) for window in windows)
        if rows and rows[-1][2] == text:
            rows[-1] = (rows[-1][0], day, text)
        else:
            rows.append((day, day, text))
    return ", ".join(
        f"{first if first == last else f'{first}-{last}'} {text}"
        for first, last, text in rows
        if text
    )


def _sum(found: Explanation) -> Iterator[str]:
    """Yield what each day counts; together they make the target."""
    if not found.days:
        return
    zone, together = found.time_zone, NOTHING
    for day in found.days:
        counted = _minutes(day)
        together += counted
        yield f"{_dates(day)}{_when(day, zone)}: {_counted(day, counted)}"
    due = found.due_on_paper or found.due_if_resumed
    if due is not None and len(found.days) > 1:
        yield f"Total {spelled(together)}, ending {on_the_wall(due, zone)}"


def _dates(day: CountedDays) -> str:
    first, last = _day(day.first), _day(day.last)
    return first if day.days == 1 else f"{first} to {last}"


def _day(day: date) -> str:
    return f"{day:%a %-d %b}"


def _when(day: CountedDays, time_zone: str) -> str:
    spans = [f"{_clock(s.start, time_zone)}-{_clock(s.end, time_zone)}" for s in day.spans]
    return f" {' and '.join(spans)}" if spans else ""


def _counted(day: CountedDays, counted: timedelta) -> str:
    if not day.counted and not day.is_unusual:
        return "not counted"
    if not day.counted:
        return f"closed ({one_line(day.name)})" if day.name else "closed"
    if day.days > 1:
        return f"{day.days} days of {spelled(counted / day.days)} = {spelled(counted)}"
    why = f" ({one_line(day.name)})" if day.name else " (special hours)"
    return f"{spelled(counted)}{why if day.is_unusual else ''}"


def _minutes(day: CountedDays) -> timedelta:
    """Return what the dates counted, as their times in words have it: to the minute."""
    if not day.spans:
        return day.counted * day.days
    return sum((to_the_minute(span.end) - to_the_minute(span.start) for span in day.spans), NOTHING)


def _used(found: Explanation, length: timedelta) -> str:
    used, whole = found.used, _rounded(length)
    if found.late_for is not None:
        return f"{spelled(used)} used of {spelled(whole)}, {_over(used - whole, found.late_for)}"
    if found.stopped_at is not None:
        return f"{spelled(used)} used of {spelled(whole)}"
    return f"{spelled(used)} used, {spelled(max(whole - used, NOTHING))} left"


def _over(over: timedelta, late_for: timedelta) -> str:
    if over >= MINUTE:
        return f"{spelled(over)} over"
    return f"{spelled(late_for)} late, outside business hours" if late_for > MINUTE else "just over"


def _pause(pause: ExplainedPause, shown: ClockView) -> Json:
    zone = shown.explanation.time_zone
    reason = shown.reasons.get(pause.reason, pause.reason.replace("_", " "))
    since = "" if pause.to_at else "since "
    start = f"{since}{on_the_wall(pause.from_at, zone)}"
    parts = [words(f"Paused {spelled(pause.counted)}: {reason}, {start}{_end(pause, zone)} (")]
    parts.append(words(one_line(pause.evidence), limit=LONGEST_EVIDENCE))
    by = [words("; "), person(pause.by)] if pause.by else []
    return line(*parts, *by, words(")"))


def _end(pause: ExplainedPause, time_zone: str) -> str:
    if pause.to_at is not None:
        is_up = pause.to_at == pause.until_at
        up = "ended as planned" if pause.is_planned else "reached its limit"
        because = up if is_up else pause.ended_because
        return f" to {on_the_wall(pause.to_at, time_zone)}{f'; {because}' if because else ''}"
    if pause.until_at is None:
        return ", until resumed"
    until = on_the_wall(pause.until_at, time_zone)
    return f", until {until}" if pause.is_planned else f", until {until} at the latest"


def _missed(found: Explanation) -> Iterator[str]:
    earlier, latest = found.missed[:-MOST_MISSED], found.missed[-MOST_MISSED:]
    if earlier:
        yield f"Missed {len(found.missed)} times; the latest:"
    yield from (_one_missed(missed, found.time_zone) for missed in latest)


def _one_missed(missed: Missed, time_zone: str) -> str:
    due = f"Missed: was due {on_the_wall(missed.due_at, time_zone)}"
    if missed.kept_at is None:
        return f"{due}, not sent"
    late = spelled(to_the_minute(missed.kept_at) - to_the_minute(missed.due_at))
    return f"{due}, sent {on_the_wall(missed.kept_at, time_zone)} ({late} late)"


def _said(text: str) -> Json:
    return line(words(text))


def _clock(at: datetime, time_zone: str) -> str:
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{local:%H:%M}"


def _rounded(length: timedelta) -> timedelta:
    return length // MINUTE * MINUTE


def _rounded_in_words(length: timedelta | None) -> str:
    return spelled(_rounded(length)) if length is not None else ""
