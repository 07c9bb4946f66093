"""Sweeps that are rung often: one at a time, and not at once again after a failure."""

import asyncio

import pytest

from bot.workers.scheduler import Alone


class Counted:
    """A sweep that takes as long as it is told, or fails."""

    def __init__(self) -> None:
        self.times = 0
        self.may_end = asyncio.Event()
        self.fails = False

    async def sweep(self) -> None:
        self.times += 1
        if self.fails:
            raise ConnectionError
        await self.may_end.wait()


async def test_a_ring_during_a_sweep_starts_no_second_one() -> None:
    sweep = Counted()
    alone = Alone(sweep)
    first = asyncio.create_task(alone.ring())
    await asyncio.sleep(0)
    await alone.ring()
    assert sweep.times == 1

    sweep.may_end.set()
    await first
    await alone.ring()
    assert sweep.times == 2


async def test_a_sweep_that_failed_is_left_alone_for_a_while() -> None:
    sweep = Counted()
    sweep.fails = True
    alone = Alone(sweep)
    with pytest.raises(ConnectionError):
        await alone.ring()
    await alone.ring()

    assert sweep.times == 1
