"""Reads the policy file and says of every mistake where it is and what was expected.

The shape of the file is the shape of `bot.domain.policy.policy.Policy`: the reader walks the YAML
nodes, which know their lines, along the types of those dataclasses.
"""

import difflib
import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from bot.domain.mistakes import NOT_IN_THE_FILE, Unusable, ValidationProblem
from bot.domain.policy.policy import Policy
from bot.domain.text.storable import storable
from bot.public_holidays import PublicHolidayBook

MOST_BYTES = 1_000_000
# Aliases let a small file stand for a huge one; a policy as people write them has hundreds.
MOST_VALUES = 20_000
MOST_SHOWN = 80  # characters of a wrong value that are repeated to the person
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
YAML_WORDS = "name: value, indented with spaces"
TAG = "tag:yaml.org,2002:"


class PolicyError(Exception):
    """The policy cannot be used.

    Attributes:
        findings: One line each: `file:line: where: found; expected …`.
    """

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


def load(path: Path | None, *, announce: str | None = None) -> Policy:
    """Return the policy in `path`, or the one that ships with Warroom when it is None.

    `announce` is WARROOM_ANNOUNCE_CHANNEL, which wins over the file; None leaves the file's.

    Raises:
        PolicyError: The file cannot be read, or holds mistakes; all that were found are named.
            What parts say about each other is checked when each part is sound. Or `announce` is
            no channel's id.
    """
    name = "policy.yaml" if path is None else str(path)
    reader = _Reader(name, {"public_holidays": PublicHolidayBook()})
    policy = reader.read(_tree(name, _decoded(name, _content(path))), Policy, "")
    if reader.findings or not isinstance(policy, Policy):
        raise PolicyError(reader.findings)
    return policy if announce is None else _announcing(policy, announce)


def _announcing(policy: Policy, channel: str) -> Policy:
    try:
        channels = replace(policy.channels, announce=channel)
    except ValueError as error:
        raise PolicyError([f"WARROOM_ANNOUNCE_CHANNEL: {error}"]) from None
    return replace(policy, channels=channels)


def _content(path: Path | None) -> bytes:
    if path is None:
        return (resources.files("bot") / "policy.yaml").read_bytes()
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        expected = "a policy file that can be read"
        raise PolicyError([f"{path}: {error.strerror}; expected {expected}"]) from None
    if len(content) > MOST_BYTES:
        raise PolicyError([f"{path}: too large; expected at most {MOST_BYTES:,} bytes"])
    return content


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError([f"{name}:{line}: not UTF-8; expected text in UTF-8"]) from None


class _Loader(yaml.SafeLoader):
    """Reads values that both databases take: YAML can write NUL as an escape."""

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:  # the library's own type
        node = super().compose_scalar_node(anchor)
        node.value = storable(node.value)
        return node


