"""What tests need of a machine beside Python: a browser, and a pooler in front of Postgres.

`python -m tests.machine` gets what is missing: from the system's package manager where that is
allowed, a browser from Playwright otherwise. What cannot be had is not tested, which the last line
of a run says; where `CI` is set it fails.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

PACKAGES = {"chromium": ("chromium", "fonts-noto-color-emoji"), "pgbouncer": ("pgbouncer",)}


def program(name: str) -> str | None:
    """Return where a program is, also where only root looks; None when it is missing."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def goes_without(what: str, why: str) -> None:
    """Leave out a test that needs what the machine lacks.

    Raises:
        AssertionError: In CI, where everything is there or has to be got.
    """
    assert not os.environ.get("CI"), why
    pytest.skip(f"NOT RUN: {what}, because {why}")


def main() -> None:
    """Get what is missing, as far as that can be had."""
    missing = [name for name in PACKAGES if program(name) is None]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        packages = [package for name in missing for package in PACKAGES[name]]
        _tries(["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages])
    if program("chromium") is None:
        _tries([sys.executable, "-m", "playwright", "install", "chromium"])


def _tries(*commands: Sequence[str]) -> None:
    for command in commands:
        print("Getting what the tests need:", *command, flush=True)  # noqa: T201
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        with contextlib.suppress(OSError):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def loud(reports: Sequence[object], say: Callable[[str], None]) -> None:
    """Say at the end of a run what was left out, and why; `reports` are of skipped tests."""
    reasons = [str(getattr(report, "longrepr", "")) for report in reports]
    left_out = [reason for reason in reasons if "NOT RUN: " in reason]
    for reason in dict.fromkeys(one.rpartition("NOT RUN: ")[2].rstrip("'\")") for one in left_out):
        say(f"NOT RUN: {sum(reason in one for one in left_out)} tests of {reason}")


if __name__ == "__main__":
    main()
