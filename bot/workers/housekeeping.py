"""Forgetting what is no longer needed."""

from datetime import timedelta

from bot.domain.time.clock import Clock
from storage.database.database import Database
from storage.queue import inbox

# Slack repeats an event for a day at most; a week leaves room for a held-up replica.
REMEMBERED = timedelta(days=7)


class Housekeeping:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def forget(self) -> None:
        """Delete the ids of requests that Slack will not repeat any more."""
        async with self._database.transaction() as tx:
            await inbox.forget(tx, seen_before=self._clock.now() - REMEMBERED)
        await self._database.count_rows()
