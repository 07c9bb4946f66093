"""Connections that Postgres closed are replaced before anybody notices."""

import psycopg
from sqlalchemy import text

from storage.database import Database


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
