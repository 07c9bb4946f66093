"""Dockerfile and compose.yaml, by reading: no engine runs them here."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
PACKAGES = sorted(p.parent.name for p in ROOT.glob("*/__init__.py") if p.parent.name != "tests")


def copied() -> list[str]:
    """Return what the image takes from the repository."""
    return re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, flags=re.MULTILINE)


def test_the_image_holds_all_that_runs_and_nothing_else() -> None:
    assert sorted(copied()) == sorted([*PACKAGES, "app.yaml", "requirements.lock"])
    assert all((ROOT / name).exists() for name in copied())


def test_what_is_copied_is_let_through_and_nothing_else_is() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied())


def test_the_image_runs_as_nobody_and_is_told_to_stop() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]

    assert re.search(r"^USER 10001$", last, flags=re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r'^ENTRYPOINT \["python", "-m", "bot"\]$', last, flags=re.MULTILINE)
    assert "/readyz" in last


def test_compose_gives_away_nothing_and_waits_for_the_database() -> None:
    bot, postgres = SERVICES["warroom"], SERVICES["postgres"]

    assert bot["read_only"]
    assert bot["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    assert "ports" not in postgres
    assert bot["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "POSTGRES_PASSWORD:?" in postgres["environment"]["POSTGRES_PASSWORD"]
    grace = Settings.model_fields["warroom_grace_seconds"].default
    assert int(bot["stop_grace_period"].removesuffix("s")) > grace + 1


def test_compose_sets_only_what_the_bot_reads() -> None:
    known = {name.upper() for name in Settings.model_fields}

    assert set(SERVICES["warroom"]["environment"]) <= known
