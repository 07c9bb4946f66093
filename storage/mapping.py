"""One mapper between rows and domain values whose names match."""

import functools
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_domain(kind: type[T], row: Mapping[str, Any], **given: Any) -> T:  # values of columns
    """Return a `kind` made of the columns of `row` that share its fields' names.

    Enums, nested values, tuples and stored instants are restored; `given` wins over columns.
    A field that is in neither keeps its default.
    """
    values = {
        name: parse(row[name])
        for name, parse in _parsers(cast("Hashable", kind))
        if name in row and name not in given
    }
    return kind(**{**values, **given})


def to_row(value: Any) -> dict[str, Any]:  # any frozen domain value
    """Return the fields of a domain value as column values, one level deep."""
    return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}


def to_plain(value: Any) -> Any:  # a column or JSON value
    """Return `value` as text, number, list or dict where it is an enum, tuple or nested value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def to_json(value: Any) -> Any:  # a JSON value
    """Return `value` in JSON's own types, instants in ISO 8601 with their zone."""
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    return to_plain(value)


@functools.cache
def _parsers(kind: Hashable) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    cls: Any = kind
    hints = get_type_hints(cls)
    return tuple((f.name, _parser(hints[f.name])) for f in fields(cls))


def _parser(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        inner = _parser(next(a for a in get_args(hint) if a is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        item = _parser(get_args(hint)[0])
        return lambda values: tuple(item(value) for value in values)
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: to_domain(hint, value)
    return _scalar_parser(hint)


def _scalar_parser(hint: Any) -> Callable[[Any], Any]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return cast("Callable[[Any], Any]", hint)
    if hint is datetime:
        return lambda value: datetime.fromisoformat(value) if isinstance(value, str) else value
    return lambda value: value
