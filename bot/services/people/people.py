"""People: what we know of them, and for how long we believe it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.domain.people import PERSON_LIFETIME, Person, PersonKind, SlackUserId
from bot.domain.time.clock import Clock
from storage.database.database import Database
from storage.database.replay import nameless
from storage.people import people

REMEMBERED = timedelta(minutes=1)
MOST_REMEMBERED = 10_000  # people
MOST_NAMED = 200  # people named in one text


class People:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._remembered: dict[SlackUserId, tuple[Person, datetime]] = {}

    @property
    def remembered(self) -> int:
        """How many people are kept in memory."""
        return len(self._remembered)

    async def find(self, user_id: SlackUserId) -> Person | None:
        """Return the person, or None when Slack has to be asked (again).

        What was read is believed for REMEMBERED without reading it again.
        """
        now = self._clock.now()
        person, until = self._remembered.get(user_id, (None, now))
        if now < until:
            return person
        async with self._database.reading() as tx:
            person = await people.find(tx, user_id, fetched_since=now - PERSON_LIFETIME)
        if person is not None:
            self._remember(person)
        return person

    async def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of those of these people whom we know; of many only the first."""
        async with self._database.reading() as tx:
            return await people.names(tx, ids[:MOST_NAMED])

    async def learn(self, person: Person) -> None:
        """Believe what Slack just told us, for PERSON_LIFETIME."""
        with nameless():  # a cache is nothing of what was asked for
            await self._keep(person)
        self._remember(person)

    async def _keep(self, person: Person) -> None:
        async with self._database.transaction() as tx:
            await people.upsert(tx, person, at=self._clock.now())

    async def kinds(self, ids: Collection[SlackUserId]) -> dict[SlackUserId, PersonKind | None]:
        """Return what those of these people are whom we know, however long we have known it."""
        async with self._database.reading() as tx:
            return dict(await people.kinds(tx, ids))

    async def changed(self, person: Person) -> None:
        """Believe at once what Slack tells of somebody we know; of others it is nothing to us."""
        known = await self.find(person.id)
        if known is not None and known != person:
            await self.learn(person)

    def _remember(self, person: Person) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[person.id] = (person, self._clock.now() + REMEMBERED)
