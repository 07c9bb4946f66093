"""The house itself: sizes, words, settings that are explained, locks without addresses."""

import ast
import re
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_FUNCTION_LINES, MOST_MODULES = 400, 50, 12
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "misc", "manager", "flows"}
SOURCES = [
    path
    for folder in ("bot", "handlers", "storage", "prompts", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
]


def test_no_module_is_longer_than_the_eye_follows() -> None:
    long = {p.name: n for p in SOURCES if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert not long


def test_no_function_needs_scrolling() -> None:
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_FUNCTION_LINES:
                    long.append(f"{path.name}:{node.name} {lines}")
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not {path.stem for path in SOURCES} & FORBIDDEN_NAMES


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in SOURCES
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_every_setting_is_explained() -> None:
    example = (ROOT / ".env.example").read_text()
    readme = (ROOT / "README.md").read_text()
    for name in Settings.model_fields:
        assert re.search(rf"^#?{name.upper()}=", example, re.MULTILINE), name
        assert f"`{name.upper()}`" in readme, name


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_by_hash_and_name_no_address(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+ .*\\$", lock, re.MULTILINE)
    assert len(pinned) > 20
    assert lock.count("--hash=sha256:") > len(pinned)
