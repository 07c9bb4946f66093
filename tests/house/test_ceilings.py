"""The house itself: sizes, words, settings that are explained, locks without addresses."""

import ast
import re
from collections import Counter, defaultdict
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
PRODUCT = [path for path in SOURCES if not path.is_relative_to(ROOT / "tests")]


def test_no_module_is_longer_than_the_eye_follows() -> None:
    long = {p.name: n for p in SOURCES if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert not long


def test_no_folder_has_more_modules_than_one_remembers() -> None:
    folders = Counter(p.parent for p in PRODUCT if p.name != "__init__.py")
    crowded = {str(f.relative_to(ROOT)): n for f, n in folders.items() if n > MOST_MODULES}
    assert not crowded


def test_no_folder_is_deeper_than_two_below_its_layer() -> None:
    deep = [
        str(path.relative_to(ROOT))
        for path in PRODUCT
        if len(path.relative_to(ROOT).parts) - 1 - (2 if path.is_relative_to(ROOT / "bot") else 1)
        > 2
    ]
    assert not deep


def test_no_two_classes_share_a_name() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for path in PRODUCT:
        if path.is_relative_to(ROOT / "bot" / "sandbox"):
            continue  # it knows nothing of the bot, so that their words may meet
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(str(path.relative_to(ROOT)))
    assert not {name: paths for name, paths in where.items() if len(paths) > 1}


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
