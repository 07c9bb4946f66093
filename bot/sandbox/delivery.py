"""Brings what happens to the bot: signed, over HTTP, within three seconds, with retries."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults

Json = dict[str, Any]

LIMIT = 3.0  # seconds Slack waits for an answer
RETRY_DELAYS = (0.0, 60.0, 300.0)  # seconds before each repeat of an event


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot answered; `error` is what the person would be shown instead.

    Attributes:
        status: None when there was no answer within three seconds.
        elapsed: Seconds.
    """

    status: int | None
    body: Any
    error: str | None
    elapsed: float


class Delivery:
    """Attributes: `bot_urls` are the replicas, served in turn; `retry_delays` in seconds."""

    def __init__(self, signing_secret: str, clock: Clock, faults: Faults) -> None:
        self._secret = signing_secret.encode()
        self._clock = clock
        self._faults = faults
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[Json] | None = None
        self._turn = itertools.count()
        self.bot_urls: list[str] = []
        self.retry_delays = RETRY_DELAYS

    def event(self, body: Json) -> None:
        """Deliver an event some time soon, again and again until it is accepted."""
        if self._held is not None:
            self._held.append(body)
        elif self.bot_urls:
            for _ in range(2 if self._faults.deliver_twice else 1):
                self._start(self._event(body))

    def hold_events(self) -> None:
        """Keep events back until they are released."""
        self._held = []

    def release_events(self, *, backwards: bool = False) -> None:
        """Deliver the events kept back, the last one first when `backwards`."""
        held, self._held = self._held or [], None
        for body in reversed(held) if backwards else held:
            self.event(body)

    async def interaction(self, payload: Json) -> Answer:
        """Deliver something a person did in a form or on a message."""
        return await self._twice({"payload": json.dumps(payload)})

    async def command(self, form: dict[str, str]) -> Answer:
        return await self._twice(form)

    async def idle(self) -> None:
        """Wait until every event has been delivered or given up."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Let deliveries under way end; one that is cut off would leave its connection open."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=LIMIT)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._client is not None:
            await self._client.aclose()

    async def _twice(self, form: dict[str, str]) -> Answer:
        raw, kind = urlencode(form), "application/x-www-form-urlencoded"
        if not self._faults.deliver_twice:
            return await self._post(raw, kind)
        answers = await asyncio.gather(self._post(raw, kind), self._post(raw, kind))
        return answers[0]

    async def _event(self, body: Json) -> None:
        raw = json.dumps(body)
        answer = await self._post(raw, "application/json")
        for number, delay in enumerate(self.retry_delays, start=1):
            if answer.status is not None and answer.status < 400:
                return
            await asyncio.sleep(delay)
            reason = "http_error" if answer.status else "http_timeout"
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
            answer = await self._post(raw, "application/json", retry)

    async def _post(self, raw: str, kind: str, more: dict[str, str] | None = None) -> Answer:
        if not self.bot_urls:
            return Answer(status=None, body=None, error="no_bot", elapsed=0.0)
        url = self.bot_urls[next(self._turn) % len(self.bot_urls)]
        started = self._clock.now()
        try:
            response = await self._http().post(
                url, content=raw, headers=self._signed(raw) | {"Content-Type": kind} | (more or {})
            )
        except httpx.HTTPError as error:
            timed_out = isinstance(error, httpx.TimeoutException)
            shown = "operation_timeout" if timed_out else "dispatch_unreachable"
            elapsed = self._clock.now() - started
            return Answer(status=None, body=None, error=shown, elapsed=elapsed)
        elapsed = self._clock.now() - started
        refused = None if response.status_code == 200 else "dispatch_failed"
        body = _body_of(response)
        return Answer(status=response.status_code, body=body, error=refused, elapsed=elapsed)

    def _signed(self, raw: str) -> dict[str, str]:
        timestamp = str(int(self._clock.now()))
        base = f"v0:{timestamp}:{raw}".encode()
        signature = "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
            self._client = httpx.AsyncClient(timeout=LIMIT, trust_env=False, limits=limits)
        return self._client

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _body_of(response: httpx.Response) -> Any:
    if "json" in response.headers.get("content-type", ""):
        return response.json()
    return response.text
