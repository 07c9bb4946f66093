"""Brings a database to the tables this version works with."""

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from storage.database import postgres  # fills the metadata
from storage.database.database import async_url
from storage.migrations.word_index import is_compared


class Schema(StrEnum):
    """A database's tables, beside those of this version."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "of an older version"
    NEWER = "of a newer version"
    UNREACHABLE = "unreachable"


PRIVATE, OTHERS = 0o600, 0o077  # permissions of files
FOLDER = Path(__file__).parents[1] / "migrations"


def upgrade(url: str, to: str = "head") -> None:
    """Run every revision that is still missing; several processes may do so at once.

    A SQLite file is made for its owner's eyes alone, and closed to others where it was not.
    """
    _keep_private(url)
    _run(url, lambda config: command.upgrade(config, to))


def file_of(url: str) -> Path | None:
    """Return SQLite's file; None for another database, or for one in memory."""
    path = make_url(url).database
    if not url.startswith("sqlite") or not path or path == ":memory:":
        return None
    return Path(path)


def _keep_private(url: str) -> None:
    """Close a SQLite file to everybody but its owner; its log files are made like it."""
    file = file_of(url)
    if file is None:
        return
    if not file.exists():
        with contextlib.suppress(OSError):  # said by whoever opens it next
            file.touch(mode=PRIVATE)
    for one in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if one.exists() and one.stat().st_mode & OTHERS:
            with contextlib.suppress(OSError):
                one.chmod(PRIVATE)


def downgrade(url: str, to: str) -> None:
    _run(url, lambda config: command.downgrade(config, to))


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def schema(url: str) -> Schema:
    """Return how the database's tables relate to this version; changes nothing.

    An address that is none, or of a kind of database that is not installed, is unreachable.
    """
    try:
        path = make_url(url).database
        if url.startswith("sqlite") and path and not Path(path).exists():
            return Schema.EMPTY if Path(path).absolute().parent.is_dir() else Schema.UNREACHABLE
        with _connected(url, begin="DEFERRED") as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, OSError, ImportError):
        return Schema.UNREACHABLE
    known = revisions()
    if found is None:
        return Schema.EMPTY
    if found not in known:
        return Schema.NEWER
    return Schema.CURRENT if found == known[-1] else Schema.OLDER


def is_pooled(url: str) -> bool:
    """Return whether a pooler stands in front of the database; it has to be reachable."""
    if url.startswith("sqlite"):
        return False
    with _connected(url) as connection:
        return postgres.is_pooled(connection)


def differences(url: str) -> list[Any]:
    """Return what distinguishes the database from the tables in the code; empty is right."""
    with _connected(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_compared}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def new_revision(url: str, message: str) -> None:
    """Write a revision from what the code's tables have more than the database."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True))


def _run(url: str, act: Any) -> None:
    with _connected(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        act(config)
        connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _connected(url: str, *, begin: str = "IMMEDIATE") -> Connection:
    """Connect for migrating: on SQLite without foreign keys, which rebuilding a table breaks."""
    sync_url = async_url(url).replace("+aiosqlite", "")
    arguments: dict[str, Any] = {}
    if not sync_url.startswith("sqlite"):
        sync_url, arguments = postgres.connecting(sync_url)
        arguments[postgres.PREPARING] = None  # each statement comes once
    engine = create_engine(
        sync_url, poolclass=NullPool, connect_args=arguments, hide_parameters=True
    )
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(dbapi: Any, _record: Any) -> None:
            dbapi.isolation_level = None
            dbapi.execute("PRAGMA foreign_keys=OFF")
            dbapi.execute("PRAGMA busy_timeout=10000")

        @event.listens_for(engine, "begin")
        def on_begin(connection: Connection) -> None:
            connection.exec_driver_sql(f"BEGIN {begin}")

    return engine.connect()
