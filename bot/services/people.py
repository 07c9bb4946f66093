"""People: what we know of them, and for how long we believe it."""

from bot.domain.clock import Clock
from bot.domain.people import PERSON_LIFETIME, Person, SlackUserId
from storage import people
from storage.database import Database


class People:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, user_id: SlackUserId) -> Person | None:
        """Return the person, or None when Slack has to be asked (again)."""
        since = self._clock.now() - PERSON_LIFETIME
        async with self._database.reading() as tx:
            return await people.find(tx, user_id, fetched_since=since)

    async def learn(self, person: Person) -> None:
        """Believe what Slack just told us, for PERSON_LIFETIME."""
        async with self._database.transaction() as tx:
            await people.learn(tx, person, at=self._clock.now())
