"""The two ways to the bot: signed requests over HTTP, and the web sockets it opened."""

import asyncio
import hashlib
import hmac
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from bot.sandbox.clock import Clock

Json = dict[str, Any]

MOST_SOCKETS = 10  # connections of one app
FORM = "application/x-www-form-urlencoded"


class Kind(StrEnum):
    """What is brought; the values are the names of Socket Mode's envelopes."""

    EVENT = "events_api"
    INTERACTION = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to bring to the bot; `attempt` counts the repeats, from 0."""

    kind: Kind
    body: Json
    attempt: int = 0
    reason: str = ""

    def again(self, reason: str) -> "Parcel":
        return replace(self, attempt=self.attempt + 1, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot answered; `error` is what the person would be shown instead.

    Attributes:
        status: None when there was no answer within three seconds.
        final: The bot asked not to be sent this again.
    """

    status: int | None
    body: Any
    error: str | None
    final: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and self.status < 400


UNREACHABLE = Answer(status=None, body=None, error="dispatch_unreachable")
TIMED_OUT = Answer(status=None, body=None, error="operation_timeout")


class Http:
    """Attributes: `urls` are the replicas, served in turn."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._secret = signing_secret.encode()
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._turn = itertools.count()
        self.urls: list[str] = []

    async def carry(self, parcel: Parcel) -> Answer:
        if not self.urls:
            return Answer(status=None, body=None, error="no_bot")
        url = self.urls[next(self._turn) % len(self.urls)]
        raw, kind = _written(parcel)
        headers = {**self._signed(raw), "Content-Type": kind}
        if parcel.attempt:
            headers["X-Slack-Retry-Num"] = str(parcel.attempt)
            headers["X-Slack-Retry-Reason"] = parcel.reason
        try:
            response = await self._http().post(url, content=raw, headers=headers)
        except httpx.HTTPError:
            return UNREACHABLE
        return _answered(response)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _signed(self, raw: str) -> dict[str, str]:
        timestamp = str(int(self._clock.now()))
        base = f"v0:{timestamp}:{raw}".encode()
        signature = "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
            self._client = httpx.AsyncClient(timeout=None, trust_env=False, limits=limits)  # noqa: S113  # deliveries have their own
        return self._client


class Socket(Protocol):
    """One web socket the bot has opened."""

    async def send_text(self, data: str) -> None: ...
    async def close(self, code: int = 1000) -> None: ...


@dataclass(slots=True)
class Sockets:
    """The web sockets of Socket Mode; each parcel goes to one of them.

    Attributes:
        lose: How many of the next acknowledgements are lost on the way.
    """

    app_id: str = "A0WARROOM"
    lose: int = 0
    _tickets: set[str] = field(default_factory=set)
    _open: list[Socket] = field(default_factory=list)
    _awaited: dict[str, tuple[Socket, asyncio.Future[Json]]] = field(default_factory=dict)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)

    def __len__(self) -> int:
        return len(self._open)

    def ticket(self) -> str:
        """Return what opens one socket, once."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    def admits(self, ticket: str) -> bool:
        """Say whether a socket may be opened with this ticket, and spend it."""
        known = ticket in self._tickets
        self._tickets.discard(ticket)
        return known

    async def opened(self, socket: Socket) -> None:
        """Greet a new socket; one too many is told so and closed."""
        if len(self._open) >= MOST_SOCKETS:
            await self._dismiss(socket, "too_many_websockets")
            return
        self._open.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self.app_id},
            "debug_info": {"host": "applink-sandbox", "approximate_connection_time": 18060},
        }
        await socket.send_text(json.dumps(hello))

    def closed(self, socket: Socket) -> None:
        """Forget a socket; what it had not acknowledged counts as not delivered."""
        if socket in self._open:
            self._open.remove(socket)
        for holder, future in self._awaited.values():
            if holder is socket and not future.done():
                future.set_exception(ConnectionError())

    def heard(self, text: str) -> None:
        """Take an acknowledgement; anything else is ignored, as Slack does."""
        try:
            said = json.loads(text)
            awaited = self._awaited.get(said["envelope_id"])
        except (ValueError, KeyError, TypeError):
            return
        if awaited is None or awaited[1].done():
            return
        if self.lose:
            self.lose -= 1
        else:
            awaited[1].set_result(said)

    async def carry(self, parcel: Parcel) -> Answer:
        if not self._open:
            return UNREACHABLE
        socket = self._open[next(self._turn) % len(self._open)]
        envelope_id = str(uuid.uuid4())
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = (socket, future)
        try:
            await socket.send_text(json.dumps(_envelope(envelope_id, parcel)))
            said = await future
        except (ConnectionError, RuntimeError):
            return UNREACHABLE
        finally:
            del self._awaited[envelope_id]
        return Answer(status=200, body=said.get("payload") or "", error=None)

    async def dismiss(self, reason: str | None = "refresh_requested") -> None:
        """Close every socket, as Slack does every few hours; the bot has to come again.

        Without a reason it is a broken line: nothing is said first.
        """
        for socket in list(self._open):
            await self._dismiss(socket, reason)
            self.closed(socket)

    async def _dismiss(self, socket: Socket, reason: str | None) -> None:
        about = {"debug_info": {"host": "applink-sandbox"}}
        if reason is not None:
            await socket.send_text(json.dumps({"type": "disconnect", "reason": reason, **about}))
        await socket.close()


def _envelope(envelope_id: str, parcel: Parcel) -> Json:
    retry = {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return {
        "envelope_id": envelope_id,
        "type": parcel.kind.value,
        "accepts_response_payload": parcel.kind is not Kind.EVENT,
        "payload": parcel.body,
        **(retry if parcel.kind is Kind.EVENT else {}),
    }


def _written(parcel: Parcel) -> tuple[str, str]:
    match parcel.kind:
        case Kind.EVENT:
            return json.dumps(parcel.body), "application/json"
        case Kind.INTERACTION:
            return urlencode({"payload": json.dumps(parcel.body)}), FORM
        case Kind.COMMAND:
            return urlencode(parcel.body), FORM


def _answered(response: httpx.Response) -> Answer:
    refused = None if response.status_code == 200 else "dispatch_failed"
    return Answer(
        status=response.status_code,
        body=_body_of(response),
        error=refused,
        final=response.headers.get("x-slack-no-retry") == "1",
    )


def _body_of(response: httpx.Response) -> Any:
    if "json" in response.headers.get("content-type", ""):
        try:
            return response.json()
        except ValueError:
            return ""
    return response.text
