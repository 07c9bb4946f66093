"""A real pgbouncer in front of a Postgres, lending its sessions to single transactions."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from tests import machine
from tests.fakes.serving import free_port

SESSIONS = 2  # of Postgres, so few that everybody meets what others left behind
STARTING = 10.0  # seconds until a pooler that does not answer has failed


@contextlib.contextmanager
def pgbouncer(database_url: str) -> Iterator[str]:
    """Put a pooler in front of one database and yield the address behind which it lies."""
    found = machine.program("pgbouncer")
    if found is None:
        machine.goes_without("the pooler", "there is no pgbouncer; install Debian's")
    assert found is not None
    folder, port = Path(tempfile.mkdtemp(prefix="warroom-bouncer-")), free_port()
    url = make_url(database_url)
    host = url.host or str(url.query["host"])
    (folder / "users.txt").write_text(f'"{url.username}" "{url.password or ""}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
pooled = host={host} port={url.port or 5432} dbname={url.database} user={url.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {SESSIONS}
"""
    )
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)
    # It refuses to run as root; whoever owns the socket's folder may use the socket.
    owner = Path(host).owner() if host.startswith("/") else "nobody"
    other_user = ["-u", owner] if os.geteuid() == 0 else []
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([found, *other_user, folder / "pgbouncer.ini"], stderr=log)
    try:
        _wait(process, port, folder / "log")
        yield f"postgresql://{url.username}@127.0.0.1:{port}/pooled"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"pgbouncer did not start: {log.read_text()}")
