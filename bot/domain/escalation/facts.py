"""What an entry of the timeline is about, and what happened to it, as values.

Each capability declares the payloads of its own kinds in a module `facts` of its package. A
payload holds people, items and instants as values; views make words of them.
"""

import functools
from collections.abc import Hashable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any, cast, get_args, get_type_hints

from bot.domain.people import SlackUserId

JsonObject = dict[str, Any]


class SubjectKind(StrEnum):
    ITEM = "item"
    CLOCK = "clock"
    ROLE = "role"
    MEETING = "meeting"
    MESSAGE = "message"
    CUSTOMER_UPDATE = "customer_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The one thing an entry is about.

    Attributes:
        id: Of an item, a clock, a meeting or a customer update its id in the database; of a role
            its key; of a message its channel and timestamp, as "C1/1700000000.000100".
    """

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What happened, in the fields of the kind of entry it belongs to.

    A field that is added later has a default: defaults are not encoded, so what was stored
    before encodes to the same JSON and its digest holds.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePayload(Payload):
    """A stored payload that is not as this version, or any version, would have written it."""

    stored: str


def encoded(payload: Payload) -> JsonObject:
    """Return a payload in JSON's own types: without defaults, instants in UTC."""
    return _encoded_fields(payload)


def people_of(payload: Payload) -> list[SlackUserId]:
    """Return the people a payload names, each once."""
    found: list[SlackUserId] = []
    for name in _fields_of_people(cast("Hashable", type(payload))):
        value = getattr(payload, name)
        found += value if isinstance(value, tuple) else [value] if value else []
    return list(dict.fromkeys(found))


@functools.cache
def _fields_of_people(payload: Hashable) -> tuple[str, ...]:
    hints = get_type_hints(payload)
    return tuple(name for name, hint in hints.items() if _is_of_people(hint))


def _is_of_people(hint: object) -> bool:
    return hint is SlackUserId or any(_is_of_people(one) for one in get_args(hint))


def _encoded_fields(value: Any) -> JsonObject:  # any frozen dataclass
    values = ((field, getattr(value, field.name)) for field in fields(value))
    return {
        field.name: _encoded(found)
        for field, found in values
        if field.default is MISSING or found != field.default
    }


def _encoded(value: Any) -> Any:  # a JSON value
    if is_dataclass(value):
        return _encoded_fields(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_encoded(one) for one in value]
    return value
