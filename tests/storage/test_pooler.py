"""Behind a pooler that lends a session to one transaction: nothing meets a stranger's leftovers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, select, text
from sqlalchemy.sql.base import Executable

from storage.database import migrate
from storage.database.database import POOL_SIZE, Database
from storage.database.migrate import Schema
from storage.database.postgres import connecting
from tests.conftest import create_database
from tests.fakes.pgbouncer import pgbouncer
from tests.war_room import marked, open_war_room, words_of

OFTEN = 12  # executions; the driver prepares what it has seen five times


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    with pgbouncer(postgres_url) as url:
        yield url


@pytest.fixture
async def pooled(pooled_url: str) -> AsyncIterator[Database]:
    database = Database(pooled_url)
    yield database
    await database.close()


async def test_each_statement_gets_its_own_parameters(pooled: Database) -> None:
    statements: list[Executable] = [
        select(bindparam("n", type_=Integer()).label("n")),
        text("SELECT :n + 0 AS n"),
    ]

    async def asks(number: int) -> list[Any]:
        found = []
        for turn in range(OFTEN):
            async with pooled.transaction() as tx:
                row = await tx.one(statements[(number + turn) % 2], {"n": number})
            async with pooled.reading() as tx:
                also = await tx.one(statements[turn % 2], {"n": number})
            found += [row, also]
        return found

    answers = await asyncio.gather(*(asks(number) for number in range(POOL_SIZE)))

    assert answers == [[{"n": number}] * (2 * OFTEN) for number in range(POOL_SIZE)]


async def test_a_session_is_given_back_as_it_was(pooled: Database) -> None:
    async with pooled.transaction() as tx:
        inside = await tx.one(text("SELECT current_setting('lock_timeout') AS it"))
    async with pooled.reading() as tx:
        outside = await tx.one(text("SELECT current_setting('lock_timeout') AS it"))
        prepared = await tx.one(text("SELECT count(*) AS it FROM pg_prepared_statements"))

    assert (inside, outside, prepared) == ({"it": "1500ms"}, {"it": "0"}, {"it": 0})


async def test_a_room_is_opened_and_worked_in(pooled_url: str) -> None:
    async with open_war_room(pooled_url) as war_room:
        room = await war_room.opens()
        for number in range(OFTEN):
            await war_room.types(f"decide we replay batch {number}", where=room.id)
        await war_room.types("list", where=room.id)
        await war_room.settles()

        told = [words_of(m.blocks) for m in room.visible()]
        for number in range(OFTEN):
            assert sum(f"we replay batch {number}\n" in one + "\n" for one in told) >= 1, told
        assert len(marked(room, "plan")) == 1
        assert not [w for w in war_room.ephemerals() if "went wrong" in w]


@pytest.mark.parametrize("asked", ["?prepare_threshold=0", "?prepare_threshold=none", ""])
def test_an_address_that_asks_for_nothing_prepared_is_migrated(
    postgres_server: str, asked: str
) -> None:
    empty = create_database(postgres_server, "warroom_unprepared")
    with pgbouncer(empty) as url:
        migrate.upgrade(url + asked)

        assert migrate.schema(url + asked) is Schema.CURRENT


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("0", None), ("none", None), ("None", None), ("-1", None), ("3", 3), ("1", 1)],
)
def test_how_often_is_read_from_the_address(given: str, wanted: int | None) -> None:
    url, arguments = connecting(
        f"postgresql+psycopg://me:p%40ss@db/warroom?prepare_threshold={given}"
    )

    assert arguments["prepare_threshold"] == wanted
    assert url == "postgresql+psycopg://me:p%40ss@db/warroom"
