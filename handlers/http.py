"""The HTTP door: verifies, parses, hands over to Bolt; health beside it.

Bolt's own door mistakes any form that contains the word "payload" for an interaction, logs
the body of a request whose signature is wrong, and answers 500 to malformed bodies. Ours
verifies and parses first and gives Bolt a dictionary.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

import structlog
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.clock import Clock
from bot.metrics import CONTENT_TYPE
from handlers.inbound import Inbound

log = structlog.get_logger(__name__)

# Seconds. Longer than proxies keep an unused connection (60 as a rule): who of the two closes first
# decides whether a request can get lost on a connection that is just being closed.
KEEP_ALIVE = 75
MAX_BODY = 1_000_000  # bytes; Slack's largest, a view, has 250 KB

Json = dict[str, Any]


class Health(Protocol):
    """Who knows how the process is."""

    async def problems(self) -> Mapping[str, str]: ...
    async def figures(self) -> bytes: ...


class BadRequestError(Exception):
    """Not something Slack sends."""


class _SdkClock(SdkClock):
    """Our clock, as the SDK's verifier asks it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class HttpDoor:
    """Serves `POST /slack/events`, `GET /healthz`, `/readyz` and `/metrics`.

    Without a signing secret nothing of Slack's is taken here: it comes through Socket Mode.
    """

    def __init__(
        self, inbound: Inbound, signing_secret: str | None, health: Health, clock: Clock
    ) -> None:
        self._inbound = inbound
        self._verifier = (
            SignatureVerifier(signing_secret, _SdkClock(clock)) if signing_secret else None
        )
        self._health = health

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
        body = await _limited(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
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
        problems = await self._health.problems()
        status = 503 if problems else 200
        return JSONResponse({"ok": not problems, "problems": dict(problems)}, status_code=status)

    async def metrics(self, _request: Request) -> Response:
        """Show the figures; they are numbers only, but nobody else's business."""
        return Response(await self._health.figures(), media_type=CONTENT_TYPE)

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
        if not timestamp.isascii() or not timestamp.isdigit() or not signature:
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


async def _limited(request: Request) -> bytes | None:
    """Return the body, or None when it is larger than anything Slack sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)
