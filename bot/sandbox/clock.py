"""The workspace's clock, which may run faster than life, and the timestamps made from it."""

import time


class Clock:
    """Seconds since 1970 as everybody in the workspace sees them.

    Attributes:
        speed: How many seconds pass in one real second.
    """

    def __init__(self, *, speed: float = 1.0) -> None:
        self._set_at, self._start = time.monotonic(), time.time()
        self._last = 0
        self.speed = speed

    def now(self) -> float:
        return self._start + (time.monotonic() - self._set_at) * self.speed

    def elapsed(self) -> float:
        """Return real seconds since some instant: for limits on machines, not on people."""
        return time.monotonic()

    def run(self, speed: float) -> None:
        """Let time pass at another speed from now on.

        Raises:
            ValueError: Time would stand still or run backwards.
        """
        if not 0 < speed <= MOST_SPEED:
            raise ValueError(f"the speed of time is more than 0 and at most {MOST_SPEED}")
        self._start, self._set_at = self.now(), time.monotonic()
        self.speed = speed

    def jump(self, seconds: float) -> None:
        """Skip forward; nobody can jump back.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._start += seconds

    def ts(self) -> str:
        """Return a fresh message timestamp such as 1790000000.000100."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


MOST_SPEED = 3600.0
