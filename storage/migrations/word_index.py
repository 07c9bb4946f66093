"""The index of escalations' words: no table of ours, so comparing leaves it out; its triggers."""

from typing import Any

from sqlalchemy import Connection

INDEX = "escalation_words"  # SQLite keeps shadow tables beside it, named after it
SIZES = f"{INDEX}_docsize"  # one of those: a row for each escalation that is indexed
TABLE = "escalations"


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:  # Alembic's own types
    """Say whether a thing in the database has to be among the tables of the code."""
    return kind != "table" or not str(name).startswith(INDEX)


def follow(connection: Connection) -> None:
    """Have SQLite's index follow every change of its table; again changes nothing.

    SQLite forgets the triggers of a table that a revision rebuilds, and rebuilding is how Alembic
    changes SQLite's tables. Therefore this runs after every migration, and fills the index anew
    when it had to make a trigger.
    """
    columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({INDEX})")]
    if not columns:
        return
    known = {
        row[0]
        for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
    }
    missing = [sql for name, sql in _triggers(columns).items() if name not in known]
    for sql in missing:
        connection.exec_driver_sql(sql)
    if missing:
        rebuild = f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')"  # noqa: S608
        connection.exec_driver_sql(rebuild)


def _triggers(columns: list[str]) -> dict[str, str]:
    """The triggers that keep true what is indexed; what is not indexed yet they let alone."""
    names = ", ".join(columns)
    old, new = (", ".join(f"{age}.{name}" for name in columns) for age in ("OLD", "NEW"))
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
    is_known = f"EXISTS (SELECT 1 FROM {SIZES} WHERE id = OLD.id)"  # noqa: S608  # names of columns
    forget = f"INSERT INTO {INDEX} ({INDEX}, rowid, {names}) VALUES ('delete', OLD.id, {old});"  # noqa: S608
    learn = f"INSERT INTO {INDEX} (rowid, {names}) VALUES (NEW.id, {new});"  # noqa: S608
    return {
        f"{INDEX}_gone": (
            f"CREATE TRIGGER {INDEX}_gone AFTER DELETE ON {TABLE} WHEN {is_known} "
            f"BEGIN {forget} END"
        ),
        f"{INDEX}_changed": (
            f"CREATE TRIGGER {INDEX}_changed AFTER UPDATE ON {TABLE} "
            f"WHEN ({differs}) AND {is_known} BEGIN {forget} {learn} END"
        ),
    }
