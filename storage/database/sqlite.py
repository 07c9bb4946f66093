"""SQLite's connections as we use them: one trip to their thread for each statement.

aiosqlite makes four: for the cursor, the statement, its rows, and the end of the cursor. The way to
the thread and back takes longer than most of our statements.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

Rows = list[Any]
Done = tuple[Any, int, int | None, Rows]  # description, rowcount, lastrowid, rows


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection to be awaited; SQLAlchemy's `async_creator_fn`.

    `options` are those of `sqlite3.connect`.
    """
    made = OneTripConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    # As SQLAlchemy does with its own: a forgotten one keeps no process alive.
    made._thread.daemon = True  # noqa: SLF001
    return made


class OneTripConnection(aiosqlite.Connection):
    # Not a coroutine, as SQLAlchemy enters what it returns.
    def cursor(self) -> "OneTripCursor":  # type: ignore[override]
        return OneTripCursor(self)

    async def at_once(self, work: Callable[[sqlite3.Connection], Done]) -> Done:
        """Have the connection's thread do some work, and wait for it."""
        done: Done = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return done


class OneTripCursor:
    """A cursor that has read everything when its statement is done.

    Only what SQLAlchemy asks of one; the attributes are those of the DB-API.
    """

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: Rows = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._do(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        return await self._do(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> Rows:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left open."""

    async def _do(self, work: Callable[[sqlite3.Cursor], object]) -> Self:
        def whole(connection: sqlite3.Connection) -> Done:
            cursor = connection.cursor()
            try:
                work(cursor)
                rows = cursor.fetchall() if cursor.description else []
                # The rows first: how many were touched is known only when all have been read.
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        done = await self._connection.at_once(whole)
        self.description, self.rowcount, self.lastrowid, self._rows = done
        return self
