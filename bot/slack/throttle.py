"""Keeps us under Slack's rates: a token bucket per method, the most urgent caller first."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.effect import Urgency
from bot.metrics import Metrics
from bot.slack.failures import TransientError

# Calls a minute that Slack allows one app in one workspace; docs: Web API rate limits.
TIER_2, TIER_3, TIER_4 = 20, 50, 100
SPECIAL = 300  # "several hundred a minute"
PER_MINUTE = {
    "conversations.create": TIER_2,
    "conversations.setTopic": TIER_2,
    "conversations.setPurpose": TIER_2,
    "conversations.archive": TIER_2,
    "conversations.unarchive": TIER_2,
    "pins.add": TIER_2,
    "pins.remove": TIER_2,
    "bookmarks.add": TIER_2,
    "usergroups.users.list": TIER_2,
    "conversations.invite": TIER_3,
    "conversations.join": TIER_3,
    "conversations.open": TIER_3,
    "conversations.info": TIER_3,
    "conversations.history": TIER_3,
    "users.conversations": TIER_3,
    "chat.update": TIER_3,
    "bookmarks.list": TIER_3,
    "conversations.members": TIER_4,
    "users.info": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
    "auth.test": SPECIAL,
    "chat.postMessage": SPECIAL,
}
POSTS_PER_MINUTE = 60  # to one channel
POST_BURST = 5
MOST_QUEUES = 1_000  # that are kept before those without a past are forgotten

# Waiting longer would hold a worker that could do something else meanwhile.
MAX_WAIT = timedelta(seconds=2)

_urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.WAITING_PERSON)


@contextlib.contextmanager
def urgency(value: Urgency) -> Iterator[None]:
    """Everything called inside stands in Slack's queues with this urgency."""
    token = _urgency.set(value)
    try:
        yield
    finally:
        _urgency.reset(token)


@dataclass(slots=True)
class Bucket:
    """Tokens that grow back with time; instants are seconds of a monotonic clock."""

    per_minute: float
    burst: float
    tokens: float
    at: float
    closed_until: float = 0.0

    def take(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_minute / 60)
        self.at = now
        if now < self.closed_until:
            return self.closed_until - now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) * 60 / self.per_minute


@dataclass(slots=True)
class _Queue:
    """Attributes: `promised_at` is when the last caller that was refused may come back."""

    bucket: Bucket
    waiting: list[tuple[int, int]] = field(default_factory=list)
    promised_at: float = 0.0

    def is_idle(self, now: float) -> bool:
        """Whether nobody waits, and every token has grown back."""
        bucket = self.bucket
        grown = bucket.tokens + (now - bucket.at) * bucket.per_minute / 60
        is_open = now >= max(bucket.closed_until, self.promised_at)
        return not self.waiting and is_open and grown >= bucket.burst

    def promise(self, now: float, wait: float) -> float:
        """Return the seconds after which a refused caller finds a token of its own.

        Each is given another time: all coming back for the same token would be refused again.
        """
        self.promised_at = max(now + wait, self.promised_at + 60 / self.bucket.per_minute)
        return self.promised_at - now


class Throttle:
    def __init__(self, monotonic: Callable[[], float], metrics: Metrics | None = None) -> None:
        self._monotonic = monotonic
        self._metrics = metrics or Metrics()
        self._queues: dict[str, _Queue] = {}
        self._order = itertools.count()

    async def wait(self, method: str, channel: str | None = None) -> None:
        """Return when Slack's rates allow the call.

        Raises:
            TransientError: It would take longer than MAX_WAIT; nothing was called.
        """
        if method == "chat.postMessage" and channel is not None:
            await self._pass(method, self._posts_to(channel))
        await self._pass(method, self._calls_of(method))

    def pause(self, method: str, length: timedelta) -> None:
        """Hold all calls of one method back, because Slack said so."""
        bucket = self._calls_of(method).bucket
        until = self._monotonic() + length.total_seconds()
        bucket.closed_until = max(bucket.closed_until, until)
        self._metrics.waited(method, length.total_seconds(), by="slack")

    async def _pass(self, method: str, queue: _Queue) -> None:
        me = (int(_urgency.get()), next(self._order))
        deadline = self._monotonic() + MAX_WAIT.total_seconds()
        heapq.heappush(queue.waiting, me)
        try:
            while True:
                if queue.waiting[0] == me:
                    wait = queue.bucket.take(self._monotonic())
                    if wait == 0:
                        return
                else:
                    wait = 60 / queue.bucket.per_minute
                now = self._monotonic()
                if now + wait > deadline:
                    after = timedelta(seconds=queue.promise(now, wait))
                    raise TransientError(after, "Slack's rate limit is reached.")
                self._metrics.waited(method, wait, by="us")
                await asyncio.sleep(wait)
        finally:
            queue.waiting.remove(me)
            heapq.heapify(queue.waiting)

    def _calls_of(self, method: str) -> _Queue:
        per_minute = PER_MINUTE.get(method, TIER_3)
        return self._queue(method, per_minute, per_minute / 2)

    def _posts_to(self, channel: str) -> _Queue:
        return self._queue(f"post:{channel}", POSTS_PER_MINUTE, POST_BURST)

    def _queue(self, name: str, per_minute: float, burst: float) -> _Queue:
        if name not in self._queues:
            if len(self._queues) >= MOST_QUEUES:
                self._forget_idle()
            bucket = Bucket(per_minute=per_minute, burst=burst, tokens=burst, at=self._monotonic())
            self._queues[name] = _Queue(bucket)
            self._metrics.cached("rates", len(self._queues))
        return self._queues[name]

    def _forget_idle(self) -> None:
        """Forget those that a new one would not differ from."""
        now = self._monotonic()
        self._queues = {
            name: queue for name, queue in self._queues.items() if not queue.is_idle(now)
        }
