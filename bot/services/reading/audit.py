"""The audit: check that the record is as it was written, anchor it, and erase what must go."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.escalation.anchors import Anchor, AnchoredHead, anchored, lost
from bot.domain.escalation.chain import (
    ERASABLE,
    UNPROVEN_WORDS,
    Break,
    WithheldField,
    breaks,
    erasures,
)
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.payloads import FieldErased
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.time.clock import Clock
from storage.database.database import Database
from storage.escalation import timeline

TOO_OLD = (
    "This entry is from before fields could be erased: its proof covers its very words, and would "
    "break."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What was checked, and where the record is not as it was written.

    Attributes:
        is_keyed: Whether the ends of timelines could be checked with a key of ours.
        anchor: The anchor they were compared with; None when there was none.
        lost: What the anchor knows and the record no longer has.
    """

    escalations: int
    entries: int
    breaks: tuple[Break, ...]
    withheld: tuple[WithheldField, ...]
    is_keyed: bool
    anchor: Anchor | None = None
    lost: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.breaks and not self.lost


class Audit:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def verify(self, anchor: Anchor | None = None) -> AuditReport:
        """Check every timeline against its chain, its key and an anchor; nothing is changed.

        It notices an entry that was edited, moved, added or taken away, the last one included.
        A chain that was written anew, whole, is noticed with a key or an anchor only, and an
        escalation that is gone whole only with an anchor.
        """
        keys, found, withheld = self._database.keyring, list[Break](), list[WithheldField]()
        places: dict[EscalationId, list[Entry]] = {}
        wanted = {head.escalation_id: head.sequence for head in anchor.heads} if anchor else {}
        async with self._database.reading() as tx:
            numbers = await timeline.escalations(tx)
        count = 0
        for number in numbers:
            async with self._database.transaction() as tx:
                # The head first: it is held, so that nothing is appended between the two.
                head = await timeline.head(tx, number)
                kept = await timeline.of(tx, number)
            count += len(kept)
            found += breaks(number, kept, head)
            if problem := keys.problem(number, head):
                found.append(Break(escalation_id=number, sequence=head.sequence, problem=problem))
            told, unsaid = erasures(kept)
            withheld, found = withheld + told, found + unsaid
            places[number] = [e for e in kept if e.sequence == wanted.get(number)] or kept[:1]
        return AuditReport(
            escalations=len(numbers),
            entries=count,
            breaks=tuple(found),
            withheld=tuple(withheld),
            is_keyed=bool(keys.secrets),
            anchor=anchor,
            lost=tuple(lost(anchor, places)) if anchor else (),
        )

    async def anchor(self) -> Anchor:
        """Return where every timeline ends now."""
        async with self._database.reading() as tx:
            heads = await timeline.heads(tx)
        found = [
            AnchoredHead(escalation_id=number, sequence=head.sequence, digest=head.digest)
            for number, head in heads.items()
        ]
        return anchored(found, self._database.keyring, at=self._clock.now())

    async def seal(self) -> int:
        """Prove the end of every timeline with the key of now; return how many there are.

        Raises:
            InvalidInput: There is no key.
        """
        if not self._database.keyring.secrets:
            raise InvalidInput({"key": "There is no audit key. Set AUDIT_KEY first."})
        async with self._database.reading() as tx:
            numbers = list(await timeline.heads(tx))
        for number in numbers:
            async with self._database.transaction() as tx:
                await timeline.seal(tx, number)
        return len(numbers)

    async def erase(
        self, escalation_id: EscalationId, sequence: int, field: str, *, by: str, ground: str
    ) -> Entry:
        """Erase a field of an entry for good, write that down, and return what is left.

        The chain stays whole: it covers a commitment to the field, not the field.

        Args:
            escalation_id: The escalation.
            sequence: Which entry, counted from 1.
            field: actor, text, link or payload.
            by: Who answers for it, in plain words.
            ground: Why it must go, such as "GDPR art. 17, request of 3 March".

        Raises:
            NotFound: There is no such entry.
            InvalidInput: It has no such field, or is from before fields could be erased.
        """
        _check({"field": field, "by": by, "ground": ground})
        async with self._database.transaction() as tx:
            await timeline.head(tx, escalation_id)
            entries = await timeline.at(tx, escalation_id, [sequence])
            if not entries:
                raise NotFound(f"Escalation {escalation_id} has no entry {sequence}.")
            (entry,) = entries
            if entry.kind is EntryKind.FIELD_ERASED:
                raise InvalidInput({"field": "The record of an erasure cannot be erased."})
            if entry.version == UNPROVEN_WORDS:
                raise InvalidInput({"field": TOO_OLD})
            if field not in entry.field_keys:
                raise InvalidInput({"field": f"Entry {sequence} has no {field}."})
            await timeline.erase(tx, entry, field)
            said = FieldErased(entry=sequence, field=field, by=by.strip(), ground=ground.strip())
            erased = Entry(
                escalation_id=escalation_id,
                kind=EntryKind.FIELD_ERASED,
                at=self._clock.now(),
                actor=None,
                payload=said,
            )
            await timeline.add(tx, erased)
        return entry


def _check(given: Mapping[str, str]) -> None:
    wrong = {name: "This is missing." for name, value in given.items() if not value.strip()}
    if given["field"] not in ERASABLE:
        wrong["field"] = f"A field is one of {', '.join(ERASABLE)}."
    if wrong:
        raise InvalidInput(wrong)
