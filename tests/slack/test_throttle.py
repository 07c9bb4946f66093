"""Callers that Slack's rates do not let through now come back one after another."""

import asyncio
from itertools import pairwise

from bot.metrics import Metrics
from bot.slack.failures import TransientError
from bot.slack.throttle import MOST_QUEUES, TIER_2, Throttle


async def refused_after(throttle: Throttle) -> float | None:
    """Return the seconds until a refused call may be tried again, None when it passed."""
    try:
        await throttle.wait("conversations.create")
    except TransientError as refused:
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


async def test_channels_that_were_posted_to_long_ago_are_forgotten() -> None:
    now, metrics = 100.0, Metrics()
    throttle = Throttle(lambda: now, metrics)
    for number in range(3 * MOST_QUEUES):
        now += 0.9  # each of them gets its tokens back while others are posted to
        await throttle.wait("chat.postMessage", f"C{number}")

    page = metrics.page().decode()
    kept = next(line for line in page.splitlines() if line.startswith("warroom_cache_entries{"))
    assert float(kept.split()[1]) <= MOST_QUEUES


async def test_a_channel_at_its_limit_is_not_forgotten() -> None:
    throttle = Throttle(lambda: 100.0)
    for number in range(MOST_QUEUES + 10):
        throttle._posts_to(f"C{number}").bucket.take(100.0)

    assert len(throttle._queues) > MOST_QUEUES, "each of them still owes a second"
