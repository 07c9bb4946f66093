"""What is sent to the database, so that a test can count it."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from sqlalchemy import Engine, event

_is_counted: ContextVar[bool] = ContextVar("is_counted", default=False)


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what the code inside has sent, over whichever connection.

    What works in the background at the same time is left out: it runs in a context of its own.
    """
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if _is_counted.get():
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    token = _is_counted.set(True)
    try:
        yield sent
    finally:
        _is_counted.reset(token)
        event.remove(Engine, "before_cursor_execute", note)
