"""What both doors do with a request of Slack's: number it, time it, hand it to Bolt."""

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.text.storable import storable_json
from bot.metrics import Metrics
from bot.services.requests import Requests
from bot.services.rooms.reconciliation import Reconciliation
from bot.views.block_kit.action_ids import View
from handlers.transport.request_shape import is_wellformed

log = structlog.get_logger(__name__)

Json = dict[str, Any]
Headers = Mapping[str, str | Sequence[str]]
# What happens once an interaction was answered: it begins work and does none.
Follow = Callable[[Json, BoltResponse], None]


class Inbound:
    """Every line logged for a request carries its id, what it is, and where it comes from."""

    def __init__(
        self,
        bolt: AsyncApp,
        requests: Requests,
        metrics: Metrics,
        reconciliation: Reconciliation,
        follow: Follow,
    ) -> None:
        self._bolt = bolt
        self._requests = requests
        self._metrics = metrics
        self._reconciliation = reconciliation
        self._follow = follow

    async def events_lost(self) -> None:
        """Have found out from Slack what the events told that never came."""
        log.error("events_lost")
        await self._reconciliation.events_lost()

    def was_away(self) -> None:
        """Note that Slack could not reach us for a while, which may have cost events."""
        self._reconciliation.fell_behind()

    async def answer(self, body: Json, headers: Headers | None = None) -> BoltResponse:
        """Return Bolt's answer to a request that was verified and parsed."""
        kind, started = kind_of(body), time.perf_counter()
        request_id = uuid.uuid4().hex[:12]
        with structlog.contextvars.bound_contextvars(
            request=request_id, kind=kind, channel=channel_of(body)
        ):
            if not is_wellformed(body):
                log.warning("malformed_request")
                return BoltResponse(status=400, body="malformed request")
            # A verified dictionary enters Bolt the way Socket Mode's do: it is not parsed again.
            stored = storable_json(body)
            request = AsyncBoltRequest(body=stored, mode="socket_mode", headers=dict(headers or {}))
            with self._requests.naming(key_of(stored)):
                answer = await self._bolt.async_dispatch(request)
            seconds = time.perf_counter() - started
            log.debug("answered", status=answer.status, seconds=round(seconds, 4))
        self._metrics.acked(kind, seconds)
        if kind == "interaction":
            self._follow(stored, answer)
        return answer


def key_of(body: Json) -> str | None:
    """Return what only this request has; None for those that are told apart by something else.

    Events carry an id and the opening form a key of its own, both kept with what they record. A
    form that is drawn again has another hash.
    """
    view = body.get("view")
    if body.get("type") == "view_submission" and isinstance(view, dict):
        if view.get("callback_id") == View.OPENING_FORM.value:
            return None
        return f"view:{view.get('id')}:{view.get('hash', '')}"
    trigger = body.get("trigger_id")
    if not isinstance(trigger, str) or body.get("type") == "event_callback":
        return None
    return f"trigger:{hashlib.sha256(trigger.encode('utf-8', 'replace')).hexdigest()[:32]}"


def kind_of(body: Json) -> str:
    """Return which of Slack's four kinds of requests it is."""
    if "command" in body:
        return "command"
    return {"event_callback": "event", "block_suggestion": "options"}.get(
        str(body.get("type")), "interaction"
    )


def channel_of(body: Json) -> str | None:
    """Return the id of the channel a request is about; None when it is about none."""
    event = body.get("event")
    about = event if isinstance(event, dict) else body
    found = about.get("channel") or about.get("channel_id")
    if isinstance(found, dict):
        found = found.get("id")
    return found if isinstance(found, str) else None
