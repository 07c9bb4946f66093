"""Connections: dead ones are replaced, and some are left to whoever waits."""

import asyncio
from datetime import UTC, datetime

import psycopg
from sqlalchemy import text

from storage.database.database import BACKGROUND, POOL_SIZE, Database, background
from storage.queue import inbox


async def test_a_connection_that_postgres_closed_is_not_used(
    postgres_server: str, postgres_url: str
) -> None:
    database = Database(postgres_url)
    async with database.transaction() as tx:
        before = await tx.one(text("SELECT pg_backend_pid() AS pid"))
    assert before is not None
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        # Waits until it has gone, so that its farewell has arrived.
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [before["pid"]])

    async with database.transaction() as tx:
        after = await tx.one(text("SELECT pg_backend_pid() AS pid"))

    assert after is not None
    assert after != before
    await database.close()


async def test_background_work_leaves_connections_to_whoever_waits(postgres_url: str) -> None:
    database = Database(postgres_url)
    begun, let_go = asyncio.Queue[None](), asyncio.Event()

    async def long_one() -> None:
        with background():
            async with database.transaction():
                begun.put_nowait(None)
                await let_go.wait()

    many = [asyncio.create_task(long_one()) for _ in range(POOL_SIZE)]
    for _ in range(BACKGROUND):
        await begun.get()

    async with asyncio.timeout(5), database.transaction() as tx:
        await tx.execute(text("SELECT 1"))

    assert begun.empty()
    let_go.set()
    await asyncio.gather(*many)
    await database.close()


async def test_a_statement_by_itself_is_kept_and_rings(
    database: Database,
) -> None:
    rung = 0

    def ring() -> None:
        nonlocal rung
        rung += 1

    database.listen(ring)
    at = datetime.now(UTC)
    async with database.single() as tx:
        assert await inbox.is_new(tx, "one", at=at)
        tx.after_commit(tx.ring)
    assert rung == 1
    async with database.single() as tx:
        assert not await inbox.is_new(tx, "one", at=at)


async def test_background_work_waits_longer_for_a_row_than_whoever_is_waited_for(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    limit = text("SELECT current_setting('lock_timeout') AS is_set")

    async with database.transaction() as tx:
        assert await tx.one(limit) == {"is_set": "1500ms"}
    with background():
        async with database.transaction() as tx:
            assert await tx.one(limit) == {"is_set": "15s"}
    async with database.transaction() as tx:
        assert await tx.one(limit) == {"is_set": "1500ms"}
    await database.close()
