"""Readiness says which part is gone, and takes it back when the part has recovered."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import psycopg
import pytest

from tests.war_room import WarRoom, open_war_room, until


@pytest.fixture
async def room(postgres_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(postgres_url) as opened:
        await says(opened)
        yield opened


async def problems(room: WarRoom) -> dict[str, str]:
    address = room.sandbox.delivery.http.urls[0].removesuffix("/slack/events")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/readyz")
    found: dict[str, str] = answer.json()["problems"]
    assert (answer.status_code == 200) == (not found)
    return found


async def says(room: WarRoom, *parts: str) -> None:
    """Wait until exactly these parts are said to be gone."""

    async def holds() -> bool:
        return set(await problems(room)) == set(parts)

    await until(holds)


@pytest.fixture
def database_gone(postgres_server: str, postgres_url: str) -> Iterator[Callable[[str], None]]:
    """Lock the bot out of its database with `false`, and let it in with `true`."""
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres_server, autocommit=True) as connection:

        def allow(answer: str) -> None:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {answer}'.encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

        yield allow
        allow("true")


async def test_a_database_that_is_gone_is_said_and_found_again(
    room: WarRoom, database_gone: Callable[[str], None]
) -> None:
    database_gone("false")
    await says(room, "database")
    database_gone("true")

    await says(room)
    await room.opens()


async def test_a_token_refused_while_running_is_said_and_asked_about_again(room: WarRoom) -> None:
    room.sandbox.token_error = "token_revoked"
    await room.types("severity s1 all sites")
    await room.types("hello")
    await says(room, "slack")

    room.sandbox.token_error = None

    await says(room)


async def test_a_worker_that_has_ended_is_said(room: WarRoom) -> None:
    room.bot._tasks[0].cancel()

    await says(room, "worker")
    assert "Restart Warroom" in (await problems(room))["worker"]
