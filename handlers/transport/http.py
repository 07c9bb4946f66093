"""The HTTP door: verifies, parses, hands over to Bolt; health beside it.

Bolt's own door mistakes any form that contains the word "payload" for an interaction, logs
the body of a request whose signature is wrong, and answers 500 to malformed bodies. Ours
verifies and parses first and gives Bolt a dictionary.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qsl

import structlog
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.time.clock import Clock
from bot.metrics import CONTENT_TYPE
from handlers.transport.inbound import Inbound

log = structlog.get_logger(__name__)

# Seconds. Longer than proxies keep an unused connection (60 as a rule): who of the two closes first
# decides whether a request can get lost on a connection that is just being closed.
KEEP_ALIVE = 75
MAX_BODY = 1_000_000  # bytes; Slack's largest, a view, has 250 KB
MAX_HEAD = 32_768  # bytes of a request's head
MAX_CONNECTIONS = 1_000  # at once; more are answered 503
MAX_HELD = 16 * MAX_BODY  # bytes of all bodies that have not come whole yet
BODY_SECONDS = 5.0  # until a body has come whole; Slack's comes with its head
LONGEST_TIMESTAMP = 12  # digits
FRESH = 1.0  # seconds for which health is shown again without asking anew

Json = dict[str, Any]
Found = TypeVar("Found")


class Health(Protocol):
    """Who knows how the process is."""

    async def problems(self) -> Mapping[str, str]: ...
    async def figures(self) -> bytes: ...


class BadRequestError(Exception):
    """Not something Slack sends."""


class BodyRefusedError(Exception):
    """A body that is too large, too slow, or one too many at this moment."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Recent(Generic[Found]):
    """Something that takes work to find out, asked once in FRESH seconds whoever wants it."""

    def __init__(self, ask: Callable[[], Awaitable[Found]], monotonic: Callable[[], float]) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._asking = asyncio.Lock()
        self._found: tuple[float, Found] | None = None

    async def get(self) -> Found:
        async with self._asking:
            if self._found is None or self._monotonic() - self._found[0] >= FRESH:
                self._found = (self._monotonic(), await self._ask())
            return self._found[1]


class Bodies:
    """Reads bodies whole, within limits of size and time, and of what all of them hold."""

    def __init__(self) -> None:
        self._held = 0

    async def read(self, request: Request) -> bytes:
        """Return a request's body.

        Raises:
            BodyRefusedError: It is larger than anything Slack sends, takes too long, or too much is
                being read already.
        """
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.stream():
                    body += chunk
                    self._held += len(chunk)
                    self._check(len(body))
        except TimeoutError:
            raise BodyRefusedError(408, "too slow") from None
        finally:
            self._held -= len(body)
        return bytes(body)

    def _check(self, size: int) -> None:
        if size > MAX_BODY:
            raise BodyRefusedError(413, "too large")
        if self._held > MAX_HELD:
            raise BodyRefusedError(503, "too much at once")


class _SdkClock(SdkClock):
    """Our clock, as the SDK's verifier asks it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class HttpEndpoints:
    """Serves `POST /slack/events`, `GET /healthz`, `/readyz` and `/metrics`.

    Without a signing secret nothing of Slack's is taken here: it comes through Socket Mode.
    """

    def __init__(
        self,
        inbound: Inbound,
        signing_secret: str | None,
        health: Health,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbound = inbound
        self._verifier = (
            SignatureVerifier(signing_secret, _SdkClock(clock)) if signing_secret else None
        )
        self._problems = Recent(health.problems, monotonic)
        self._figures = Recent(health.figures, monotonic)
        self._bodies = Bodies()

    def routes(self) -> list[Route]:
        health = [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]
        if self._verifier is None:
            return health
        return [Route("/slack/events", self.slack, methods=["POST"]), *health]

    async def slack(self, request: Request) -> Response:
        """Take one request of Slack's, whatever it is about."""
        try:
            body = await self._bodies.read(request)
        except BodyRefusedError as refusal:
            # What still comes of it is nobody's: the connection ends.
            headers = {"connection": "close"}
            return PlainTextResponse(refusal.why, status_code=refusal.status, headers=headers)
        if not self._is_signed(body, request.headers):
            log.warning("signature_refused")
            return JSONResponse({"error": "invalid request"}, status_code=401)
        try:
            parsed = parse(body, request.headers.get("content-type", ""))
        except BadRequestError:
            return JSONResponse({"error": "malformed request"}, status_code=400)
        return await self._answer(parsed)

    async def healthz(self, _request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(self, _request: Request) -> Response:
        """Say what keeps us from working; an empty list is ready."""
        problems = await self._problems.get()
        status = 503 if problems else 200
        return JSONResponse({"ok": not problems, "problems": dict(problems)}, status_code=status)

    async def metrics(self, _request: Request) -> Response:
        """Show the figures; they are numbers only, but nobody else's business."""
        return Response(await self._figures.get(), media_type=CONTENT_TYPE)

    async def _answer(self, parsed: Json) -> Response:
        match parsed.get("type"):
            case "url_verification":
                return JSONResponse({"challenge": parsed.get("challenge", "")})
            case "app_rate_limited":
                await self._inbound.events_lost()
                return Response(status_code=200)
        if parsed.get("ssl_check"):
            return Response(status_code=200)
        answer = await self._inbound.answer(parsed)
        headers = {name: values[0] for name, values in answer.headers.items()}
        return Response(answer.body, status_code=answer.status, headers=headers)

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and signature.isascii()):
            return False
        if len(timestamp) > LONGEST_TIMESTAMP or not signature:
            return False
        if self._verifier is None:
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        return self._verifier.is_valid(body=text, timestamp=timestamp, signature=signature)


def parse(body: bytes, content_type: str) -> Json:
    """Return what Slack sent: events as JSON, everything else as a form.

    Raises:
        BadRequestError: It is neither.
    """
    try:
        if "application/json" in content_type:
            return _object(json.loads(body))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return _object(json.loads(form["payload"])) if "payload" in form else form
    except (ValueError, RecursionError):
        raise BadRequestError from None


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise BadRequestError
    return value
