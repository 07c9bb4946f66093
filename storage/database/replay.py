"""One record for each request: what its transaction writes stands or falls with its key.

Whoever takes a request names it with `naming`; the first transaction that commits inside keeps
the name in the inbox. The same request delivered again, to any replica, finds it there.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlmodel import col

from bot.domain.errors import Replayed
from storage.tables.escalations import InboxRow


class Writing(Protocol):
    """A transaction, as far as this module uses it."""

    @property
    def is_sqlite(self) -> bool: ...
    async def one(self, statement: Executable) -> dict[str, Any] | None: ...
    def after_commit(self, call: Callable[[], None]) -> None: ...


@dataclass(slots=True)
class _Request:
    key: str
    at: datetime
    is_kept: bool = False

    def keep(self) -> None:
        self.is_kept = True


_request: ContextVar[_Request | None] = ContextVar("request", default=None)


@contextlib.contextmanager
def naming(key: str | None, *, at: datetime) -> Iterator[None]:
    """Name the request that is served inside; None leaves it without a name.

    Tasks started inside belong to it.
    """
    token = _request.set(_Request(key, at) if key else None)
    try:
        yield
    finally:
        _request.reset(token)


def nameless() -> contextlib.AbstractContextManager[None]:
    """Have what is written inside count as nothing of the request, such as a cache."""
    return naming(None, at=datetime.min)  # noqa: DTZ901  # never looked at


async def claim(tx: Writing) -> None:
    """Keep the name of the request in its first transaction.

    Raises:
        Replayed: The same request was recorded before.
    """
    request = _request.get()
    if request is None or request.is_kept:
        return
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    row = insert(InboxRow).values(key=request.key, seen_at=request.at).on_conflict_do_nothing()
    if await tx.one(row.returning(col(InboxRow.key))) is None:
        raise Replayed
    tx.after_commit(request.keep)
