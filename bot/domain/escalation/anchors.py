"""Anchors: where all timelines ended at an instant, kept outside the database.

Whoever has a copy notices what the database alone cannot tell: a timeline that was cut off or
written anew with its head, and an escalation that is gone whole.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import InvalidInput
from bot.domain.escalation.chain import Keyring
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Entry

FORMAT = "warroom-audit-anchor-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHead:
    """Where one timeline ended."""

    escalation_id: EscalationId
    sequence: int
    digest: str

    @property
    def line(self) -> str:
        return json.dumps([self.escalation_id, self.sequence, self.digest])


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where every timeline ended at one instant.

    Attributes:
        root: SHA-256 over all heads in the order of their escalations.
        mac, mac_key: Proof by the audit key, and its name; None where there was no key.
    """

    at: datetime
    heads: tuple[AnchoredHead, ...]
    root: str
    mac: str | None = None
    mac_key: str | None = None

    @property
    def entries(self) -> int:
        return sum(head.sequence for head in self.heads)

    @property
    def content(self) -> str:
        return f"{self.at.isoformat()}:{len(self.heads)}:{self.root}"

    def lines(self) -> Iterator[str]:
        """Yield the lines of its file: what it is, then a head each."""
        first = {
            "format": FORMAT,
            "at": self.at.isoformat(),
            "escalations": len(self.heads),
            "entries": self.entries,
            "root": self.root,
            "mac": self.mac,
            "mac_key": self.mac_key,
        }
        yield json.dumps(first)
        for head in self.heads:
            yield head.line


def anchored(heads: Sequence[AnchoredHead], keys: Keyring, *, at: datetime) -> Anchor:
    """Return the anchor of these heads, proven by the first key where there is one."""
    ordered = tuple(sorted(heads, key=lambda head: head.escalation_id))
    anchor = Anchor(at=at, heads=ordered, root=_root(ordered))
    name = next(iter(keys.secrets), None)
    if name is None:
        return anchor
    return replace(anchor, mac=keys.mac(name, anchor.content), mac_key=name)


def parsed(text: str, keys: Keyring) -> Anchor:
    """Read a file of an anchor.

    Raises:
        InvalidInput: It is none, or not as it was written.
    """
    first, *rest = text.splitlines() or [""]
    try:
        head = json.loads(first)
        heads = tuple(
            AnchoredHead(escalation_id=EscalationId(number), sequence=sequence, digest=digest)
            for number, sequence, digest in (json.loads(line) for line in rest if line.strip())
        )
        anchor = Anchor(
            at=datetime.fromisoformat(head["at"]),
            heads=heads,
            root=head["root"],
            mac=head["mac"],
            mac_key=head["mac_key"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _refused("it is no file of `warroom audit anchor`") from error
    is_whole = anchor.root == _root(heads) and head.get("escalations") == len(heads)
    if head.get("format") != FORMAT or not is_whole:
        raise _refused("its lines are not as they were written")
    if keys.secrets and not _is_proven(anchor, keys):
        raise _refused("it carries no proof of a key of ours")
    return anchor


def lost(anchor: Anchor, entries: Mapping[EscalationId, Sequence[Entry]]) -> Iterator[str]:
    """Yield what an anchor knows and the record no longer has."""
    for head in anchor.heads:
        found = next(
            (e for e in entries.get(head.escalation_id, ()) if e.sequence == head.sequence), None
        )
        if head.escalation_id not in entries or not entries[head.escalation_id]:
            yield f"escalation {head.escalation_id} is gone; it had {head.sequence} entries"
        elif found is None:
            yield f"escalation {head.escalation_id} was cut off before entry {head.sequence}"
        elif found.digest != head.digest:
            yield f"escalation {head.escalation_id} was written anew since the anchor"


def _is_proven(anchor: Anchor, keys: Keyring) -> bool:
    if anchor.mac is None or anchor.mac_key is None or anchor.mac_key not in keys.secrets:
        return False
    return hmac.compare_digest(keys.mac(anchor.mac_key, anchor.content), anchor.mac)


def _root(heads: Sequence[AnchoredHead]) -> str:
    return hashlib.sha256("\n".join(head.line for head in heads).encode()).hexdigest()


def _refused(why: str) -> InvalidInput:
    return InvalidInput({"anchor": f"The anchor cannot be used: {why}."})
