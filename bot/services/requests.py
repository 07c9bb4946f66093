"""Requests by name: the same one delivered twice is recorded once."""

import contextlib

from bot.domain.time.clock import Clock
from storage.database import replay


class Requests:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def naming(self, key: str | None) -> contextlib.AbstractContextManager[None]:
        """Have everything recorded inside, and by tasks started there, carry that key once.

        None names nothing. Recording again under a key raises Replayed and changes nothing.
        """
        return replay.naming(key, at=self._clock.now())
