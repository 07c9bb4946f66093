"""The HTTP door: what is let in, what is refused, and what Bolt would have got wrong."""

import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.__main__ import _config
from bot.main import Warroom
from bot.sandbox.demo import LEA, SUPPORT, TEAM
from tests.war_room import WarRoom, open_war_room, settings_for

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
    ],
    ids=["forged", "missing", "no number", "stale", "foreign digits"],
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
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "old", "id": "V1"}},
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "old", "id": "V1"}},
        {"type": "shortcut", "callback_id": "old"},
        {"type": "message_action", "callback_id": "old"},
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
