"""What people choose for themselves: whether they are nudged."""

from collections.abc import Mapping

from bot.domain.people import Person, SlackUserId
from storage.database.database import Database
from storage.people import people, preferences


class Preferences:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def mute(self, *, by: Person) -> None:
        """Have this person called by nobody's nudges any more; again changes nothing."""
        async with self._database.transaction() as tx:
            await preferences.set_muted(tx, by.id, is_muted=True)

    async def unmute(self, *, by: Person) -> None:
        async with self._database.transaction() as tx:
            await preferences.set_muted(tx, by.id, is_muted=False)

    async def uncalled(self, *users: SlackUserId | None) -> Mapping[str, str]:
        """Return those of these people who are not to be called, with the name to write instead.

        Every message that nudges somebody asks this first; who is not in it may be called.
        """
        asked = [user for user in users if user is not None]
        async with self._database.reading() as tx:
            muted = await preferences.muted(tx, asked)
            names = await people.names(tx, muted)
        return {user: names.get(user, "somebody") for user in muted}
