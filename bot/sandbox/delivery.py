"""Brings what happens to the bot: within three seconds, and events again when they fail."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.transport import TIMED_OUT, Answer, Http, Kind, Parcel, Sockets

Json = dict[str, Any]

RETRY_DELAYS = (0.0, 60.0, 300.0)  # seconds before each repeat of an event
LIMIT = 3.0  # seconds Slack waits for an answer
PATIENCE = 3.0  # seconds that closing waits for deliveries under way


class Delivery:
    """What is on its way to the bot.

    Attributes:
        socket_mode: Everything goes through the web sockets; nothing over HTTP.
        limit: Seconds until an answer is too late; a trigger lives as long.
        retry_delays: Seconds.
    """

    def __init__(self, signing_secret: str, clock: Clock, faults: Faults) -> None:
        self._faults = faults
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[Json] | None = None
        self.http = Http(signing_secret, clock)
        self.sockets = Sockets()
        self.socket_mode = False
        self.limit = LIMIT
        self.retry_delays = RETRY_DELAYS

    def event(self, body: Json) -> None:
        """Deliver an event some time soon, again and again until it is accepted."""
        if self._held is not None:
            self._held.append(body)
        elif self.socket_mode or self.http.urls:
            for _ in range(2 if self._faults.deliver_twice else 1):
                self._start(self._event(Parcel(kind=Kind.EVENT, body=body)))

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
        return await self._answered(Parcel(kind=Kind.INTERACTION, body=payload))

    async def command(self, form: dict[str, str]) -> Answer:
        return await self._answered(Parcel(kind=Kind.COMMAND, body=form))

    async def idle(self) -> None:
        """Wait until every event has been delivered or given up."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Let deliveries under way end; one that is cut off would leave its connection open."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=PATIENCE)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.http.close()

    async def _answered(self, parcel: Parcel) -> Answer:
        if not self._faults.deliver_twice:
            return await self._carry(parcel)
        answers = await asyncio.gather(self._carry(parcel), self._carry(parcel))
        return answers[0]

    async def _event(self, parcel: Parcel) -> None:
        answer = await self._carry(parcel)
        for delay in self.retry_delays:
            if answer.is_accepted or answer.final:
                return
            await asyncio.sleep(delay)
            reason = "http_error" if answer.status else "http_timeout"
            parcel = parcel.again(reason)
            answer = await self._carry(parcel)

    async def _carry(self, parcel: Parcel) -> Answer:
        carrier: Http | Sockets = self.sockets if self.socket_mode else self.http
        try:
            async with asyncio.timeout(self.limit):
                return await carrier.carry(parcel)
        except TimeoutError:
            return TIMED_OUT

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
