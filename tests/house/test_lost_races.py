"""Whoever asks storage to write looks at the answer: a lost race is never taken for a success."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("bot", "handlers", "storage")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def answering() -> dict[str, set[str]]:
    """Return, by module, the functions of storage that say whether they did anything."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "storage").rglob("*.py"):
        found[dotted(path)] = {
            node.name
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.AsyncFunctionDef)
            and node.returns is not None
            and re.search(r"^bool$|\| None$", ast.unparse(node.returns))
        }
    return found


def imported(tree: ast.Module) -> dict[str, str]:
    """Return, by the name it goes under in a module, what is imported there."""
    return {
        one.asname or one.name: f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }


def dropped(path: Path, known: dict[str, set[str]]) -> Iterator[str]:
    """Yield the awaited calls of such functions whose answer nobody takes."""
    tree = ast.parse(path.read_text())
    names = imported(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Await):
            continue
        call = node.value.value
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        module, _, function = name.rpartition(".")
        if function in known.get(names.get(module, "") if module else dotted(path), set()):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def test_nobody_drops_what_storage_answers() -> None:
    known = answering()
    assert "save" in known["storage.plan.items"]

    paths = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]

    lost = [line for path in paths for line in dropped(path, known)]
    assert not lost, "\n".join(lost)
