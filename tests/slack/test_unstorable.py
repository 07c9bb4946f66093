"""Whatever Slack answers can be stored: NUL and halves of surrogate pairs are taken out."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId, TeamId
from bot.slack.caller import Caller
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway
from tests.fakes.serving import served

BROKEN = "a\0b \ud800 c"
ANSWERS = {
    "reactions.get": {"message": {"ts": "1.2", "user": "U0EVA0001", "text": BROKEN}},
    "users.info": {"user": {"id": "U0EVA0001", "real_name": f"{BROKEN} R&amp;D", "tz": "\0"}},
    "conversations.info": {"channel": {"name": BROKEN}},
}


async def answer(request: Request) -> Response:
    body = {"ok": True, **ANSWERS[request.path_params["method"]]}
    return Response(json.dumps(body), media_type="application/json")


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    app = Starlette(routes=[Route("/api/{method}", answer, methods=["POST", "GET"])])
    async with served(app) as url:
        made = Caller("xoxb-sandbox", f"{url}/api/", timedelta(seconds=5))
        yield made
        await made.close()


async def test_a_message_a_name_and_a_channel_are_storable(caller: Caller) -> None:
    gateway = Gateway(caller)

    message = await gateway.message(ChannelId("C0SUPPORT"), MessageTs("1.2"))
    person = await Directory(caller, gateway).person(SlackUserId("U0EVA0001"), team=TeamId("T1"))
    channel = await gateway.channel(ChannelId("C0SUPPORT"))

    assert message is not None
    assert (message.text, channel.name) == ("ab \ufffd c", "ab \ufffd c")
    assert (person.name, person.time_zone) == ("ab \ufffd c R&D", "UTC")
