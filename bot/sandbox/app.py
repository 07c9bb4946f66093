"""The sandbox over HTTP: Slack's Web API, response URLs, the page, and its control API."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import control
from bot.sandbox.errors import NotPossibleError, SlackError
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api import endpoint

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = "default-src 'self'; img-src 'self' data:"
HEARTBEAT = 15.0  # seconds


def create_app(sandbox: Sandbox) -> Starlette:
    """Return the ASGI application of one sandbox."""
    web = _Web(sandbox)
    return Starlette(
        routes=[
            Route("/api/{method}", web.web_api, methods=["GET", "POST"]),
            Route("/hooks/{key}", web.hook, methods=["POST"]),
            Route("/sandbox/state", web.state),
            Route("/sandbox/channel", web.channel),
            Route("/sandbox/act/{name}", web.act, methods=["POST"]),
            Route("/sandbox/faults", web.faults, methods=["POST"]),
            Route("/sandbox/calls", web.calls),
            Route("/sandbox/events", web.events),
            Route("/", page),
            Route("/static/{file}", page),
        ]
    )


class _Web:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._play = Play(sandbox)

    async def web_api(self, request: Request) -> Response:
        return await endpoint.call(self._sandbox, request)

    async def hook(self, request: Request) -> Response:
        """Take what the bot sends to a response_url."""
        try:
            self._play.answer_to(request.path_params["key"], await request.json())
        except SlackError as error:
            return Response(error.code, status_code=404)
        return Response("ok")

    async def state(self, request: Request) -> Response:
        return JSONResponse(control.state(self._sandbox, request.query_params["user"]))

    async def channel(self, request: Request) -> Response:
        query = request.query_params
        try:
            found = control.channel(self._sandbox, query["user"], query["channel"])
        except KeyError:
            return _refused("There is no such channel for this person.")
        return JSONResponse(found)

    async def act(self, request: Request) -> Response:
        """Do something as a person."""
        name = request.path_params["name"]
        try:
            done = await control.act(self._play, name, await request.json())
        except (NotPossibleError, SlackError, TypeError, KeyError) as error:
            return _refused(str(error))
        return JSONResponse({"ok": True, **done})

    async def faults(self, request: Request) -> Response:
        try:
            _order(self._sandbox, await request.json())
        except (ValueError, TypeError, KeyError) as error:
            return _refused(f"That is no fault: {error}")
        return JSONResponse({"ok": True})

    async def calls(self, request: Request) -> Response:
        after = int(request.query_params.get("after", 0))
        return JSONResponse({"calls": [asdict(call) for call in self._sandbox.calls[after:]]})

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


def _order(sandbox: Sandbox, wanted: dict[str, Any]) -> None:
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
    sandbox.touch()


def _refused(reason: str) -> Response:
    return JSONResponse({"ok": False, "error": reason}, status_code=400)
