"""Clocks in the database: loaded equal, saved by compare-and-set, found when they are due."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import WORKAROUND, SlaClock
from bot.domain.sla.record import RungRecord
from storage.database.database import Database
from storage.sla import breaches, rungs
from storage.sla import clocks as sla_clocks
from tests.domain.calendars import office, utc
from tests.domain.clocks import CUSTOMER, EVA, LEGAL, running, terms

ONE = EscalationId(1)
NOW = utc("2026-11-23 12:00")


@pytest.fixture
async def escalation(database: Database) -> EscalationId:
    """An escalation that the clocks can belong to."""
    async with database.transaction() as tx:
        await tx.execute(
            text(
                "INSERT INTO customers (id, name, folded_name, tier, time_zone,"
                " contract_reference, contacts) VALUES (1, 'Acme', 'acme', 'standard', 'UTC',"
                " '', '[]')"
            )
        )
        await tx.execute(
            text(
                "INSERT INTO escalations (id, team_id, customer_id, title, problem,"
                " business_impact, customer_ask, severity, status, visibility, owner, raised_by,"
                " raised_at, submission_key, version, situation, confidence_why, status_reason,"
                " status_evidence, outcome, reopen_count, handover_note) VALUES (1, 'T', 1, 't',"
                " 'p', 'b', 'c', 's2', 'active', 'public', 'U1', 'U1', '2026-11-23 09:00:00',"
                " 'k', 1, '', '', '', '', '', 0, '')"
            )
        )
    return ONE


def paused() -> SlaClock:
    return running().paused(CUSTOMER, at=utc("2026-11-23 10:00"), by=EVA, evidence="asked")


CLOCKS = {
    "running": running(),
    "paused": paused(),
    "resumed": paused().resumed(at=utc("2026-11-23 11:00"), by=EVA, because="resumed"),
    "without a limit": running().paused(LEGAL, at=NOW, by=EVA, evidence="court"),
    "breached": running(severity=Severity.S1).at(utc("2026-11-24 11:00")),
    "breached and lowered": running(severity=Severity.S1)
    .at_severity(Severity.S4, at=utc("2026-11-24 11:00"))
    .at_severity(Severity.S2, at=utc("2026-11-24 12:00")),
    "stopped": running().stopped(at=NOW, how="Fixed", is_confirmed=False),
    "reopened": running().stopped(at=NOW, how="Fixed").reopened(at=utc("2026-11-24 09:00")),
    "waived": running().waived(at=NOW, by=EVA, why="Agreed"),
    "cancelled": running().cancelled(at=NOW),
    "nothing owed": running(severity=Severity.S4),
    "with a region's holidays": running(
        promised=terms("2 bd", calendar=replace(office("Europe/London"), holidays="GB-SCT"))
    ),
    "with holidays": running(
        promised=terms(
            "30 min",
            "2 bd",
            calendar=office(
                "Europe/Lisbon", {date(2026, 12, 1): "", date(2026, 12, 24): "09:00-13:00"}
            ),
            after_workaround=("4 h",),
        )
    ).with_workaround(holds=True, at=NOW),
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=list(CLOCKS))
async def test_a_clock_is_loaded_as_it_was_stored(
    database: Database, escalation: EscalationId, clock: SlaClock
) -> None:
    async with database.transaction() as tx:
        added = await sla_clocks.add_once(tx, escalation, clock, now=NOW, next_rung_at=None)
    assert added is not None

    async with database.reading() as tx:
        found = await sla_clocks.get(tx, added.id)

    assert found == added
    assert found.clock == clock


async def test_the_terms_of_the_opening_are_kept_once(
    database: Database, escalation: EscalationId
) -> None:
    promised = replace(
        terms("4 h", "2 bd"),
        contractual=frozenset({Severity.S1}),
        sources={Severity.S1: "ACME-1", Severity.S2: "strategic"},
        calendar=replace(office("Europe/Lisbon"), holidays="PT"),
    )
    async with database.transaction() as tx:
        assert await sla_clocks.terms_kept(tx, escalation) == {}
        await sla_clocks.keep_terms(tx, escalation, {WORKAROUND: promised})
        await sla_clocks.keep_terms(tx, escalation, {WORKAROUND: terms("9 h")})

        assert await sla_clocks.terms_kept(tx, escalation) == {WORKAROUND: promised}


async def test_one_kind_and_cycle_is_there_once(
    database: Database, escalation: EscalationId
) -> None:
    async with database.transaction() as tx:
        for _ in range(2):
            added = await sla_clocks.add_once(tx, escalation, running(), now=NOW, next_rung_at=None)
        assert added is None
        assert len(await sla_clocks.of(tx, escalation)) == 1


async def test_of_two_who_change_the_same_version_the_second_learns_of_it(
    database: Database, escalation: EscalationId
) -> None:
    async with database.transaction() as tx:
        record = await sla_clocks.add_once(tx, escalation, running(), now=NOW, next_rung_at=NOW)
        assert record is not None
        first = await sla_clocks.save(tx, record, record.clock, now=NOW, next_rung_at=None)
        second = await sla_clocks.save(tx, record, record.clock, now=NOW, next_rung_at=NOW)

        assert first is not None
        assert second is None
        assert not await sla_clocks.is_any_due(tx, now=NOW)


async def test_those_are_due_whose_next_rung_has_come(
    database: Database, escalation: EscalationId
) -> None:
    async with database.transaction() as tx:
        due = running()
        later = running(WORKAROUND)
        await sla_clocks.add_once(tx, escalation, due, now=NOW, next_rung_at=NOW)
        soon = NOW + timedelta(seconds=1)
        await sla_clocks.add_once(tx, escalation, later, now=NOW, next_rung_at=soon)

        assert [r.clock for r in await sla_clocks.due(tx, now=NOW, most=9)] == [due]
        assert len(await sla_clocks.due(tx, now=soon, most=9)) == 2
        assert len(await sla_clocks.due(tx, now=soon, most=1)) == 1


async def test_a_rung_is_told_once_and_answered_once(
    database: Database, escalation: EscalationId
) -> None:
    async with database.transaction() as tx:
        record = await sla_clocks.add_once(tx, escalation, running(), now=NOW, next_rung_at=None)
        assert record is not None
        told = RungRecord(clock_id=record.id, rung="75 %", told_at=NOW, repeat_at=NOW)

        assert await rungs.climb_once(tx, told)
        assert not await rungs.climb_once(tx, told)
        assert (await rungs.of(tx, [record.id]))[record.id] == (told,)
        await rungs.tell_again(tx, told, repeat_at=NOW + timedelta(hours=1))
        assert (await rungs.of(tx, [record.id]))[record.id][0].times == 2
        assert await rungs.acknowledge(tx, record.id, by=SlackUserId("U1"), at=NOW) == 1
        assert await rungs.acknowledge(tx, record.id, by=SlackUserId("U2"), at=NOW) == 0
        for _ in range(2):
            await rungs.open_breach(tx, record.id, ONE, breached_at=NOW, is_contractual=True)
        assert list(await breaches.of(tx, [record.id])) == [record.id]
