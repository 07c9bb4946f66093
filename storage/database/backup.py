"""A consistent copy of a SQLite database, made while it is in use."""

import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url


class NoBackupError(Exception):
    """No copy was made; says why and what to do."""


class NothingToCopyError(NoBackupError):
    """No copy was tried: there is no SQLite database, or the file exists already."""


def copy(url: str, to: Path) -> int:
    """Copy the database to a new file and return its size in bytes.

    The copy holds what was committed when it was begun or later, and was checked by SQLite
    itself. Either the whole file is there at the end, or nothing. Only its owner may read it.

    Raises:
        NothingToCopyError: It is no SQLite database, or the file exists already.
        NoBackupError: The copy could not be written, or is broken.
    """
    source = make_url(url).database
    if not url.startswith("sqlite") or not source:
        message = "This only backs up SQLite. Use pg_dump for Postgres."
        raise NothingToCopyError(message)
    if to.exists():
        raise NothingToCopyError(f"{to} already exists. Choose a new file.")
    if not Path(source).exists():
        raise NothingToCopyError(f"There is no database at {source} yet.")
    unfinished = to.with_name(f"{to.name}.unfinished")
    try:
        _copy(source, unfinished)
        _put(unfinished, to)
    except FileExistsError:
        raise NothingToCopyError(f"{to} already exists. Choose a new file.") from None
    except (OSError, sqlite3.Error) as error:
        raise NoBackupError(f"The copy failed: {error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return to.stat().st_size


def _put(unfinished: Path, to: Path) -> None:
    try:
        os.link(unfinished, to)  # unlike a rename, this never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, as memory sticks and shares have
        unfinished.rename(to)


def _copy(source: str, to: Path) -> None:
    to.unlink(missing_ok=True)
    os.close(os.open(to, os.O_CREAT | os.O_EXCL, 0o600))  # customers' words stand in it
    with (
        contextlib.closing(sqlite3.connect(source, timeout=10)) as database,
        contextlib.closing(sqlite3.connect(to)) as copied,
    ):
        database.backup(copied)
        verdict = copied.execute("PRAGMA integrity_check").fetchone()[0]
        # A copy is one file: the log beside it would be forgotten.
        copied.execute("PRAGMA journal_mode=DELETE")
    if verdict != "ok":
        raise NoBackupError(f"The copy is broken: {verdict}")