def _tree(name: str, text: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        line, problem = _problem(error, text)
        raise PolicyError([f"{name}:{line}: not YAML: {problem}; expected {YAML_WORDS}"]) from None
    except RecursionError:
        raise PolicyError([f"{name}: nested too deeply; expected a policy"]) from None
    if node is None:
        raise PolicyError([f"{name}:1: an empty file; expected severities, roles, …"])
    return node


def _problem(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return the line of a mistake in the YAML itself, and what is wrong there."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        words = ", ".join(part for part in (error.context, error.problem) if part)
        return (mark.line + 1 if mark else 1), words
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, f"the character U+{ord(text[error.position]):04X} is not allowed"
    return 1, type(error).__name__


class _Reader:
    """Turns nodes into values; a mistake becomes a finding and the value None.

    `given` are the fields of the policy that are not read from the file.
    """

    def __init__(self, name: str, given: Mapping[str, Any]) -> None:
        self._given = given
        self._found: list[tuple[int, str]] = []
        self._name = name
        self._lines: dict[str, int] = {}
        self._count = 0

    @property
    def findings(self) -> list[str]:
        """All findings in the order of their lines."""
        by_line = sorted(self._found, key=lambda found: found[0])
        return [f"{self._name}:{line}: {words}" for line, words in by_line]

    def read(self, node: yaml.Node, hint: Any, where: str) -> Any:  # a type and its value
        self._count += 1
        if self._count > MOST_VALUES:
            self._complain(node, where, "too many values", f"at most {MOST_VALUES:,}")
            raise PolicyError(self.findings)
        self._lines[where] = _line(node)
        origin, args = get_origin(hint), get_args(hint)
        if origin in {Union, types.UnionType}:
            inner = next(a for a in args if a is not types.NoneType)
            return None if _is(node, "null") else self.read(node, inner, where)
        if origin is tuple:
            return self._tuple(node, args[0], where)
        if origin is Mapping:
            return self._mapping(node, args, where)
        if is_dataclass(hint) and not hasattr(hint, "parse"):
            return self._dataclass(node, hint, where)
        return self._scalar(node, getattr(hint, "__supertype__", hint), where)

    def _dataclass(self, node: yaml.Node, kind: Any, where: str) -> Any:
        known = {f.name: f for f in fields(kind) if f.metadata != NOT_IN_THE_FILE}
        hints, before = get_type_hints(kind), len(self._found)
        values = dict(self._given) if kind is Policy else {}
        for key, value in self._pairs(node, where):
            if key.value in known:
                inside = _join(where, key.value)
                values[key.value] = self.read(value, hints[key.value], inside)
            else:
                self._unknown(key, where, list(known))
        if isinstance(node, yaml.MappingNode):
            for name, field in known.items():
                if name not in values and _is_required(field):
                    self._complain(node, _join(where, name), "missing", "it to be set")
        if len(self._found) > before:
            return None
        try:
            return kind(**values)
        except Unusable as error:
            self._report(error.mistakes, where)
            return None

    def _report(self, mistakes: tuple[ValidationProblem, ...], where: str) -> None:
        for mistake in mistakes:
            inside = _join(where, mistake.where)
            # A value that is not written down is told at the part that lacks it.
            line = self._lines.get(inside, self._lines[where])
            self._find(line, inside, mistake.found, mistake.expected)

    def _mapping(self, node: yaml.Node, args: tuple[Any, ...], where: str) -> Mapping[Any, Any]:
        result = {}
        for key, value in self._pairs(node, where):
            inside = _join(where, key.value)
            name = self._parsed(key, getattr(args[0], "__supertype__", args[0]), inside)
            result[name] = self.read(value, args[1], inside)
        return types.MappingProxyType(result)

    def _tuple(self, node: yaml.Node, item: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._complain(node, where, _shown(node), "a list (each line begins with -)")
            return ()
        return tuple(self.read(n, item, f"{where}[{i}]") for i, n in enumerate(node.value))

    def _pairs(self, node: yaml.Node, where: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self._complain(node, where, _shown(node), "names with values (name: value)")
            return
        first: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._complain(key, where, _shown(key), "a plain name")
            elif key.value in first:
                found = f"a second time (first in line {first[key.value]})"
                self._complain(key, _join(where, key.value), found, "it once")
            else:
                first[key.value] = _line(key)
                yield key, value

    def _scalar(self, node: yaml.Node, kind: Any, where: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self._complain(node, where, _shown(node), "a single value")
        # Names may look like numbers (the emoji +1), values of text may not: 1.10 would become 1.1
        # for any other reader of the file.
        if kind is str and node.value and not _is(node, "str"):
            return self._complain(node, where, _shown(node), 'text; put "quotes" around it')
        return self._parsed(node, kind, where)

    def _parsed(self, node: yaml.Node, kind: Any, where: str) -> Any:
        try:
            return _parsed(node, kind)
        except ValueError as error:
            return self._complain(node, where, _shown(node), str(error))

    def _unknown(self, key: yaml.Node, where: str, known: list[str]) -> None:
        expected = f"one of {', '.join(known)}"
        if near := difflib.get_close_matches(str(key.value), known, n=1):
            expected += f'; did you mean "{near[0]}"?'
        self._complain(key, _join(where, key.value), "unknown name", expected)

    def _complain(self, node: yaml.Node, where: str, found: str, expected: str) -> None:
        self._find(_line(node), where, found, expected)

    def _find(self, line: int, where: str, found: str, expected: str) -> None:
        self._found.append((line, f"{where or 'the file'}: {found}; expected {expected}"))


def _parsed(node: yaml.Node, kind: Any) -> Any:
    """Return what the node says as a `kind`; raises ValueError saying what was expected."""
    text = str(node.value)
    if kind is bool:
        if text.lower() not in TRUE | FALSE or not _is(node, "bool"):
            raise ValueError("true or false")
        return text.lower() in TRUE
    if hasattr(kind, "parse"):  # a value with a spelling of its own, such as a duration
        return _spelt(text, kind)
    if kind is int:
        return _number(text)
    if issubclass(kind, Enum):
        words = [member.value for member in kind]
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return kind(text)
    if not text.strip():
        raise ValueError("some text")
    return text


def _spelt(text: str, kind: Any) -> Any:  # what its `parse` returns
    try:
        return kind.parse(text)
    except ValueError:
        raise ValueError(kind.WORDS) from None


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError("a whole number")
    return int(text)


def _is(node: yaml.Node, tag: str) -> bool:
    return bool(node.tag == TAG + tag)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _join(where: str, name: str) -> str:
    return ".".join(part for part in (where, name) if part)


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        shown = json.dumps(str(node.value)[:MOST_SHOWN], ensure_ascii=False)
        return shown if node.value else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "names with values"
