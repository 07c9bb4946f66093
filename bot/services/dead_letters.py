"""Dead letters: what was given up, and trying it again."""

from collections.abc import Collection

from bot.domain.errors import NotFound
from bot.domain.time.clock import Clock
from storage.database.database import Database
from storage.queue import outbox
from storage.queue.outbox import DeadLetter


class DeadLetters:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> list[DeadLetter]:
        """Return every one, the oldest first."""
        async with self._database.reading() as tx:
            return await outbox.dead_letters(tx)

    async def retry(self, ids: Collection[int] | None = None) -> list[DeadLetter]:
        """Make dead letters due now and return them; None means all of them.

        A bot that is running takes them up within a second.

        Raises:
            NotFound: One of the ids is no dead letter; nothing was changed.
        """
        async with self._database.transaction() as tx:
            dead = await outbox.dead_letters(tx)
            chosen = [letter for letter in dead if ids is None or letter.id in ids]
            unknown = sorted(set(ids or ()) - {letter.id for letter in chosen})
            if unknown:
                named = ", ".join(map(str, unknown))
                raise NotFound(f"No dead letter {named}. List them with `warroom dead-letters`.")
            await outbox.revive_letters(tx, [letter.id for letter in chosen], at=self._clock.now())
        return chosen
