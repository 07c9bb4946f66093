"""The engine, the differences between SQLite and Postgres, and the only commit."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import event, text
from sqlalchemy.engine import CursorResult, Result
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.base import Executable

from bot.domain.errors import Unavailable
from bot.domain.escalation.chain import NO_KEYS, Keyring
from storage.database import failures, postgres, replay, sqlite

Row = dict[str, Any]

POOL_SIZE = 10
READERS = 5  # connections beside those, for what needs no transaction
BACKGROUND = 4  # connections that background work may hold; the others are for whoever waits
SQLITE_POOL_SIZE = 5
PATIENCE = 2.0  # seconds a health check waits
ASKED_AGAIN = 1.0  # seconds for which the answer of a health check stands
BUSY_TIMEOUT = 1500  # milliseconds another process may hold SQLite's write lock

# What a health check writes: the header of the file; the commit of a transaction that has a number.
_SMALL_SQLITE = text("PRAGMA user_version = 1")
_COUNT_SOME, _COUNT = text("PRAGMA analysis_limit = 1000"), text("ANALYZE")
_SMALL_POSTGRES = text("SELECT pg_current_xact_id()")
_IS_READ_ONLY = text("SELECT current_setting('transaction_read_only') = 'on' AS is_so")

_in_background: ContextVar[bool] = ContextVar("in_background", default=False)


@contextlib.contextmanager
def background() -> Iterator[None]:
    """Have transactions inside wait for one another, so that a waiting person's come first.

    On Postgres they also wait longer for rows that others hold.
    """
    token = _in_background.set(True)
    try:
        yield
    finally:
        _in_background.reset(token)


class Transaction:
    """One open transaction; hand it to the functions of this package.

    Everything done with it becomes true at once when the block ends well, and nothing of it
    when the block is left by an exception.
    """

    def __init__(
        self, connection: AsyncConnection, ring: Callable[[], None], keyring: Keyring
    ) -> None:
        self._connection = connection
        self.ring = ring
        self.keyring = keyring
        self._after_commit: list[Callable[[], None]] = []

    @property
    def is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    async def execute(
        self, statement: Executable, values: Row | Sequence[Row] | None = None
    ) -> Result[Any]:
        """Execute a statement with its parameters: one set, or many."""
        return await self._connection.execute(statement, values)

    async def one(self, statement: Executable, values: Row | None = None) -> Row | None:
        """Return the first row, or None when there is none; `values` are the parameters."""
        row = (await self.execute(statement, values)).mappings().first()
        return dict(row) if row is not None else None

    async def all(self, statement: Executable, values: Row | None = None) -> list[Row]:
        """Return every row; `values` are the parameters."""
        return [dict(row) for row in (await self.execute(statement, values)).mappings()]

    async def count_changed(self, statement: Executable, values: Row | None = None) -> int:
        """Execute a change and return how many rows it touched; `values` are the parameters."""
        return cast("CursorResult[Any]", await self.execute(statement, values)).rowcount

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run once everything is on disk; it is forgotten on rollback."""
        self._after_commit.append(call)

    def committed(self) -> None:
        for call in self._after_commit:
            call()


