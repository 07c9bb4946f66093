"""Zones are read from the locked data, whatever the machine's own files say."""

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

ZONE = "Europe/Lisbon"
TOKYO = resources.files("tzdata") / "zoneinfo" / "Asia" / "Tokyo"

LOOK = f"""
from datetime import datetime
from zoneinfo import ZoneInfo
ZoneInfo("{ZONE}")  # somebody was faster
{{enter}}
print(datetime(2026, 1, 1, tzinfo=ZoneInfo("{ZONE}")).utcoffset())
"""
ENTRIES = {
    "the command line": (
        "from typer.testing import CliRunner; from bot.__main__ import cli; "
        "CliRunner().invoke(cli, ['audit', 'verify'])"
    ),
    "migrations": "from storage.database import migrate; migrate.upgrade('sqlite:///{database}')",
    "tests": "import tests.conftest",
}


@pytest.fixture
def wrong_zones(tmp_path: Path) -> Path:
    """A machine whose file of a zone says something else."""
    folder = tmp_path / "zones"
    file = folder / ZONE
    file.parent.mkdir(parents=True)
    file.write_bytes(TOKYO.read_bytes())
    return folder


def offset(code: str, zones: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(enter=code)],
        env={**os.environ, "PYTHONTZPATH": str(zones), "DATABASE_URL": "sqlite://"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_every_entry_reads_zones_from_the_locked_data(
    entry: str, wrong_zones: Path, tmp_path: Path
) -> None:
    code = entry.format(database=tmp_path / "warroom.db")

    assert offset("pass", wrong_zones) == "9:00:00"  # the machine's file comes first
    assert offset(code, wrong_zones) == "0:00:00"
