"""Who somebody is: what is known of them, or else what the directory says, which is remembered."""

from collections.abc import Awaitable, Callable

from bot.domain.people import Person, PersonKind, SlackUserId
from bot.services.people.people import People

# Asks the directory of the workspace; None when it knows nobody of that id.
AskDirectory = Callable[[SlackUserId], Awaitable[Person | None]]


class PersonLookup:
    """Finds people; every method raises what the directory raises when it does not answer."""

    def __init__(self, people: People, ask: AskDirectory) -> None:
        self._people = people
        self._ask = ask

    async def find(self, user: SlackUserId) -> Person | None:
        """Return who that is, None when neither we nor the directory know them."""
        person = await self._people.find(user)
        if person is None:
            person = await self._ask(user)
            if person is not None:
                await self._people.learn(person)
        return person

    async def kind(self, user: SlackUserId) -> PersonKind | None:
        """Return what somebody is to the workspace; None when nobody knows them."""
        person = await self.find(user)
        return None if person is None else person.kind

    async def is_member(self, user: SlackUserId) -> bool:
        return await self.kind(user) is PersonKind.MEMBER
