"""Timelines: read them page by page, and check that none was edited or shortened."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Break, Entry, breaks
from bot.domain.people import Person
from bot.services.access import visible
from storage.database.database import Database
from storage.escalation import timeline

PAGE = 15  # entries shown at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """Some entries, the newest first; pages count from 1."""

    escalation: Escalation
    entries: tuple[Entry, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How many timelines and entries were checked, and where they are not as written."""

    escalations: int
    entries: int
    breaks: tuple[Break, ...]


class Timelines:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, escalation_id: EscalationId, page: int, *, to: Person) -> TimelinePage:
        """Return a page; one that is beyond the last is the last. Raises NotFound."""
        async with self._database.reading() as tx:
            escalation = await visible(tx, escalation_id, to=to)
            pages = max(1, -(-await timeline.count(tx, escalation_id) // PAGE))
            page = min(max(page, 1), pages)
            found = await timeline.newest(tx, escalation_id, limit=PAGE, skip=(page - 1) * PAGE)
        return TimelinePage(escalation=escalation, entries=tuple(found), page=page, pages=pages)

    async def at(self, escalation_id: EscalationId, places: Collection[int]) -> list[Entry]:
        """Return the entries at those places, the oldest first; for messages of our own."""
        async with self._database.reading() as tx:
            return await timeline.at(tx, escalation_id, places)

    async def verify(self) -> Audit:
        """Check every timeline against its chain of digests; nothing is changed.

        It notices an entry that was edited, moved, added or taken away, the last one included.
        Somebody who may write the whole database and knows this code can still write a chain
        anew: keep a copy elsewhere where that matters.
        """
        entries, found = 0, []
        async with self._database.reading() as tx:
            numbers = await timeline.escalations(tx)
        for number in numbers:
            async with self._database.transaction() as tx:
                # The head first: it is held, so that nothing is appended between the two.
                head = await timeline.head(tx, number)
                kept = await timeline.of(tx, number)
            entries += len(kept)
            found += list(breaks(number, kept, head))
        return Audit(escalations=len(numbers), entries=entries, breaks=tuple(found))
