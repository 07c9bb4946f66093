"""The command line reads like a manual page, completes words, and agrees with its documents."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot import __version__
from bot.__main__ import cli
from bot.admin import command_table, settings_table
from tests.admin.command_line import types

ROOT = Path(__file__).parents[2]


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command, groups among them, with the words it is called by."""
    yield words, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*words, name))


EVERY = dict(commands(typer.main.get_command(cli)))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_explains_itself_with_exit_codes_and_an_example(
    words: tuple[str, ...],
) -> None:
    said = types(*words, "--help")

    assert said.exit_code == 0
    assert "Exit codes: 0" in said.output
    assert "Example: " in said.output
    assert f"warroom {' '.join(words[:1])}" in said.output


def test_the_program_says_its_version_and_its_commands() -> None:
    assert types("--version").output == f"warroom {__version__}\n"
    told = types("--help").output
    for name in {words[0] for words in EVERY if words}:
        assert f"  {name} " in told


@pytest.mark.parametrize(
    ("shell", "protocol"),
    [
        ("bash", {"COMP_WORDS": "warroom cust", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "warroom cust"}),
        (
            "fish",
            {
                "_TYPER_COMPLETE_ARGS": "warroom cust",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
        ),
    ],
)
def test_shells_complete_the_words(shell: str, protocol: dict[str, str]) -> None:
    environment = {**os.environ, "_WARROOM_COMPLETE": f"complete_{shell}", **protocol}
    said = subprocess.run(
        [sys.executable, "-m", "bot"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "customers" in said.stdout, said.stderr


def test_readme_and_example_show_the_settings_as_the_code_has_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert settings_table.in_readme(readme) == readme, "write it anew: make docs"
    assert command_table.in_readme(readme) == readme, "write it anew: make docs"
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == settings_table.example()


def test_the_version_is_that_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    first = re.search(r"^## (.+)$", changelog, re.MULTILINE)
    assert first is not None
    assert first[1] in {"Unreleased", __version__}
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "bot.__version__"}
