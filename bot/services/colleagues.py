"""Who may hold a role or an item: asked once, before any id from outside becomes an owner."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.people import Person, SlackUserId, not_a_colleague
from bot.services.people import People

MOST_LOOKED_UP = 20  # people the directory is asked about for one request


class Lookup(Protocol):
    """The directory of the workspace."""

    async def look_up(self, user: SlackUserId) -> Person | None:
        """Return who that is, None when the workspace knows nobody of that id.

        Raises:
            NotNow: The directory does not answer in time.
        """


class Colleagues:
    """Full members of the workspace, as the directory knows them.

    Without a directory, as in a process that never meets Slack, who is unknown is believed.
    """

    def __init__(self, people: People, lookup: Lookup | None = None) -> None:
        self._people = people
        self._lookup = lookup

    async def check(
        self, fields: Mapping[str, Iterable[SlackUserId | None]], *, by: Person
    ) -> None:
        """Refuse everybody who cannot hold a role or an item; None and `by` need no check.

        Of more than MOST_LOOKED_UP unknown people the others are believed: an invitation that
        fails names them.

        Args:
            fields: Field name to the people it names.
            by: Who names them.

        Raises:
            InvalidInput: Names each field and why; nothing was recorded.
            NotNow: The directory does not answer in time.
        """
        named = dict.fromkeys(user for users in fields.values() for user in users)
        people = await self._known([user for user in named if user and user != by.id])
        refused = {
            field: " ".join(
                why
                for user in dict.fromkeys(users)
                if user in people and (why := not_a_colleague(people[user]))
            )
            for field, users in fields.items()
        }
        if wrong := {field: why for field, why in refused.items() if why}:
            raise InvalidInput(wrong)

    async def _known(self, users: list[SlackUserId]) -> dict[SlackUserId | None, Person | None]:
        """Return who they are; who is unknown and not looked up is left out."""
        found: dict[SlackUserId | None, Person | None] = {}
        unknown = []
        for user in users:
            person = await self._people.find(user)
            if person is None:
                unknown.append(user)
            else:
                found[user] = person
        if self._lookup is not None:
            asked = unknown[:MOST_LOOKED_UP]
            answers = await asyncio.gather(*(self._lookup.look_up(user) for user in asked))
            found.update(zip(asked, answers, strict=True))
            for person in filter(None, answers):
                await self._people.learn(person)
        return found
