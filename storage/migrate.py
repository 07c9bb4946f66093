"""Brings a database to the tables this version works with."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from storage import tables  # noqa: F401  # fills the metadata
from storage.database import async_url

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str, to: str = "head") -> None:
    """Run every revision that is still missing; several processes may do so at once."""
    _run(url, lambda config: command.upgrade(config, to))


def downgrade(url: str, to: str) -> None:
    _run(url, lambda config: command.downgrade(config, to))


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def differences(url: str) -> list[Any]:
    """Return what distinguishes the database from the tables in the code; empty is right."""
    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
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


def _connected(url: str) -> Connection:
    """Connect for migrating: on SQLite without foreign keys, which rebuilding a table breaks."""
    sync_url = async_url(url).replace("+aiosqlite", "")
    engine = create_engine(sync_url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(dbapi: Any, _record: Any) -> None:
            dbapi.isolation_level = None
            dbapi.execute("PRAGMA foreign_keys=OFF")
            dbapi.execute("PRAGMA busy_timeout=10000")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine.connect()
