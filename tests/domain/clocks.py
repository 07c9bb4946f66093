"""Clocks for tests: valid unless the test says otherwise."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.escalation.escalation import Severity
from bot.domain.people import SlackUserId
from bot.domain.plan.promise import Terms
from bot.domain.sla.clock import RESOLUTION, ClockKind, SlaClock
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason
from tests.domain.calendars import office, utc

EVA = SlackUserId("UEVA")
CUSTOMER = PauseReason("waiting_customer_info")
LEGAL = PauseReason("legal_hold")
MONDAY_NINE = utc("2026-11-23 09:00")


def targets(*texts: str) -> dict[Severity, Duration]:
    """Return targets for s1, s2, …; an empty text promises nothing."""
    pairs = zip(Severity, texts, strict=False)
    return {severity: Duration.parse(text) for severity, text in pairs if text}


def terms(
    *texts: str,
    calendar: Calendar | None = None,
    pauses: Mapping[PauseReason, str | None] | None = None,
    after_workaround: tuple[str, ...] = (),
) -> Terms:
    limits = {CUSTOMER: "2 bd", LEGAL: None} if pauses is None else pauses
    return Terms(
        targets=targets(*(texts or ("4 h", "8 bh", "3 bd"))),
        calendar=calendar or office(),
        after_workaround=targets(*after_workaround),
        pauses={r: Duration.parse(most) if most else None for r, most in limits.items()},
    )


def running(
    kind: ClockKind = RESOLUTION,
    *,
    at: datetime = MONDAY_NINE,
    severity: Severity = Severity.S2,
    promised: Terms | None = None,
) -> SlaClock:
    return SlaClock.started(kind, promised or terms(), severity, at=at)
