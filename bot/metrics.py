"""What is counted and timed, for Prometheus; labels come from closed sets, never from content."""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PARTS = ("database", "slack", "socket", "worker")
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)  # Slack waits three seconds
CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
ROOM_BUCKETS = (0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)


class Metrics:
    """The figures of one bot, in a registry of its own: several bots can run in one process."""

    def __init__(self) -> None:
        self._registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        self._acks = Histogram(
            "warroom_ack_seconds",
            "Until a request of Slack's was answered",
            ["kind"],
            registry=made,
            buckets=ACK_BUCKETS,
        )
        self._calls = Histogram(
            "warroom_slack_call_seconds",
            "Calls of Slack's Web API",
            ["method", "outcome"],
            registry=made,
            buckets=CALL_BUCKETS,
        )
        self._waits = Counter(
            "warroom_rate_limit_wait_seconds",
            "Waited for Slack's rates: by our own throttle, or because Slack said so",
            ["method", "by"],
            registry=made,
        )
        self._rooms = Histogram(
            "warroom_room_opening_seconds",
            "From the submission until people can work in the room",
            registry=made,
            buckets=ROOM_BUCKETS,
        )
        self._outbox = Gauge("warroom_outbox_depth", "Effects waiting", registry=made)
        self._age = Gauge("warroom_outbox_age_seconds", "Oldest effect overdue", registry=made)
        self._dead = Gauge("warroom_dead_letters", "Effects given up for good", registry=made)
        self._cached = Gauge(
            "warroom_cache_entries",
            "What is kept in memory; each is bounded",
            ["cache"],
            registry=made,
        )
        self._ready = Gauge("warroom_ready", "1 when the part works", ["part"], registry=made)

    def acked(self, kind: str, seconds: float) -> None:
        """Note an answer; `kind` is command, event, interaction or options."""
        self._acks.labels(kind).observe(seconds)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Note a call; `outcome` is ok, later, unknown or refused."""
        self._calls.labels(method, outcome).observe(seconds)

    def waited(self, method: str, seconds: float, *, by: str) -> None:
        """Note seconds in which nothing was called; `by` is us or slack."""
        self._waits.labels(method, by).inc(seconds)

    def cached(self, cache: str, entries: int) -> None:
        """Note how much a cache holds; `cache` is people, channels or rates."""
        self._cached.labels(cache).set(entries)

    def room_opened(self, seconds: float) -> None:
        self._rooms.observe(seconds)

    def stand(self, *, waiting: int, dead: int, overdue_seconds: float) -> None:
        """Note how the outbox stands."""
        self._outbox.set(waiting)
        self._dead.set(dead)
        self._age.set(overdue_seconds)

    def readiness(self, problems: Mapping[str, str]) -> None:
        """Note which parts work; what is no problem does."""
        for part in PARTS:
            self._ready.labels(part).set(part not in problems)

    def page(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self._registry)
