"""The HTTP door: what is let in, what is refused, and what Bolt would have got wrong."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from bot.__main__ import _config
from bot.main import Warroom
from bot.sandbox.demo import LEA, SUPPORT, TEAM
from handlers.transport import http, http_protocol
from handlers.transport.http import Recent
from tests.fakes.serving import served
from tests.war_room import WarRoom, marked, open_war_room, settings_for, words_of

FORM = "application/x-www-form-urlencoded"
COMMAND = {
    "command": "/escalate",
    "text": "help",
    "user_id": LEA,
    "team_id": TEAM,
    "channel_id": SUPPORT,
    "trigger_id": "1.2.3",
}


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(sqlite_url) as opened:
        yield opened


def signed(body: str, *, timestamp: str | None = None, kind: str = FORM) -> dict[str, str]:
    at = timestamp or str(int(time.time()))
    signature = SignatureVerifier("sandbox-secret").generate_signature(timestamp=at, body=body)
    return {
        "content-type": kind,
        "x-slack-request-timestamp": at,
        "x-slack-signature": signature or "",
    }


async def post(room: WarRoom, body: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(
            room.sandbox.delivery.http.urls[0], content=body.encode(), headers=headers
        )


async def test_a_signed_command_is_answered(room: WarRoom) -> None:
    body = urlencode(COMMAND)

    answer = await post(room, body, signed(body))

    assert answer.status_code == 200
    assert "/escalate help" in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "12345"},
        {"x-slack-request-timestamp": "١٢٣"},
        {"x-slack-request-timestamp": "1" * 400},
        {"x-slack-request-timestamp": "1" * 5000},
        {"x-slack-signature": "v0=\xe9"},
    ],
    ids=[
        "forged",
        "missing",
        "no number",
        "stale",
        "foreign digits",
        "400 digits",
        "5,000 digits",
        "no ASCII",
    ],
)
async def test_what_is_not_signed_by_slack_is_refused_and_never_logged(
    room: WarRoom, change: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    body = urlencode(COMMAND | {"text": "the customer's secret"})
    headers = [(k.encode(), v.encode()) for k, v in {**signed(body), **change}.items()]
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            room.sandbox.delivery.http.urls[0], content=body.encode(), headers=headers
        )

    out = capfd.readouterr()
    assert answer.status_code == 401
    assert "secret" not in out.out + out.err
    assert "Traceback" not in out.out + out.err


async def test_the_word_payload_in_a_command_is_only_a_word(room: WarRoom) -> None:
    await room.types("payload errors at Globex payload=1")

    title = room.form().state["title"]["value"]["value"]
    assert title == "payload errors at Globex payload=1"


@pytest.mark.parametrize("body", ["payload={", "payload=[1]", "payload=null"])
async def test_a_malformed_interaction_is_answered_400(room: WarRoom, body: str) -> None:
    assert (await post(room, body, signed(body))).status_code == 400


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "[" * 5000])
async def test_malformed_json_is_answered_400(room: WarRoom, body: str) -> None:
    answer = await post(room, body, signed(body, kind="application/json"))

    assert answer.status_code == 400


async def test_a_body_larger_than_any_of_slacks_is_refused(room: WarRoom) -> None:
    body = "x" * 1_100_000

    assert (await post(room, body, signed(body))).status_code == 413


async def test_slacks_own_questions_are_answered(room: WarRoom) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "abc"})
    limited = json.dumps({"type": "app_rate_limited", "minute_rate_limited": 1})
    check = "ssl_check=1&token=x"

    json_kind = "application/json"
    asked = await post(room, challenge, signed(challenge, kind=json_kind))

    assert asked.json() == {"challenge": "abc"}
    assert (await post(room, limited, signed(limited, kind=json_kind))).status_code == 200
    assert (await post(room, check, signed(check))).status_code == 200


@pytest.mark.parametrize(
    "unknown",
    [
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "old"}]},
        {
            "type": "view_submission",
            "view": {
                "type": "modal",
                "callback_id": "old",
                "id": "V1",
                "blocks": [],
                "state": {"values": {}},
            },
        },
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "old", "id": "V1"}},
        {"type": "shortcut", "callback_id": "old"},
        {
            "type": "message_action",
            "callback_id": "old",
            "channel": {"id": SUPPORT},
            "message": {"ts": "1.2"},
        },
        {"type": "block_suggestion", "action_id": "old", "block_id": "b", "value": ""},
    ],
    ids=lambda body: str(body["type"]),
)
async def test_what_nobody_listens_to_is_acknowledged(
    room: WarRoom, unknown: dict[str, object]
) -> None:
    about = {"user": {"id": LEA, "team_id": TEAM}, "team": {"id": TEAM}}
    body = urlencode({"payload": json.dumps(unknown | about)})

    assert (await post(room, body, signed(body))).status_code == 200


async def test_an_event_nobody_listens_to_is_acknowledged(room: WarRoom) -> None:
    event = {"type": "event_callback", "event_id": "Ev1", "team_id": TEAM}
    body = json.dumps(event | {"event": {"type": "emoji_changed"}})

    answer = await post(room, body, signed(body, kind="application/json"))

    assert answer.status_code == 200


async def test_oauth_variables_of_the_environment_change_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "other")
    async with open_war_room(sqlite_url) as room:
        await room.types("SSO is down")

        assert room.form().state["title"]["value"]["value"] == "SSO is down"
        assert {c.error for c in room.sandbox.calls} == {None}


async def test_an_unused_connection_is_kept_longer_than_proxies_keep_theirs(
    sqlite_url: str,
) -> None:
    """A proxy that sends into a connection that is being closed loses what a person did."""
    settings = settings_for(sqlite_url, "http://127.0.0.1:1")
    warroom = Warroom(settings)

    assert _config(warroom, settings).timeout_keep_alive > 60

    await warroom.slack.gateway.close()
    await warroom.database.close()


async def test_health_and_readiness(room: WarRoom) -> None:
    base = room.sandbox.delivery.http.urls[0].removesuffix("/slack/events")
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        assert (await client.get("/healthz")).json() == {"ok": True}
        assert (await client.get("/readyz")).json() == {"ok": True, "problems": {}}

        room.sandbox.token_error = "token_revoked"
        await room.types("SSO is down")
        not_ready = await client.get("/readyz")

    assert not_ready.status_code == 503
    assert "reinstall" in not_ready.json()["problems"]["slack"]


MALFORMED = [
    {"type": "event_callback"},
    {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}},
    {"type": "event_callback", "event_id": "Ev1", "event": {"type": "channel_rename"}},
    {"type": "block_actions", "user": {"id": LEA}},
    {"type": "block_actions", "user": {"id": LEA}, "actions": []},
    {"type": "block_actions", "user": {"id": LEA}, "actions": [1]},
    {"type": "block_actions", "user": "lea", "actions": [{"action_id": "move"}]},
    {"type": "view_submission", "user": {"id": LEA}, "view": {"callback_id": "item_form"}},
    {"type": "message_action", "user": {"id": LEA}, "callback_id": "escalate_message"},
]


@pytest.mark.parametrize("body", MALFORMED, ids=str)
async def test_what_slack_never_sends_is_answered_400_in_one_line(
    room: WarRoom, body: dict[str, object], capfd: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body)
    form = "payload=" + quote(text)
    is_event = body["type"] == "event_callback"

    sent = text if is_event else form
    answer = await post(room, sent, signed(sent, kind="application/json" if is_event else FORM))

    assert answer.status_code == 400
    assert "Traceback" not in capfd.readouterr().err


async def test_no_address_is_redirected(room: WarRoom) -> None:
    address = room.sandbox.delivery.http.urls[0].removesuffix("/slack/events")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/healthz/", headers={"host": "evil.example"})

    assert answer.status_code == 404
    assert "evil.example" not in str(answer.headers)


async def test_health_is_asked_once_for_many_who_want_it() -> None:
    asked: list[int] = []
    now = [0.0]

    async def ask() -> int:
        asked.append(1)
        await asyncio.sleep(0)
        return len(asked)

    recent = Recent(ask, lambda: now[0])

    assert await asyncio.gather(*(recent.get() for _ in range(60))) == [1] * 60
    now[0] = 2.0
    assert await recent.get() == 2


async def unfinished(room: WarRoom, head: bytes) -> tuple[asyncio.StreamReader, Any]:
    """Open a connection and send the beginning of a request."""
    address = httpx.URL(room.sandbox.delivery.http.urls[0])
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(head)
    await writer.drain()
    return reader, writer


async def test_a_body_that_does_not_come_is_given_up(
    room: WarRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.05)
    head = b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf"

    reader, writer = await unfinished(room, head)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_bodies_together_hold_no_more_than_their_share(
    room: WarRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_HELD", 1_000)
    head = b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 2000\r\n\r\n"

    reader, writer = await unfinished(room, head + b"x" * 1_500)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("head", [b"", b"POST /slack/ev"], ids=["nothing", "half a line"])
async def test_a_head_that_does_not_come_is_given_up(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.05)
    async with served(Starlette(), http=http_protocol.PunctualProtocol) as address:
        url = httpx.URL(address)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(head)

        assert await reader.read() == b""
        writer.close()


async def test_the_server_of_run_is_punctual(room: WarRoom) -> None:
    config = _config(room.bot, settings_for("sqlite://", "http://slack.invalid"))

    assert config.http is http_protocol.PunctualProtocol
    assert config.limit_concurrency == http.MAX_CONNECTIONS


async def test_the_same_signed_request_is_recorded_once(room: WarRoom) -> None:
    channel = await room.opens()
    fields = COMMAND | {"text": "decide ship it", "channel_id": channel.id, "trigger_id": "7.7.7"}
    body = urlencode(fields)
    headers = signed(body)

    answers = [await post(room, body, headers) for _ in range(3)]
    await room.settles()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    said = [m for m in marked(channel, "item") if "ship it" in words_of(m.blocks)]
    assert len(said) == 1
