"""Reads the policy file and says of every mistake where it is and what was expected.

The shape of the file is the shape of `bot.domain.policy.Policy`: the reader walks the YAML
nodes, which know their lines, along the types of those dataclasses.
"""

import difflib
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from bot.domain.policy import DURATION_WORDS, Duration, Policy

MOST_BYTES = 1_000_000
TRUE, FALSE = ("true", "yes", "on"), ("false", "no", "off")


class PolicyError(Exception):
    """The policy cannot be used.

    Attributes:
        findings: One line each: `file:line: where: found; expected …`.
    """

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


def load(path: Path | None) -> Policy:
    """Return the policy in `path`, or the one that ships with Warroom when it is None.

    Raises:
        PolicyError: The file cannot be read, or holds mistakes; all that were found are named.
    """
    name, text = _text_of(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PolicyError([f"{name}:{line}: not YAML: {error.problem}"]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise PolicyError([f"{name}:1: not YAML: {type(error).__name__}"]) from None
    if node is None:
        raise PolicyError([f"{name}:1: the file is empty; expected severities, roles, …"])
    reader = _Reader(name)
    policy = reader.read(node, Policy, "")
    if reader.findings or policy is None:
        raise PolicyError(reader.findings)
    result: Policy = policy
    return result


def _text_of(path: Path | None) -> tuple[str, str]:
    if path is None:
        shipped = resources.files("bot") / "policy.yaml"
        return "policy.yaml", shipped.read_text(encoding="utf-8")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError([f"{path}: cannot be read: {error.strerror}"]) from None
    if len(content) > MOST_BYTES:
        raise PolicyError([f"{path}: {len(content):,} bytes; expected at most {MOST_BYTES:,}"])
    try:
        return path.name, content.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyError([f"{path}: expected text in UTF-8"]) from None


class _Reader:
    """Turns nodes into values; a mistake becomes a finding and the value None."""

    def __init__(self, name: str) -> None:
        self.findings: list[str] = []
        self._name = name
        self._inside: list[yaml.Node] = []

    def read(self, node: yaml.Node, hint: Any, where: str) -> Any:  # a type and its value
        if any(node is outer for outer in self._inside):
            return self._complain(node, where, "an alias to itself", "a value")
        self._inside.append(node)
        try:
            return self._read(node, hint, where)
        finally:
            self._inside.pop()

    def _read(self, node: yaml.Node, hint: Any, where: str) -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin in {Union, types.UnionType}:
            is_null = node.tag == "tag:yaml.org,2002:null"
            inner = next(a for a in args if a is not types.NoneType)
            return None if is_null else self._read(node, inner, where)
        if origin is tuple:
            return self._tuple(node, args[0], where)
        if origin is Mapping:
            return self._mapping(node, args, where)
        if is_dataclass(hint) and hint is not Duration:
            return self._dataclass(node, hint, where)
        return self._scalar(node, getattr(hint, "__supertype__", hint), where)

    def _dataclass(self, node: yaml.Node, kind: Any, where: str) -> Any:
        known = {f.name: f for f in fields(kind)}
        hints, before, values = get_type_hints(kind), len(self.findings), {}
        for key, value in self._pairs(node, where):
            if key.value in known:
                inside = _join(where, key.value)
                values[key.value] = self.read(value, hints[key.value], inside)
            else:
                self._unknown(key, where, list(known))
        for name in known.keys() - values.keys():
            if _is_required(known[name]):
                self._complain(node, _join(where, name), "nothing", "it to be set")
        if len(self.findings) > before:
            return None
        try:
            return kind(**values)
        except ValueError as error:
            self.findings.append(f"{self._at(node, where)}: {error}")
            return None

    def _mapping(self, node: yaml.Node, args: tuple[Any, ...], where: str) -> dict[Any, Any]:
        result = {}
        for key, value in self._pairs(node, where):
            inside = _join(where, key.value)
            result[self.read(key, args[0], inside)] = self.read(value, args[1], inside)
        return result

    def _tuple(self, node: yaml.Node, item: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._complain(node, where, _shown(node), "a list")
            return ()
        return tuple(self.read(n, item, f"{where}[{i}]") for i, n in enumerate(node.value))

    def _pairs(self, node: yaml.Node, where: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self._complain(node, where, _shown(node), "names with values (name: value)")
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._complain(key, where, _shown(key), "a plain name")
            elif key.value in seen:
                self._complain(key, _join(where, key.value), "the same name twice", "it once")
            else:
                seen.add(key.value)
                yield key, value

    def _scalar(self, node: yaml.Node, kind: Any, where: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self._complain(node, where, _shown(node), "a single value")
        try:
            return _parsed(str(node.value), kind)
        except ValueError as error:
            return self._complain(node, where, _shown(node), str(error))

    def _unknown(self, key: yaml.Node, where: str, known: list[str]) -> None:
        near = difflib.get_close_matches(str(key.value), known, n=1)
        expected = f"{near[0]!r}?" if near else f"one of {', '.join(known)}"
        self._complain(key, where, f"unknown name {key.value!r}", expected)

    def _complain(self, node: yaml.Node, where: str, found: str, expected: str) -> None:
        self.findings.append(f"{self._at(node, where)}: {found} found; expected {expected}")

    def _at(self, node: yaml.Node, where: str) -> str:
        return f"{self._name}:{node.start_mark.line + 1}: {where or 'the file'}"


def _parsed(text: str, kind: Any) -> Any:
    """Return `text` as a `kind`; raises ValueError saying what was expected."""
    if kind is bool:
        if text.lower() not in TRUE + FALSE:
            raise ValueError("true or false")
        return text.lower() in TRUE
    if kind is Duration:
        try:
            return Duration.parse(text)
        except ValueError:
            raise ValueError(DURATION_WORDS) from None
    if issubclass(kind, Enum):
        words = [member.value for member in kind]
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return kind(text)
    if not text.strip():
        raise ValueError("some text")
    return text


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(str(node.value)[:80])
    return "a list" if isinstance(node, yaml.SequenceNode) else "names with values"
