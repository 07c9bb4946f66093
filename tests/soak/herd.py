"""The replicas of a soak test: started, killed at random, and replaced at once."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.soak.replica import Place
from tests.war_room import until

NURSERY = (sys.executable, "-m", "tests.soak.replica")


@dataclass
class Herd:
    """The replicas that live, by the names in their leases.

    Attributes:
        dead: The names of those that were killed.
    """

    nursery: asyncio.subprocess.Process
    dice: random.Random
    alive: dict[str, int] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    started: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def grow(self) -> None:
        """Start one more replica."""
        self.started += 1
        name = f"replica-{self.started}"
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"{name}\n".encode())
        self.alive[name] = int(await self.nursery.stdout.readline())

    async def lose_one(self) -> None:
        """Kill one of them as a power cut would, and start another in its place."""
        async with self._turn:
            name = self.dice.choice(sorted(self.alive))
            await self._end(name)
            await self.grow()

    async def end(self) -> None:
        for name in list(self.alive):
            await self._end(name)

    async def _end(self, name: str) -> None:
        pid = self.alive.pop(name)
        os.kill(pid, signal.SIGKILL)
        self.dead.add(name)

        async def is_gone() -> bool:
            return not _lives(pid)

        await until(is_gone)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.asynccontextmanager
async def herd(place: Place, count: int, dice: random.Random, log: Path) -> AsyncIterator[Herd]:
    """Have so many replicas work at that place; what they log goes to a file."""
    with log.open("ab") as errors:
        nursery = await asyncio.create_subprocess_exec(
            *NURSERY,
            json.dumps(asdict(place)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    found = Herd(nursery, dice)
    try:
        for _ in range(count):
            await found.grow()
        yield found
    finally:
        await found.end()
        nursery.kill()
        await nursery.wait()
