"""Timelines: read them page by page."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.timeline import Entry
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
