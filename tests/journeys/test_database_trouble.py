"""A database that is away, full or held by somebody else: people read plain words, in time."""

import resource
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import text

from bot.domain.errors import Unavailable
from bot.sandbox.demo import EVA, LEA, SUPPORT
from storage.database import failures
from storage.database.database import Database
from storage.queue import inbox
from tests.bench.stage import Stage, stage
from tests.journeys.test_readiness import database_gone, says
from tests.war_room import WarRoom, open_war_room, until, words_of

__all__ = ["database_gone"]
SLACKS_PATIENCE = 3.0  # seconds


@pytest.fixture
async def room(postgres_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(postgres_url) as opened:
        yield opened


@pytest.fixture
async def on_full_disk(sqlite_url: str) -> AsyncIterator[Stage]:
    """A bot whose process may not let any file grow."""
    async with stage(sqlite_url) as ours:
        assert ours.bot.pid is not None
        _soft, hard = resource.prlimit(ours.bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(ours.bot.pid, resource.RLIMIT_FSIZE, (0, hard))
        yield ours
        resource.prlimit(ours.bot.pid, resource.RLIMIT_FSIZE, (hard, hard))


async def ready(url: str) -> tuple[int, dict[str, str]]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{url}/readyz")
    problems: dict[str, str] = answer.json()["problems"]
    return answer.status_code, problems


async def test_a_disk_that_takes_nothing_more_is_not_ready(on_full_disk: Stage) -> None:
    async def is_said() -> bool:
        status, problems = await ready(on_full_disk.bot.url)
        return status == 503 and "nothing was saved" in problems["database"]

    await until(is_said)


async def fill(database: Database) -> None:
    """Write more than a database may hold that may not grow."""
    async with database.transaction() as tx:
        await tx.execute(text("PRAGMA max_page_count = 1"))  # which means: no more than it has
        for number in range(1000):
            await inbox.is_new(tx, f"{number}" * 200, at=datetime.now(UTC))


async def test_a_full_database_is_named(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    with pytest.raises(Unavailable) as refused:
        await fill(database)

    assert refused.value.message == failures.FULL
    await database.close()


async def test_a_file_that_may_only_be_read_is_named(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(f"sqlite:///file:{path}?mode=ro&uri=true")

    assert await database.trouble() == failures.READ_ONLY
    await database.close()


async def test_a_standby_that_takes_no_changes_is_named(
    postgres_server: str, postgres_url: str
) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
    database = Database(postgres_url)

    assert await database.trouble() == failures.READ_ONLY
    await database.close()


async def test_every_kind_of_request_is_answered_while_the_database_is_away(
    room: WarRoom, database_gone: Callable[[str], None]
) -> None:
    channel = await room.opens()
    await room.types("")
    await room.fills(customer="Acme", title="Orders stand still again")
    database_gone("false")

    typed = await room.types("decide we restart it", where=channel.id)
    submitted = await room.submits()
    options = await room.play.suggest(LEA, room.form().id, "customer", "Ac")

    assert typed.status == 200
    assert any("nothing was saved" in words for words in [str(typed.body), *room.ephemerals()])
    assert submitted.error is None
    assert "nothing was saved" in " ".join(submitted.errors.values())
    assert options == []
    database_gone("true")
    await says(room)
    assert not (await room.submits()).errors, "what was typed is still there"


async def test_whoever_meets_a_lock_is_told_before_slack_gives_up(
    room: WarRoom, postgres_url: str
) -> None:
    channel = await room.opens()
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT id FROM escalations FOR UPDATE")
        started = time.monotonic()
        await room.play.command(LEA, channel.id, "/escalate", "decide we restart it")
        took = time.monotonic() - started
        other.rollback()
    await room.rests()
    assert took < SLACKS_PATIENCE
    assert failures.BUSY in room.ephemerals()[-1]

    await room.types("decide we restart it", where=channel.id)
    await room.types("decide we restart it", where=channel.id)
    await room.settles()

    told = [words_of(m.blocks) for m in channel.visible()]
    assert sum("we restart it" in one and "D-1" in one for one in told) >= 1
    assert not any("D-2" in one for one in told)
    assert "D-1" in room.ephemerals()[-1]


async def test_the_same_words_of_another_or_later_are_another_record(room: WarRoom) -> None:
    channel = await room.opens(where=SUPPORT)
    await room.types("decide we restart it", where=channel.id)
    await room.types("decide we restart it", where=channel.id, by=EVA)
    room.passes(minutes=2)
    await room.types("decide we restart it", where=channel.id)

    assert "D-3" in room.ephemerals()[-1]
