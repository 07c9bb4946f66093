"""What a database's refusal means for whoever waits: busy, full, read-only or away."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.domain.errors import Unavailable

BUSY = (
    "Someone else is changing the same thing right now, so nothing was saved. "
    "Try again in a few seconds."
)
FULL = (
    "Warroom's disk is full, so nothing was saved. Tell your Warroom admin and try again once "
    "there is space."
)
READ_ONLY = (
    "Warroom's database is read-only right now, so nothing was saved. Tell your Warroom admin "
    "and try again later."
)
AWAY = "Warroom's database isn't responding, so nothing was saved. Try again in a minute."

# The codes of Postgres (appendix A of its manual), whole or by their class.
_POSTGRES = {
    "55P03": BUSY,  # lock_not_available
    "40001": BUSY,  # serialization_failure
    "40P01": BUSY,  # deadlock_detected
    "53100": FULL,  # disk_full
    "25006": READ_ONLY,  # read_only_sql_transaction
    "08": AWAY,  # connection exceptions
    "53": AWAY,  # insufficient resources
    "57": AWAY,  # operator intervention: shut down, starting up
    "58": AWAY,  # system error
}
# SQLite's result codes; an extended one has them in its lowest byte.
_SQLITE = {5: BUSY, 6: BUSY, 8: READ_ONLY, 10: AWAY, 13: FULL, 14: AWAY}


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise Unavailable in place of a database's own error where that says what is the matter.

    A mistake of ours, as a broken constraint, stays what it is.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        message = words(error)
        if message is None:
            raise
        raise Unavailable(message) from error


def words(error: BaseException) -> str | None:
    """Return what keeps the database from being used; None when `error` says nothing of the kind.

    An OSError counts as a database that is away: the drivers let those of the network through.
    """
    if not isinstance(error, DBAPIError):
        return AWAY if isinstance(error, PoolTimeoutError | OSError) else None
    original: Any = error.orig
    if (code := getattr(original, "sqlite_errorcode", None)) is not None:
        return _SQLITE.get(code & 0xFF)
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    is_away = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return AWAY if is_away else None
