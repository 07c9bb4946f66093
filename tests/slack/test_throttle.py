"""Callers that Slack's rates do not let through now come back one after another."""

import asyncio
from itertools import pairwise

from bot.slack.failures import RetryLater
from bot.slack.throttle import TIER_2, Throttle


async def refused_after(throttle: Throttle) -> float | None:
    """Return the seconds until a refused call may be tried again, None when it passed."""
    try:
        await throttle.wait("conversations.create")
    except RetryLater as refused:
        return refused.after.total_seconds()
    return None


async def test_each_refused_caller_is_given_a_time_of_its_own() -> None:
    throttle = Throttle(lambda: 100.0)

    answers = await asyncio.gather(*(refused_after(throttle) for _ in range(20)))

    passed = [answer for answer in answers if answer is None]
    times = [answer for answer in answers if answer is not None]
    assert len(passed) == TIER_2 / 2
    assert [round(later - sooner, 6) for sooner, later in pairwise(times)] == [60 / TIER_2] * 9


async def test_who_comes_back_at_the_promised_time_is_let_through() -> None:
    now = 100.0
    throttle = Throttle(lambda: now)
    times = [await refused_after(throttle) for _ in range(20)]

    for promised in times:
        if promised is not None:
            now = 100.0 + promised
            assert await refused_after(throttle) is None
