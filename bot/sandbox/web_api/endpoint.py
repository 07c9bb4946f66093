"""One call of the Web API: arguments, faults, token, scopes, rates, then the method itself."""

import asyncio
import email.utils
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.errors import SlackError
from bot.sandbox.events import channel_kind
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.slack import Call, Sandbox
from bot.sandbox.web_api import chat, conversations, files, items, people, views
from bot.sandbox.web_api.registry import METHODS, Json, Method, is_true

FAMILIES = (
    chat,
    conversations,
    files,
    items,
    people,
    views,
)  # imported so that they register their methods


UPLOAD = "upload"  # how the posting of a file's bytes is named among calls and faults


async def call(sandbox: Sandbox, request: Request) -> Response:
    """Answer one call of the Web API as Slack would."""
    name = request.path_params["method"]
    record = Call(seq=len(sandbox.calls) + 1, method=name, args={}, at=sandbox.clock.now())
    sandbox.calls.append(record)
    try:
        record.args = await arguments(request)
    except SlackError as error:
        return JSONResponse(_refused(record, error))
    token = str(record.args.pop("token", "")) or request.headers.get("authorization", "")[7:]
    if sandbox.latency:
        await asyncio.sleep(sandbox.latency)
    fault = sandbox.faults.for_call(name, str(record.args.get("channel")))
    early = await _before(sandbox, fault)
    if early is not None:
        record.error = f"http_{early.status_code}"
        return early
    if fault is not None and fault.kind is FaultKind.NO_ANSWER:
        return await _nobody(request)
    answer, headers, status = _perform(sandbox, record, token, fault)
    if sandbox.on_call is not None:
        await sandbox.on_call(record)
    if fault is not None and fault.kind is FaultKind.DONE_NO_ANSWER:
        return await _nobody(request)
    return JSONResponse(answer, status_code=status, headers=headers)


async def upload(sandbox: Sandbox, request: Request) -> Response:
    """Take the bytes of a file as Slack's upload addresses do: no token, and no JSON."""
    record = Call(seq=len(sandbox.calls) + 1, method=UPLOAD, args={}, at=sandbox.clock.now())
    sandbox.calls.append(record)
    content = await request.body()
    fault = sandbox.faults.for_call(UPLOAD)
    early = await _before(sandbox, fault)
    if early is not None:
        record.error = f"http_{early.status_code}"
        return early
    if fault is not None and fault.kind is FaultKind.NO_ANSWER:
        return await _nobody(request)
    try:
        files.take(sandbox, request.path_params["key"], content)
    except SlackError as error:
        record.error = error.code
        return Response(error.code, status_code=400)
    record.ok = record.performed = True
    if fault is not None and fault.kind is FaultKind.DONE_NO_ANSWER:
        return await _nobody(request)
    return Response(f"OK - {len(content)}")


async def arguments(request: Request) -> Json:
    """Return what was sent in the query, as a form, or as JSON: the SDK uses all three.

    Raises:
        SlackError: The body is not what its content type says.
    """
    found: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "application/json" in kind:
        found |= _object(await request.body())
    elif "form" in kind:
        body = (await request.body()).decode(errors="replace")
        found |= dict(parse_qsl(body, keep_blank_values=True))
    return found


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


async def _before(sandbox: Sandbox, fault: Fault | None) -> Response | None:
    """Return the answer of a call that is not even looked at."""
    if sandbox.faults.down:
        return Response("down", status_code=503)
    if fault is None:
        return None
    if fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.delay)
    return _refusal(fault)


def _refusal(fault: Fault) -> Response | None:
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            body, headers = (
                {"ok": False, "error": "ratelimited"},
                {"Retry-After": f"{fault.retry_after:g}"},
            )
            return JSONResponse(body, status_code=429, headers=headers)
        case FaultKind.SERVER_ERROR:
            return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
        case FaultKind.HTML:
            return Response("<html>Bad gateway</html>", status_code=502, media_type="text/html")
        case _:
            return None


def _perform(
    sandbox: Sandbox, record: Call, token: str, fault: Fault | None
) -> tuple[Json, dict[str, str], int]:
    headers = {"Date": email.utils.formatdate(sandbox.clock.now(), usegmt=True)}
    try:
        _check_token(sandbox, record.method, token)
        _check_fault(fault)
        answer = _run(sandbox, record)
    except RateLimitedError as limited:
        record.error = "ratelimited"
        headers["Retry-After"] = str(max(1, round(limited.wait + 0.5)))
        return {"ok": False, "error": "ratelimited"}, headers, 429
    except SlackError as error:
        return _refused(record, error), headers, 200
    record.ok = record.performed = True
    if record.method == "auth.test":
        headers["x-oauth-scopes"] = ",".join(sorted(sandbox.manifest.scopes or ()))
    return {"ok": True, **answer}, headers, 200


def _refused(record: Call, error: SlackError) -> Json:
    record.error = error.code
    return {"ok": False, "error": error.code, **error.details}


class RateLimitedError(Exception):
    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def _run(sandbox: Sandbox, record: Call) -> Json:
    method = METHODS.get(record.method)
    if method is None:
        raise SlackError("unknown_method")
    _check_scopes(sandbox, method, record.args)
    channel: Any = record.args.get("channel")
    wait = sandbox.rates.refuse_for(record.method, method.tier, channel, sandbox.clock.now())
    if wait is not None:
        raise RateLimitedError(wait)
    return method.perform(sandbox, record.args)


def _check_scopes(sandbox: Sandbox, method: Method, args: Json) -> None:
    granted = sandbox.manifest.scopes
    needed = method.fitting(_kind_of_channel(sandbox, args))
    if needed and granted is not None and not granted & needed:
        provided = ",".join(sorted(granted))
        raise SlackError("missing_scope", needed=sorted(needed)[0], provided=provided)


def _kind_of_channel(sandbox: Sandbox, args: Json) -> str | None:
    """Return the kind of channel a call is about, None when it names none we know."""
    if "is_private" in args:
        return "group" if is_true(args["is_private"]) else "channel"
    place = sandbox.workspace.channels.get(str(args.get("channel") or args.get("channel_id")))
    return channel_kind(place) if place else None


def _check_token(sandbox: Sandbox, method: str, token: str) -> None:
    if not token:
        raise SlackError("not_authed")
    if sandbox.token_error:
        raise SlackError(sandbox.token_error)
    of_app = method == "apps.connections.open"
    if token in {sandbox.bot_token, sandbox.app_token} and of_app != (token == sandbox.app_token):
        raise SlackError("not_allowed_token_type")
    if token != (sandbox.app_token if of_app else sandbox.bot_token):
        raise SlackError("invalid_auth")


def _check_fault(fault: Fault | None) -> None:
    if fault is not None and fault.kind is FaultKind.ERROR:
        raise SlackError(fault.error)


async def _nobody(request: Request) -> Response:
    """Wait until the caller has lost patience, and then answer nobody."""
    while not await request.is_disconnected():  # noqa: ASYNC110  # Starlette offers no event
        await asyncio.sleep(0.02)
    return Response(status_code=499)