class Database:
    """One SQLite file or one Postgres database."""

    def __init__(self, url: str, keyring: Keyring = NO_KEYS) -> None:
        """Open the database at `url`; `keyring` proves where timelines end."""
        self.keyring = keyring
        self._engine = make_engine(url)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._reader = (
            self._engine.execution_options(sqlite_begin="DEFERRED")
            if self.is_sqlite
            else postgres.engine(async_url(url), READERS, isolation_level="AUTOCOMMIT")
        )
        # SQLite's own waiting is unfair: one writer at a time in this process keeps the slowest
        # of fifty writers under a tenth of the time.
        self._write_lock = asyncio.Lock() if self.is_sqlite else contextlib.nullcontext()
        self._ring: Callable[[], None] = _nobody_listens
        self._background = asyncio.Semaphore(1 if self.is_sqlite else BACKGROUND)
        self._asking = asyncio.Lock()
        self._asked_at = -math.inf
        self._trouble: str | None = None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction that may write, and commit it when the block ends well."""
        async with self._turn(), self._write_lock:
            with failures.translated():
                async with self._engine.begin() as connection:
                    tx = Transaction(connection, self._ring, self.keyring)
                    if _in_background.get() and not self.is_sqlite:
                        await tx.execute(postgres.PATIENT)
                    await replay.claim(tx)
                    yield tx
        tx.committed()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads; on SQLite it neither waits for nor blocks writers.

        On Postgres each statement sees what was committed when it began, as its transactions do.
        """
        with failures.translated():
            async with self._reader.connect() as connection, connection.begin():
                yield Transaction(connection, self._ring, self.keyring)

    @contextlib.asynccontextmanager
    async def single(self) -> AsyncIterator[Transaction]:
        """Open a transaction for one statement, or for several that stand each by itself.

        On Postgres each is committed as it is executed, which saves two of three round trips.
        """
        if self.is_sqlite:
            async with self.transaction() as tx:
                yield tx
            return
        with failures.translated():
            async with self._reader.connect() as connection, connection.begin():
                tx = Transaction(connection, self._ring, self.keyring)
                yield tx
        tx.committed()

    def listen(self, ring: Callable[[], None]) -> None:
        """Have `ring` called after every commit that put an effect into the outbox."""
        self._ring = ring

    def _turn(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return what background work waits for before a transaction, and nobody else."""
        return self._background if _in_background.get() else contextlib.nullcontext()

    async def trouble(self) -> str | None:
        """Return why nothing can be read or written within two seconds, None when it can.

        It writes something small, because a full or read-only disk is still read well. What was
        found stands for a second, however often one asks.
        """
        async with self._asking:
            if time.monotonic() - self._asked_at >= ASKED_AGAIN:
                self._trouble = await self._ask()
                self._asked_at = time.monotonic()
        return self._trouble

    async def _ask(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE), self.transaction() as tx:
                if not self.is_sqlite and (await tx.one(_IS_READ_ONLY) or {})["is_so"]:
                    return failures.READ_ONLY
                await tx.execute(_SMALL_SQLITE if self.is_sqlite else _SMALL_POSTGRES)
        except Unavailable as error:
            return error.message
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            return f"The database does not answer ({type(error).__name__})."
        return None

    async def count_rows(self) -> None:
        """Have SQLite learn how many rows its tables have, which its plans depend on.

        It looks at a thousand of each index, however long they are. Postgres does so by itself.
        """
        if self.is_sqlite:
            async with self.transaction() as tx:
                await tx.execute(_COUNT_SOME)
                await tx.execute(_COUNT)

    async def close(self) -> None:
        await self._engine.dispose()
        await self._reader.dispose()


def _nobody_listens() -> None:
    """Nothing to wake in a process that does not deliver."""


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for `url`, with SQLite set up so that no update is lost.

    The sqlite3 driver begins its transactions late and lets two writers read the same old
    value. With its own BEGIN switched off and BEGIN IMMEDIATE sent by us, writers queue.
    """
    url = async_url(url)
    if not url.startswith("sqlite"):
        return postgres.engine(url, POOL_SIZE)
    engine = create_async_engine(
        url,
        pool_size=SQLITE_POOL_SIZE,
        hide_parameters=True,  # they are customers' words, and errors reach the log
        max_overflow=0,
        connect_args={"async_creator_fn": sqlite.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(dbapi: Any, _record: ConnectionPoolEntry) -> None:  # the driver's own type
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        # FULL: an acknowledgement promises that nothing is lost, a power cut included.
        for pragma in (
            "journal_mode=WAL",
            f"busy_timeout={BUSY_TIMEOUT}",
            "foreign_keys=ON",
            "synchronous=FULL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:  # SQLAlchemy's sync connection
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def async_url(url: str) -> str:
    """Return `url` with the asynchronous driver of its database named."""
    for plain, driver in (
        ("sqlite://", "sqlite+aiosqlite://"),
        ("postgresql://", "postgresql+psycopg://"),
        ("postgres://", "postgresql+psycopg://"),
    ):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    return url
