"""Who may hold a role or an item: asked once, before any id from outside becomes an owner."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.people import Person, SlackUserId, not_a_colleague
from bot.services.people.people import People

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
        self,
        fields: Mapping[str, Iterable[SlackUserId | None]],
        *,
        by: Person,
        is_urgent: bool = False,
    ) -> None:
        """Refuse everybody who cannot hold a role or an item; None and `by` need no check.

        Of more than MOST_LOOKED_UP unknown people the others are believed: an invitation that
        fails names them.

        Args:
            fields: Field name to the people it names.
            by: Who names them.
            is_urgent: What is asked does not wait for a directory that is silent: whoever is
                unknown is believed then.

        Raises:
            InvalidInput: Names each field and why; nothing was recorded.
            NotNow: The directory does not answer in time, and it is not urgent.
        """
        named = dict.fromkeys(user for users in fields.values() for user in users)
        users = [user for user in named if user and user != by.id]
        people = await self._known(users, is_urgent=is_urgent)
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

    async def _known(
        self, users: list[SlackUserId], *, is_urgent: bool
    ) -> dict[SlackUserId | None, Person | None]:
        """Return who they are; who is unknown and not looked up is left out."""
        found: dict[SlackUserId | None, Person | None] = {}
        unknown = []
        for user in users:
            person = await self._people.find(user)
            if person is None:
                unknown.append(user)
            else:
                found[user] = person
        if self._lookup is None:
            return found
        asked = unknown[:MOST_LOOKED_UP]
        answers = await asyncio.gather(
            *(self._asked(self._lookup, user) for user in asked), return_exceptions=True
        )
        for user, answer in zip(asked, answers, strict=True):
            if isinstance(answer, NotNow) and is_urgent:
                continue
            if isinstance(answer, BaseException):
                raise answer
            found[user] = answer
        return found

    async def _asked(self, lookup: Lookup, user: SlackUserId) -> Person | None:
        person = await lookup.look_up(user)
        if person is not None:
            await self._people.learn(person)
        return person
