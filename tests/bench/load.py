"""Signed requests sent at once, and how long each took."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.demo import LEA, SUPPORT, TEAM

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Signed:
    body: str
    headers: dict[str, str]


def signed(body: str) -> Signed:
    at = str(int(time.time()))
    verifier = SignatureVerifier("sandbox-secret")
    signature = verifier.generate_signature(timestamp=at, body=body) or ""
    headers = {
        "content-type": FORM,
        "x-slack-request-timestamp": at,
        "x-slack-signature": signature,
    }
    return Signed(body, headers)


def help_command(number: int) -> Signed:
    fields = {
        "command": "/escalate",
        "text": "help",
        "user_id": LEA,
        "team_id": TEAM,
        "channel_id": SUPPORT,
        "trigger_id": f"1.{number}",
    }
    return signed(urlencode(fields))


def submission(number: int) -> Signed:
    """Return a filled-in opening form, a different one for each number."""
    option = {"text": {"type": "plain_text", "text": "x"}}
    values = {
        "customer": {
            "opening_customer": {
                "type": "external_select",
                "selected_option": option | {"value": "id:1"},
            }
        },
        "title": {"value": {"type": "plain_text_input", "value": f"Orders stand still {number}"}},
        "severity": {
            "value": {"type": "static_select", "selected_option": option | {"value": "s2"}}
        },
        "customer_ask": {"value": {"type": "plain_text_input", "value": "Ship today's orders"}},
        "owner": {"value": {"type": "users_select", "selected_user": LEA}},
        "visibility": {
            "value": {"type": "radio_buttons", "selected_option": option | {"value": "public"}}
        },
    }
    view = {
        "id": f"V{number}",
        "team_id": TEAM,
        "type": "modal",
        "callback_id": "opening_form",
        "private_metadata": "{}",
        "state": {"values": values},
        "blocks": [],
    }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": LEA, "team_id": TEAM},
        "view": view,
    }
    return signed(urlencode({"payload": json.dumps(payload)}))


async def at_once(url: str, requests: Sequence[Signed], together: int) -> list[float]:
    """Send requests, that many at a time, and return the seconds each took."""
    took: list[float] = []
    queue = list(requests)
    connector = aiohttp.TCPConnector(limit=together)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def worker() -> None:
            while queue:
                request = queue.pop()
                started = time.perf_counter()
                async with session.post(
                    f"{url}/slack/events", data=request.body, headers=request.headers
                ) as answer:
                    body = await answer.text()
                    assert answer.status == 200, body
                    assert "errors" not in body, body
                took.append(time.perf_counter() - started)

        await asyncio.gather(*(worker() for _ in range(together)))
    return took


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
