"""The chain of the timeline: every entry proves itself and all before it, also after an erasure.

Version 2 of an entry's digest covers a commitment to each field that can be erased instead of the
field itself: HMAC-SHA256 of the field under 32 random bytes of its own. Erasing a field takes away
value and key; the commitment stays, and so does the chain. A bare hash would not do: a name is
guessed from it. Entries of version 1, from before, are covered word by word.

Whoever may write to the database can write an unkeyed chain anew, so the head of each is proven
with a key that is not in the database.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.facts import encoded
from bot.domain.escalation.payloads import FieldErased
from bot.domain.escalation.timeline import Entry, EntryKind, Head

UNPROVEN_WORDS = 1  # the version whose digest covers the words themselves
KEY_BYTES = 32
ERASABLE = ("actor", "text", "link", "payload")
NOTHING = {None, ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a timeline is not as it was written; `sequence` counts from 1."""

    escalation_id: EscalationId
    sequence: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldField:
    """A field that was erased, and what the record says about that."""

    escalation_id: EscalationId
    sequence: int
    field: str
    by: str
    at: datetime
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The secrets that prove heads; the first seals, the others are of before a rotation.

    Attributes:
        secrets: By name; empty where nothing is keyed.
    """

    secrets: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "Keyring":
        """Return the keys under names that tell nothing of them; blank ones are none."""
        known = [secret.encode() for secret in secrets if secret.strip()]
        return cls(secrets={hashlib.sha256(b"name:" + key).hexdigest()[:8]: key for key in known})

    def sealed(self, escalation_id: EscalationId, head: Head) -> Head:
        """Return the head with the proof of the first key; as it is where there is no key."""
        name = next(iter(self.secrets), None)
        if name is None:
            return replace(head, mac=None, mac_key=None)
        return replace(head, mac=self.mac(name, _place(escalation_id, head)), mac_key=name)

    def mac(self, name: str, content: str) -> str:
        return hmac.new(self.secrets[name], content.encode(), hashlib.sha256).hexdigest()

    def problem(self, escalation_id: EscalationId, head: Head) -> str | None:
        """Return why a head is not proven; None when it is, or when there is no key to ask."""
        if not self.secrets:
            return None
        if head.mac is None or head.mac_key is None:
            return "its end carries no proof of the audit key"
        if head.mac_key not in self.secrets:
            return f"its end was proven with the key {head.mac_key}, which is not among ours"
        expected = self.mac(head.mac_key, _place(escalation_id, head))
        return None if hmac.compare_digest(expected, head.mac) else "its end was forged"


NO_KEYS = Keyring()


def committed(entry: Entry, new_key: Callable[[int], bytes]) -> Entry:
    """Return the entry with a commitment to each field it has; `new_key` makes random bytes."""
    present = {name: value for name in ERASABLE if (value := _value(entry, name)) is not None}
    keys = {name: new_key(KEY_BYTES).hex() for name in present}
    commitments = {name: commitment(keys[name], value) for name, value in present.items()}
    return replace(entry, commitments=commitments, field_keys=keys)


def commitment(key: str, value: str) -> str:
    return hmac.new(bytes.fromhex(key), value.encode(), hashlib.sha256).hexdigest()


def digest(entry: Entry, previous: str) -> str:
    """Return the proof of an entry that follows the one with the digest `previous`.

    SHA-256 over what the entry says, its place, and the digest before it: whoever edits, removes,
    adds or moves an entry has to write every later one anew, and the head with them.
    """
    said = _words(entry, previous) if entry.version == UNPROVEN_WORDS else _proven(entry, previous)
    canonical = json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def breaks(escalation_id: EscalationId, entries: Iterable[Entry], head: Head) -> Iterator[Break]:
    """Yield where the entries of one escalation, in their order, do not make a whole chain."""
    previous, expected = "", 1
    for entry in entries:
        if entry.sequence != expected:
            missing = f"entry {expected} is missing"
            yield Break(escalation_id=escalation_id, sequence=expected, problem=missing)
        elif entry.digest != digest(entry, previous) or not _holds(entry):
            problem = f"entry {entry.sequence} is not as it was written"
            yield Break(escalation_id=escalation_id, sequence=entry.sequence, problem=problem)
        previous, expected = entry.digest, entry.sequence + 1
    if (expected - 1, previous) != (head.sequence, head.digest):
        problem = f"it ends at entry {expected - 1}, and {head.sequence} were written"
        yield Break(escalation_id=escalation_id, sequence=expected, problem=problem)


def erasures(entries: Sequence[Entry]) -> tuple[list[WithheldField], list[Break]]:
    """Return the fields that were erased, and those that went without an entry saying so."""
    said = {
        (entry.payload.entry, entry.payload.field): entry
        for entry in entries
        if entry.kind is EntryKind.FIELD_ERASED and isinstance(entry.payload, FieldErased)
    }
    found: list[WithheldField] = []
    unsaid: list[Break] = []
    for entry in entries:
        for name in entry.withheld:
            erasure = said.get((entry.sequence, name))
            if erasure is None or not isinstance(erasure.payload, FieldErased):
                problem = f"{name} of entry {entry.sequence} was taken away, and nothing says why"
                unsaid.append(_break(entry, problem))
            else:
                found.append(_withheld(entry, name, erasure, erasure.payload))
    return found, unsaid


def without(entry: Entry, name: str) -> Entry:
    """Return the entry as it stands once a field of it is erased."""
    keys = {field: key for field, key in entry.field_keys.items() if field != name}
    gone: dict[str, str | None] = {name: "" if name == "text" else None}
    return replace(entry, field_keys=keys, **gone)  # type: ignore[arg-type]  # one of ERASABLE


def _holds(entry: Entry) -> bool:
    """Whether each field is the one that was committed to, or was erased."""
    if entry.version == UNPROVEN_WORDS:
        return not entry.commitments
    for name in ERASABLE:
        value, key = _value(entry, name), entry.field_keys.get(name)
        if key is None:
            if value is not None:
                return False
        elif value is None or entry.commitments.get(name) != commitment(key, value):
            return False
    return True


def _value(entry: Entry, name: str) -> str | None:
    """Return an erasable field as its commitment covers it; None where the entry has none."""
    if name == "payload":
        payload = entry.payload
        return None if payload is None else json.dumps(encoded(payload), sort_keys=True)
    value = getattr(entry, name)
    return None if value in NOTHING else str(value)


def _words(entry: Entry, previous: str) -> list[object]:
    said: list[object] = [
        previous,
        entry.escalation_id,
        entry.sequence,
        entry.kind.value,
        _written(entry.at),
        _written(entry.said_at),
        entry.actor,
        entry.text,
        entry.audience.value,
        entry.link,
    ]
    if entry.from_state is not None or entry.to_state is not None:
        said += [entry.from_state, entry.to_state]
    return said


def _proven(entry: Entry, previous: str) -> list[object]:
    subject = entry.subject
    return [
        entry.version,
        previous,
        entry.escalation_id,
        entry.sequence,
        entry.kind.value,
        _written(entry.at),
        _written(entry.said_at),
        entry.audience.value,
        entry.from_state,
        entry.to_state,
        None if subject is None else [subject.kind.value, subject.id],
        dict(entry.commitments),
    ]


def _break(entry: Entry, problem: str) -> Break:
    return Break(escalation_id=entry.escalation_id, sequence=entry.sequence, problem=problem)


def _withheld(entry: Entry, name: str, erasure: Entry, said: FieldErased) -> WithheldField:
    return WithheldField(
        escalation_id=entry.escalation_id,
        sequence=entry.sequence,
        field=name,
        by=said.by,
        at=erasure.at,
        ground=said.ground,
    )


def _place(escalation_id: EscalationId, head: Head) -> str:
    return f"{escalation_id}:{head.sequence}:{head.digest}"


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
