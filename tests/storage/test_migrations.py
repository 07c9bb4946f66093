"""Migrations: from empty, one step at a time, back again, and by several at once."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.escalation.effects import PostInRoom
from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.people import SlackUserId
from bot.domain.plan.effects import PostItem, ReconcileMessage
from bot.domain.rooms.effects import RefreshRoom
from bot.domain.time.clock import SystemClock
from bot.services.reading.audit import Audit
from storage.customers import customers
from storage.database import migrate
from storage.database.database import Database
from storage.escalation import escalations
from storage.plan import items
from storage.queue import outbox
from storage.reading.similar import similar
from storage.sla import clocks
from tests.conftest import create_database

# What a room left in the tables of the first step.
AT = "'2026-11-24 10:00:00.000000'"
OLD = (
    "INSERT INTO customers (id, name, folded_name, tier, time_zone, contract_reference, contacts)"
    " VALUES (1, 'Acme', 'acme', 'standard', 'UTC', '', '[]')",
    "INSERT INTO escalations (id, team_id, customer_id, title, problem, business_impact,"
    " customer_ask, severity, status, visibility, owner, raised_by, raised_at, submission_key,"
    f" version) VALUES (1, 'T1', 1, 't', '', '', '', 's3', 'triage', 'public', 'U1', 'U1', {AT},"
    " 'k', 1)",
    "INSERT INTO plans (escalation_id, exit_criteria, milestones, actions) VALUES"
    """ (1, '["It works"]', '[{"phase": "contain", "title": "Impact contained","""
    """ "done_when": "used", "due_at": null}]',"""
    """ '[{"text": "Call them", "role": null, "due_at": "2026-11-24T11:00:00+00:00"}]')""",
    "INSERT INTO timeline (escalation_id, kind, at, actor, text, audience) VALUES"
    f" (1, 'opened', {AT}, 'U1', 'opened', 'internal')",
    "INSERT INTO timeline (escalation_id, kind, at, actor, text, audience) VALUES"
    f" (1, 'room_opened', {AT}, NULL, 'the room', 'internal')",
)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: str = request.getfixturevalue("postgres_server")
    return create_database(server, f"empty_{request.node.name.partition('[')[0][-30:]}")


def test_an_empty_database_becomes_what_the_code_works_with(empty_url: str) -> None:
    migrate.upgrade(empty_url)

    assert migrate.differences(empty_url) == []


def test_every_step_can_be_taken_and_taken_back(empty_url: str) -> None:
    for revision in migrate.revisions():
        migrate.upgrade(empty_url, revision)
    migrate.downgrade(empty_url, "base")
    migrate.upgrade(empty_url)

    assert migrate.differences(empty_url) == []


async def test_replicas_may_migrate_at_the_same_time(empty_url: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": empty_url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
    }
    command = (sys.executable, "-m", "bot", "migrate")
    running = [await asyncio.create_subprocess_exec(*command, env=environment) for _ in range(3)]

    assert [await process.wait() for process in running] == [0, 0, 0]
    assert migrate.differences(empty_url) == []


