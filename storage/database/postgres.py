"""Postgres's connections as we use them: fresh, patient for less than Slack, fit for a pooler.

A pooler in transaction mode (pgbouncer, pgcat, a cloud's proxy) lends a session to each transaction
alone. What is left in a session meets somebody else's transaction there: prepared statements are
the dangerous part. We notice a pooler by the number of the session, which it makes up, and then
prepare nothing and set nothing that lasts longer than a transaction.
"""

import select
import time
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

QUIET = 5.0  # seconds after which an unused connection is asked whether it still works
LOCK_TIMEOUT = "1500ms"  # for a row that another session holds; Slack waits three seconds in all
# Of background work, for which nobody waits: a busy machine delays it, and does not make it fail.
PATIENT = text("SET LOCAL lock_timeout = '15s'")
CONNECTING = 5  # seconds until a server that does not answer is away
NEVER = frozenset({"0", "none", "off", "false"})
PREPARING = "prepare_threshold"

# Sets what the session keeps only when it is our own: the number we were given is then its own.
_OWN = (
    "SELECT CASE WHEN pg_backend_pid() = %s"
    f" THEN set_config('lock_timeout', '{LOCK_TIMEOUT}', false) END"
)


def engine(url: str, pool_size: int, **options: Any) -> AsyncEngine:
    """Return an engine; `url` names the driver, `options` are SQLAlchemy's."""
    address, arguments = connecting(url)
    # Last in, first out: few connections do the work, and know its statements by heart.
    made = create_async_engine(
        address,
        pool_size=pool_size,
        hide_parameters=True,  # they are customers' words, and errors reach the log
        max_overflow=0,
        pool_use_lifo=True,
        connect_args=arguments,
        **options,
    )
    _know_poolers(made, is_autocommit=options.get("isolation_level") == "AUTOCOMMIT")
    _leave_dead_connections(made)
    return made


def connecting(url: str) -> tuple[str, dict[str, Any]]:
    """Return the address for SQLAlchemy and what the driver is given beside it.

    `?prepare_threshold=0` (or none) in `url` has nothing prepared, whatever stands in between; a
    greater number is after how many executions a statement is.
    """
    parsed = make_url(url)
    arguments: dict[str, Any] = {}
    if "connect_timeout" not in parsed.query:
        arguments["connect_timeout"] = CONNECTING
    given = parsed.query.get(PREPARING)
    if isinstance(given, str):
        is_number = given.isascii() and given.isdigit()
        never = given.casefold() in NEVER or not is_number or int(given) == 0
        arguments[PREPARING] = None if never else int(given)
        parsed = parsed.difference_update_query([PREPARING])
    return parsed.render_as_string(hide_password=False), arguments


def is_pooled(connection: Connection) -> bool:
    """Return whether a pooler stands between a synchronous connection and Postgres."""
    driver: Any = connection.connection.driver_connection
    own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return bool(own != driver.info.backend_pid)


def _know_poolers(made: AsyncEngine, *, is_autocommit: bool) -> None:
    """Prepare nothing behind a pooler, and wait for locks only so long with or without one."""

    @event.listens_for(made.sync_engine, "connect")
    def ask(dbapi: Any, record: ConnectionPoolEntry) -> None:  # the driver's own type
        driver = dbapi.driver_connection
        cursor = dbapi.cursor()
        cursor.execute(_OWN, (driver.info.backend_pid,))
        is_own = cursor.fetchone()[0] is not None
        cursor.close()
        dbapi.commit()
        record.info["pooled"] = not is_own
        if not is_own:
            driver.prepare_threshold = None

    if is_autocommit:
        return

    @event.listens_for(made.sync_engine, "begin")
    def begin(connection: Any) -> None:  # SQLAlchemy's sync connection
        if connection.info.get("pooled"):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def _leave_dead_connections(made: AsyncEngine) -> None:
    """Have a connection that Postgres closed replaced before it is used.

    SQLAlchemy's own check asks Postgres before every transaction. Ours asks only a connection
    that was not used for a while, or on which something arrived unasked, as a farewell does.
    """
    dialect = made.sync_engine.dialect

    @event.listens_for(made.sync_engine, "checkin")
    def used(_dbapi: Any, record: ConnectionPoolEntry) -> None:  # the driver's own type
        record.info["used_at"] = time.monotonic()

    @event.listens_for(made.sync_engine, "checkout")
    def ask(dbapi: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at = record.info.get("used_at")
        if used_at is None:  # new
            return
        if time.monotonic() - used_at < QUIET and not _has_news(dbapi.driver_connection):
            return
        try:
            dialect.do_ping(dbapi)
        except dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None


def _has_news(connection: Any) -> bool:  # the driver's own type
    """Return whether something waits to be read from a connection that nobody uses."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
