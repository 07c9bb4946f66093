"""Whatever storage answers is looked at: an answer that is dropped is a race lost in silence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("bot", "handlers", "storage")


def answering() -> dict[str, set[str]]:
    """Return the functions of every module of storage whose answer may be that they did nothing."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "storage").glob("*.py"):
        tree = ast.parse(path.read_text())
        found[path.stem] = {
            node.name
            for node in tree.body
            if isinstance(node, ast.AsyncFunctionDef)
            and node.returns is not None
            and re.search(r"^bool$|\| None$", ast.unparse(node.returns))
        }
    return found


def dropped(path: Path, known: dict[str, set[str]]) -> Iterator[str]:
    """Yield the awaited calls of such functions whose answer nobody takes."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Await):
            continue
        call = node.value.value
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        module, _, function = name.rpartition(".")
        if function in known.get(module or path.stem, set()):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def test_nobody_drops_what_storage_answers() -> None:
    known = answering()
    assert "save" in known["items"]

    paths = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]

    lost = [line for path in paths for line in dropped(path, known)]
    assert not lost, "\n".join(lost)