async def test_plans_become_items_and_timelines_become_chains(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    database = Database(empty_url)
    async with database.transaction() as tx:
        for statement in OLD:
            await tx.execute(text(statement))
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    async with database.reading() as tx:
        found = await items.of(tx, EscalationId(1))
    audit = await Audit(database, SystemClock()).verify()
    await database.close()
    assert [(item.label, item.content.text) for item in found] == [
        ("A-1", "Call them"),
        ("E-1", "It works"),
        ("M-1", "Impact contained"),
    ]
    assert found[0].content.due_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert (audit.entries, audit.breaks) == (2, ())


async def test_what_was_there_before_is_found_among_similar_ones(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    database = Database(empty_url)
    async with database.transaction() as tx:
        for statement in OLD:
            await tx.execute(text(statement))
        await tx.execute(text("UPDATE escalations SET problem = 'logins loop'"))
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    async with database.reading() as tx:
        found = await similar(tx, "login", seen_by=SlackUserId("U2"), limit=5)
    await database.close()
    assert [alike.escalation.id for alike in found] == [1]


BROKEN_AT = AT.replace("10:00", "10:30")
TERMS = (
    '{"targets": {"s1": "30 min", "s3": "1 bd"}, "after_workaround": {}, "contractual": true,'
    ' "pauses": {}, "source": "ACME-1", "calendar": {"time_zone": "Europe/Lisbon",'
    ' "weekly": [["09:00-17:00"], [], [], [], [], [], []], "days": {"2026-12-25": []}}}'
)


async def test_a_missed_update_that_was_lowered_is_due_when_it_was_missed(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    database = Database(empty_url)
    async with database.transaction() as tx:
        for statement in OLD[:2]:
            await tx.execute(text(statement))
    migrate.upgrade(empty_url, "0011")
    async with database.transaction() as tx:
        clock = (
            "INSERT INTO sla_clocks (id, escalation_id, kind, cycle, severity, terms, target,"
            " started_at, due_at, state, has_workaround, is_confirmed, breached_at, waived_why,"
            f" how, version) VALUES (1, 1, 'next_update', 1, 's3', '{TERMS}', '1 bd', {AT},"
            f" {AT}, 'breached', false, false, {BROKEN_AT}, '', '', 1)"
        )
        await tx.execute(text(clock.replace(":", "\\:")))
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    async with database.reading() as tx:
        [record] = await clocks.of(tx, EscalationId(1))
        escalation = await escalations.find(tx, EscalationId(1))
    await database.close()
    assert escalation is not None
    assert (
        escalation.next_update_due_at
        == record.clock.due_at
        == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    )
    assert record.clock.terms.sources[Severity.S3] == "ACME-1"
    assert record.clock.is_contractual


async def test_names_are_folded_anew_even_where_two_become_one(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0015")
    database = Database(empty_url)
    add = text(
        "INSERT INTO customers (id, name, folded_name, tier, time_zone, contract_reference,"
        " contacts) VALUES (:id, :name, :folded, 'standard', 'UTC', '', '[]')"
    )
    before = {1: "O'Brien", 2: "O\u2019Brien", 3: "\u200b", 4: "R&amp;D", 5: "R&D"}
    async with database.transaction() as tx:
        for number, name in before.items():
            await tx.execute(add, {"id": number, "name": name, "folded": name.casefold()})
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    async with database.reading() as tx:
        typed = ("o`brien", "r&d", "\u200b", "")
        found = [await customers.named(tx, name) for name in typed]
        all_of_them = await customers.by_folded_name(tx)
    await database.close()
    assert [customer and customer.id for customer in found] == [1, 4, None, None]
    assert sorted(customer.id for customer in all_of_them.values()) == [1, 2, 3, 4, 5]


async def test_who_was_only_named_in_private_is_not_listed(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    database = Database(empty_url)
    async with database.transaction() as tx:
        for statement in OLD:
            await tx.execute(text(statement))
        await tx.execute(text("UPDATE escalations SET visibility = 'private'"))
        await tx.execute(text(OLD[0].replace("(1, 'Acme', 'acme'", "(2, 'Globex', 'globex'")))
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    async with database.reading() as tx:
        listed = {c.name: c.is_listed for c in (await customers.by_folded_name(tx)).values()}
    await database.close()
    assert listed == {"Acme": False, "Globex": True}


# As 0024 stored them: kind, key, state, payload.
STORED_EFFECTS = [
    ("TellItem", "item:3", "pending", '{"escalation_id": 1, "item_id": 3}'),
    (
        "LookAtMessage",
        "look:C1:1.5",
        "leased",
        '{"escalation_id": 1, "channel": "C1", "ts": "1.5"}',
    ),
    (
        "NoteChange",
        None,
        "dead",
        '{"escalation_id": 1, "by": "U1", "reason": "worse", "advice": "",'
        ' "changes": [["Severity", "S3", "S1"], ["Problem", "", ""]]}',
    ),
    ("RefreshRoom", "refresh_room:1", "pending", '{"escalation_id": 1}'),
]


async def test_stored_effects_get_the_names_the_code_knows_them_by(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0024")
    database = Database(empty_url)
    async with database.transaction() as tx:
        for kind, key, state, payload in STORED_EFFECTS:
            statement = text(
                "INSERT INTO outbox (kind, key, payload, urgency, due_at, state, lease_owner,"
                " lease_until, attempt, generation, in_doubt, put_at, problem) VALUES (:kind, :key,"
                f" '{payload}', 1, {AT}, :state, 'gone', {AT}, 1, 1, false, {AT}, '')"
            )
            await tx.execute(statement.bindparams(kind=kind, key=key, state=state))
    await database.close()

    migrate.upgrade(empty_url)

    database = Database(empty_url)
    now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    async with database.transaction() as tx:
        dead = await outbox.dead_letters(tx)
        await outbox.reclaim_leases(tx, expired_at=now)
        found = await outbox.claim(tx, owner="o", most=9, now=now, lease=timedelta(minutes=1))
        await outbox.revive_letters(tx, [letter.id for letter in dead], at=now)
        found += await outbox.claim(tx, owner="o", most=9, now=now, lease=timedelta(minutes=1))
        keys = await tx.all(text("SELECT key FROM outbox ORDER BY id"))
    await database.close()
    assert [letter.kind for letter in dead] == ["PostInRoom"]
    assert [type(claim.effect) for claim in found] == [
        PostItem,
        ReconcileMessage,
        RefreshRoom,
        PostInRoom,
    ]
    # What was stored in words is said in them.
    said = PostInRoom(
        escalation_id=EscalationId(1), text="<@U1> changed Severity: S3 → S1; Problem (worse)."
    )
    assert found[-1].effect == said
    assert [row["key"] for row in keys] == ["item:3", "message:C1:1.5", None, "refresh_room:1"]
