"""SQLite's file is its owner's alone, and a failing statement keeps its parameters to itself."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import migrate
from storage.database.database import Database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'new.db'}")

    assert mode(tmp_path / "new.db") == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    migrate.upgrade(f"sqlite:///{path}")
    path.chmod(0o644)

    migrate.upgrade(f"sqlite:///{path}")

    assert mode(path) == 0o600


async def test_a_failing_statement_does_not_tell_its_parameters(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as failed:
        async with database.transaction() as tx:
            await tx.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "Zanzibar"})

    assert "Zanzibar" not in str(failed.value)
