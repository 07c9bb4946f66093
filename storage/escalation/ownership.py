"""Whether this process has its SQLite file for itself."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url


class NotSoleOwnerError(Exception):
    """Another process works on the file that this names."""


@contextlib.contextmanager
def sole_owner(url: str) -> Iterator[None]:
    """Hold a SQLite file for this process; Postgres is shared by any number.

    The operating system lets go of it when the process dies, however it dies.

    Raises:
        NotSoleOwnerError: Another process holds the file.
    """
    path = make_url(url).database
    if not url.startswith("sqlite") or not path:
        yield
        return
    with Path(f"{path}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotSoleOwnerError(path) from None
        yield
