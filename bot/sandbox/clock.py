"""The sandbox's wall clock, and the message timestamps made from it."""

import time


class Clock:
    """Seconds since 1970, and timestamps that never repeat."""

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> float:
        return time.time()

    def ts(self) -> str:
        """Return a fresh message timestamp such as 1790000000.000100."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
