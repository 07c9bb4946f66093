"""What a digest reads of clocks: broken ones whatever became of them, and those that pause."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.digest.digest import Filters
from bot.domain.digest.facts import PausedClock, SlaState
from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.sla.clock import RESOLUTION, WORKAROUND, SlaClock
from storage.database.database import Database
from storage.digest.facts import DigestScope
from storage.sla import clocks as sla_clocks
from storage.sla import facts
from tests.bench.digest import fill
from tests.domain.calendars import utc
from tests.domain.clocks import CUSTOMER, EVA, running

NOW = utc("2026-11-24 12:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = EscalationId(1)
EVERYBODY = DigestScope(filters=Filters())


@pytest.fixture
async def opened(database: Database) -> Database:
    await fill(database, escalations=1, entries=1, open_share=1.0)
    return database


# Due after four hours of real time.
BROKEN = running(RESOLUTION, at=utc("2026-11-24 02:00"), severity=Severity.S1).at(NOW)
BROKEN_LONG_AGO = running(RESOLUTION, at=utc("2026-11-22 02:00"), severity=Severity.S1).at(NOW)


async def stored(database: Database, clock: SlaClock, status: str = "active") -> None:
    async with database.transaction() as tx:
        await sla_clocks.add_once(tx, ONE, clock, now=NOW, next_rung_at=None)
        await tx.execute(text("UPDATE escalations SET status = :status"), {"status": status})


async def told(database: Database) -> list[tuple[str, SlaState]]:
    """Return what a digest of the last day says of clocks: when they were due, and their state."""
    since = NOW - DAY
    async with database.reading() as tx:
        found = await facts.lines(tx, EVERYBODY, now=NOW, since=since)
        found += await facts.ended_broken(tx, EVERYBODY, since=since, kept_since=since)
    return [(f"{clock.due_at:%d %H:%M}", clock.state(NOW)) for clock in found]


@pytest.mark.parametrize(
    ("clock", "status", "expected"),
    [
        (BROKEN, "active", [("24 06:00", SlaState.BREACHED)]),
        (BROKEN.cancelled(at=NOW), "closed", [("24 06:00", SlaState.BREACHED)]),
        (BROKEN.stopped(at=NOW, how="fixed"), "closed", [("24 06:00", SlaState.RECOVERED)]),
        (BROKEN.stopped(at=NOW, how="fixed"), "active", [("24 06:00", SlaState.RECOVERED)]),
        (BROKEN.waived(at=NOW, by=EVA, why="agreed"), "active", []),
        (BROKEN_LONG_AGO, "active", [("22 06:00", SlaState.BREACHED)]),
        (BROKEN_LONG_AGO.cancelled(at=NOW), "closed", []),
    ],
    ids=[
        "open",
        "ended meanwhile",
        "kept late and ended",
        "kept late",
        "waived",
        "broken long ago, open",
        "broken long ago, ended",
    ],
)
async def test_a_breach_of_the_last_day_is_told_whatever_became_of_it(
    opened: Database, clock: SlaClock, status: str, expected: list[tuple[str, SlaState]]
) -> None:
    await stored(opened, clock, status)

    assert await told(opened) == expected


async def test_clocks_that_stand_still_are_told_until_they_run_on(opened: Database) -> None:
    until = NOW + DAY
    clock = running().paused(CUSTOMER, at=NOW, by=EVA, evidence="asked", until_at=until)
    await stored(opened, clock)
    resumed = running(WORKAROUND).paused(CUSTOMER, at=NOW - HOUR, by=EVA, evidence="asked")
    await stored(opened, resumed.resumed(at=NOW, by=EVA, because="answered"))

    async with opened.reading() as tx:
        found = await facts.paused(tx, EVERYBODY)

    assert found == [
        PausedClock(escalation_id=ONE, kind=RESOLUTION, reason=CUSTOMER, until_at=until)
    ]
