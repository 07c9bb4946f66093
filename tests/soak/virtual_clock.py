"""A clock that all replicas and Slack share, that survives whoever reads it, and moves by hand."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sandbox.clock import Clock as SandboxClock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SHOWN, RINGS = 0, 8  # where the microseconds since 1970, and the count of rings, stand in the file
SIZE = 16
LATER = 0.001  # seconds by which Slack's clock is ahead: what it stamps comes after what asked it


class VirtualClock:
    """The instant that stands in a small file; whoever maps it sees it move at once."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shown = mmap.mmap(file.fileno(), SIZE)

    @classmethod
    def at(cls, path: Path, at: datetime) -> "VirtualClock":
        """Make the file and return a clock that shows `at`."""
        path.write_bytes(bytes(SIZE))
        clock = cls(path)
        clock.moves_to(at)
        return clock

    def now(self) -> datetime:
        return EPOCH + self._read(SHOWN) * MICROSECOND

    def moves_to(self, at: datetime) -> None:
        """Show another instant, and ring."""
        self._write(SHOWN, (at - EPOCH) // MICROSECOND)
        self.ring()

    def ring(self) -> None:
        """Have every replica look at once."""
        self._write(RINGS, self.rings() + 1)

    def rings(self) -> int:
        """Return a number that is another one after every move and every ring."""
        return self._read(RINGS)

    def _read(self, place: int) -> int:
        found: int = struct.unpack_from("=q", self._shown, place)[0]
        return found

    def _write(self, place: int, value: int) -> None:
        struct.pack_into("=q", self._shown, place, value)


class SlackClock(SandboxClock):
    """The same clock as Slack reads it."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp() + LATER
