"""What tests are given: a migrated database of either kind, a served war room."""

import itertools
import os
import shutil
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog

from bot.domain.time import time_zones
from storage.database import migrate
from storage.database.database import Database
from tests import machine
from tests.fakes.postgres import postgres
from tests.war_room import WarRoom, open_war_room

time_zones.use_locked_data()
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ]
)

BOTH = ("sqlite", "postgres")
JOURNEYS = Path(__file__).parent / "journeys"
_numbers = itertools.count(1)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Have the very last lines of a run say what the machine could not test."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter):
        skipped = reporter.stats.get("skipped", [])
        machine.loud(skipped, lambda line: reporter.write_line(line, red=True, bold=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run a journey on one of the databases, half of them on each.

    What differs between the databases is tested beside storage, on both; a journey takes seconds.
    `TEST_DATABASES=both` runs every journey on both.
    """
    if os.environ.get("TEST_DATABASES") == "both":
        return
    left = [item for item in items if _is_for_the_other(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _is_for_the_other(item: pytest.Item) -> bool:
    if JOURNEYS not in item.path.parents or not isinstance(item, pytest.Function):
        return False
    kind = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
    if kind not in BOTH:
        return False
    name = item.nodeid.replace(kind, "")
    return kind != BOTH[zlib.crc32(name.encode()) % len(BOTH)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "warroom.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    url = create_database(postgres_server, "warroom_template")
    migrate.upgrade(url)
    return "warroom_template"


def create_database(server: str, name: str, template: str | None = None) -> str:
    """Make a database on the server and return its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        like = f' TEMPLATE "{template}"' if template else ""
        connection.execute(f'CREATE DATABASE "{name}"{like}'.encode())
    before, _, query = server.partition("?")
    base = before.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    copy = tmp_path / "warroom.db"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> str:
    return create_database(postgres_server, f"warroom_{next(_numbers)}", postgres_template)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database: every test that takes it runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def war_room(database_url: str) -> AsyncIterator[WarRoom]:
    """Everything running: the bot, the sandbox, a database of either kind."""
    async with open_war_room(database_url) as opened:
        yield opened
