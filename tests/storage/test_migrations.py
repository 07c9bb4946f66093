"""Migrations: from empty, one step at a time, back again, and by several at once."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from storage import migrate
from tests.conftest import create_database


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
