"""The sandbox over HTTP: Web API, response URLs, web sockets, the page and its control API."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.sandbox.errors import NotPossibleError, SlackError
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.play import Play, control
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api import endpoint

Json = dict[str, Any]

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = "default-src 'self'; img-src 'self' data:"
# Never shown in the page's own place: a file may hold anything.
DOWNLOAD = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
HEARTBEAT = 15.0  # seconds
REFUSED = 4401  # close code of a socket without a valid ticket


def create_app(sandbox: Sandbox) -> Starlette:
    """Return the ASGI application of one sandbox."""
    web = _Web(sandbox)
    return Starlette(
        routes=[
            Route("/api/{method}", web.web_api, methods=["GET", "POST"]),
            Route("/hooks/{key}", web.hook, methods=["POST"]),
            Route("/upload/{key}", web.upload, methods=["POST"]),
            Route("/sandbox/file/{file}", web.file),
            WebSocketRoute("/link", web.link),
            Route("/sandbox/state", web.state),
            Route("/sandbox/channel", web.channel),
            Route("/sandbox/act/{name}", web.act, methods=["POST"]),
            Route("/sandbox/faults", web.faults, methods=["POST"]),
            Route("/sandbox/clock", web.clock, methods=["POST"]),
            Route("/sandbox/reset", web.reset, methods=["POST"]),
            Route("/sandbox/restart", web.restart, methods=["POST"]),
            Route("/sandbox/calls", web.calls),
            Route("/sandbox/events", web.events),
            Route("/", page),
            Route("/static/{file}", page),
        ],
        exception_handlers={NotPossibleError: _refused, SlackError: _refused},
    )


class _Web:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._play = Play(sandbox)

    async def web_api(self, request: Request) -> Response:
        return await endpoint.call(self._sandbox, request)

    async def hook(self, request: Request) -> Response:
        """Take what the bot sends to a response_url."""
        body = await _object(request)
        try:
            self._play.answer_to(request.path_params["key"], body)
        except SlackError as error:
            return Response(error.code, status_code=404)
        return Response("ok")

    async def upload(self, request: Request) -> Response:
        """Take the bytes of a file; a bad day strikes here as it does the Web API."""
        return await endpoint.upload(self._sandbox, request)

    async def file(self, request: Request) -> Response:
        """Give a person a file of a channel they see."""
        found = control.file(self._sandbox, _asked(request, "user"), request.path_params["file"])
        return Response(found.content, media_type="application/octet-stream", headers=DOWNLOAD)

    async def link(self, socket: WebSocket) -> None:
        """Serve one web socket of Socket Mode for as long as it lasts."""
        sockets = self._sandbox.delivery.sockets
        if not sockets.admits(socket.query_params.get("ticket", "")):
            await socket.close(REFUSED)
            return
        await socket.accept()
        try:
            await sockets.opened(socket)
            async for text in socket.iter_text():
                sockets.heard(text)
        finally:
            sockets.closed(socket)

    async def state(self, request: Request) -> Response:
        return JSONResponse(control.state(self._sandbox, request.query_params.get("user")))

    async def channel(self, request: Request) -> Response:
        found = control.channel(
            self._sandbox,
            _asked(request, "user"),
            _asked(request, "channel"),
            request.query_params.get("thread"),
            everything="everything" in request.query_params,
        )
        return JSONResponse(found)

    async def act(self, request: Request) -> Response:
        """Do something as a person."""
        done = await control.act(self._play, request.path_params["name"], await _object(request))
        return JSONResponse({"ok": True, **done})

    async def faults(self, request: Request) -> Response:
        wanted = await _object(request)
        try:
            _order(self._sandbox, wanted)
        except (ValueError, TypeError, KeyError) as error:
            raise NotPossibleError(f"That is no fault: {error}") from None
        self._play.remember("faults", wanted)
        return JSONResponse({"ok": True})

    async def clock(self, request: Request) -> Response:
        """Let time run faster, or jump."""
        wanted = await _object(request)
        try:
            if "speed" in wanted:
                self._sandbox.clock.run(float(wanted["speed"]))
            self._sandbox.clock.jump(float(wanted.get("jump", 0)))
        except (ValueError, TypeError) as error:
            raise NotPossibleError(f"The clock cannot do that: {error}.") from None
        self._play.remember("clock", wanted)
        return JSONResponse({"ok": True})

    async def reset(self, request: Request) -> Response:
        await _object(request)
        if self._sandbox.on_reset is None:
            raise NotPossibleError("This sandbox cannot begin anew; start it again.")
        await self._sandbox.on_reset()
        return JSONResponse({"ok": True})

    async def restart(self, request: Request) -> Response:
        """Have the bot go and come back."""
        wanted = await _object(request)
        if self._sandbox.on_restart is None:
            raise NotPossibleError("This sandbox did not start the bot, and cannot restart it.")
        self._play.remember("restart", wanted)
        await self._sandbox.on_restart()
        return JSONResponse({"ok": True})

    async def calls(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isdigit():
            raise NotPossibleError("`after` is the number of calls already known.")
        return JSONResponse({"calls": [asdict(call) for call in self._sandbox.calls[int(after) :]]})

    async def events(self, request: Request) -> Response:
        versions = _versions(self._sandbox, request)
        return StreamingResponse(versions, media_type="text/event-stream")


async def page(request: Request) -> Response:
    """Serve the page's own files, and nothing else."""
    name = request.path_params.get("file", "index.html")
    file = resources.files("bot.sandbox") / "page" / name
    suffix = name[name.rfind(".") :]
    if suffix not in TYPES or not file.is_file():
        return Response("Not found", status_code=404)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return Response(file.read_text(encoding="utf-8"), media_type=TYPES[suffix], headers=headers)


async def _versions(sandbox: Sandbox, request: Request) -> AsyncIterator[str]:
    version = -1
    while not await request.is_disconnected():
        try:
            async with asyncio.timeout(HEARTBEAT):
                version = await sandbox.changed(version)
            yield f"data: {json.dumps({'version': version})}\n\n"
        except TimeoutError:
            yield ": still here\n\n"


def _order(sandbox: Sandbox, wanted: Json) -> None:
    if wanted.get("clear"):
        sandbox.faults.clear()
        sandbox.latency = 0.0
    if "add" in wanted:
        ordered = wanted["add"]
        sandbox.faults.add(Fault(**ordered | {"kind": FaultKind(ordered["kind"])}))
    if "down" in wanted:
        sandbox.faults.down = bool(wanted["down"])
    if "latency" in wanted:
        sandbox.latency = float(wanted["latency"])
    if "rates" in wanted:
        sandbox.rates.enabled = bool(wanted["rates"])


def _asked(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if not value:
        raise NotPossibleError(f"Say which {name}.")
    return value


async def _object(request: Request) -> Json:
    """Return the JSON object that was sent.

    The content type is insisted on: another site's page cannot send it without being asked first.
    """
    if "application/json" not in request.headers.get("content-type", ""):
        raise NotPossibleError("Send JSON, with its content type.")
    try:
        body = await request.json()
    except ValueError:
        raise NotPossibleError("That is no JSON.") from None
    if not isinstance(body, dict):
        raise NotPossibleError("Send a JSON object.")
    return body


async def _refused(_request: Request, error: Exception) -> Response:
    return JSONResponse({"ok": False, "error": str(error)}, status_code=400)
