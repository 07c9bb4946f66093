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
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Fault
from bot.sandbox.play import NotPossibleError, Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api import endpoint

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = "default-src 'self'; img-src 'self' data:"
HEARTBEAT = 15.0  # seconds


def create_app(sandbox: Sandbox) -> Starlette:
    """Return the ASGI application of one sandbox."""
    play = Play(sandbox)

    async def web_api(request: Request) -> Response:
        return await endpoint.call(sandbox, request)

    async def hook(request: Request) -> Response:
        try:
            play.answer_to(request.path_params["key"], await request.json())
        except SlackError as error:
            return Response(error.code, status_code=404)
        return Response("ok")

    async def state(request: Request) -> Response:
        return JSONResponse(control.state(sandbox, request.query_params["user"]))

    async def channel(request: Request) -> Response:
        query = request.query_params
        try:
            return JSONResponse(control.channel(sandbox, query["user"], query["channel"]))
        except KeyError:
            return _refused("There is no such channel for this person.")

    async def act(request: Request) -> Response:
        try:
            done = await control.act(play, request.path_params["name"], await request.json())
        except (NotPossibleError, SlackError, TypeError, KeyError) as error:
            return _refused(str(error))
        return JSONResponse({"ok": True, **done})

    async def faults(request: Request) -> Response:
        _order(sandbox, await request.json())
        return JSONResponse({"ok": True})

    async def calls(request: Request) -> Response:
        after = int(request.query_params.get("after", 0))
        return JSONResponse({"calls": [asdict(call) for call in sandbox.calls[after:]]})

    async def events(request: Request) -> Response:
        return StreamingResponse(_versions(sandbox, request), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/api/{method}", web_api, methods=["GET", "POST"]),
            Route("/hooks/{key}", hook, methods=["POST"]),
            Route("/sandbox/state", state),
            Route("/sandbox/channel", channel),
            Route("/sandbox/act/{name}", act, methods=["POST"]),
            Route("/sandbox/faults", faults, methods=["POST"]),
            Route("/sandbox/calls", calls),
            Route("/sandbox/events", events),
            Route("/", page),
            Route("/static/{file}", page),
        ]
    )


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
        sandbox.faults.add(Fault(**wanted["add"]))
    if "down" in wanted:
        sandbox.faults.down = bool(wanted["down"])
    if "latency" in wanted:
        sandbox.latency = float(wanted["latency"])
    if "rates" in wanted:
        sandbox.rates.enabled = bool(wanted["rates"])
    sandbox.touch()


def _refused(reason: str) -> Response:
    return JSONResponse({"ok": False, "error": reason}, status_code=400)
