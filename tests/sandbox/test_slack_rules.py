"""The sandbox itself: it refuses what Slack refuses, and tells the bot what Slack tells."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.app import create_app
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, EXT, GENERAL, LEA, MAX, SUPPORT, demo_workspace
from bot.sandbox.errors import NotPossibleError
from bot.sandbox.play import Play
from bot.sandbox.slack import Manifest, Sandbox
from bot.sandbox.workspace import Message
from tests.fakes.serving import served

Json = dict[str, Any]
GOOD = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value", "min_length": 2},
        }
    ],
}


@dataclass
class Bot:
    """An app of a few lines: keeps what it is sent and answers what it is told to."""

    events: list[Json] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    async def hear(self, request: Request) -> Response:
        self.requests.append(request)
        if "json" in request.headers["content-type"]:
            self.events.append((await request.json())["event"])
        return self.answers.pop(0) if self.answers else Response()


@dataclass
class Slack:
    sandbox: Sandbox
    client: httpx.AsyncClient
    bot: Bot

    @property
    def play(self) -> Play:
        return Play(self.sandbox)

    async def call(self, method: str, **arguments: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.sandbox.bot_token}"}
        answer = await self.client.post(f"/api/{method}", json=arguments, headers=headers)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def posted(self, text: str = "hello", **more: Any) -> str:
        answer = await self.call("chat.postMessage", channel=ESCALATIONS, text=text, **more)
        return str(answer["ts"])

    async def heard(self) -> list[Json]:
        await self.sandbox.delivery.idle()
        return self.bot.events

    async def opens(self, view: Json) -> Json:
        await self.play.shortcut(LEA, "any")
        trigger = next(reversed(self.sandbox.issued.triggers))
        return await self.call("views.open", trigger_id=trigger, view=view)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    sandbox, bot = Sandbox(workspace=demo_workspace()), Bot()
    sandbox.delivery.retry_delays = (0.0, 0.0, 0.0)
    app = Starlette(routes=[Route("/", bot.hear, methods=["POST"])])
    async with (
        served(create_app(sandbox)) as address,
        served(app, lifespan="off") as hook,
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
    ):
        sandbox.base_url = address
        sandbox.delivery.http.urls = [f"{hook}/"]
        yield Slack(sandbox, client, bot)
        await sandbox.aclose()


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("nothing.here", {}, "unknown_method"),
        ("chat.postMessage", {"channel": SUPPORT}, "no_text"),
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": SUPPORT, "blocks": ["text"]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": SUPPORT, "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": SUPPORT, "blocks": [GOOD] * 51}, "invalid_blocks"),
        ("conversations.list", {"limit": "many"}, "invalid_limit"),
        ("conversations.list", {"limit": 5000}, "invalid_limit"),
        ("conversations.list", {"cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": ESCALATIONS, "oldest": "y"}, "invalid_ts_oldest"),
        ("conversations.create", {"name": "With Spaces"}, "invalid_name_specials"),
        ("conversations.create", {"name": "general"}, "name_taken"),
        ("conversations.rename", {"channel": ESCALATIONS, "name": "general"}, "name_taken"),
        ("conversations.kick", {"channel": ESCALATIONS, "user": BOT}, "cant_kick_self"),
        ("conversations.kick", {"channel": ESCALATIONS, "user": EXT}, "not_in_channel"),
        ("conversations.invite", {"channel": GENERAL, "users": LEA}, "not_in_channel"),
        ("bookmarks.edit", {"channel_id": ESCALATIONS, "bookmark_id": "Bk1"}, "not_found"),
        ("views.open", {"trigger_id": "made-up", "view": FORM}, "invalid_trigger_id"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
async def test_what_slack_refuses_is_refused(
    slack: Slack, method: str, arguments: Json, error: str
) -> None:
    answer = await slack.call(method, **arguments)

    assert (answer["ok"], answer["error"]) == (False, error)


@pytest.mark.parametrize(
    ("body", "error"), [(b"{not json", "invalid_json"), (b"[1]", "json_not_object")]
)
async def test_a_malformed_body_is_refused_as_slack_does(
    slack: Slack, body: bytes, error: str
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await slack.client.post("/api/chat.postMessage", content=body, headers=headers)

    assert answer.json() == {"ok": False, "error": error}


async def test_scopes_are_those_of_the_kind_of_channel(slack: Slack) -> None:
    slack.sandbox.manifest = Manifest(scopes=frozenset({"channels:manage"}))

    private = await slack.call("conversations.create", name="secret", is_private=True)
    public = await slack.call("conversations.create", name="open")

    assert (private["error"], private["needed"]) == ("missing_scope", "groups:write")
    assert public["ok"]


async def test_reactions_are_added_once_read_and_removed_once(slack: Slack) -> None:
    where = {"channel": ESCALATIONS, "timestamp": await slack.posted()}

    added = [await slack.call("reactions.add", name="eyes", **where) for _ in range(2)]
    read = await slack.call("reactions.get", **where)
    removed = [await slack.call("reactions.remove", name="eyes", **where) for _ in range(2)]

    assert [a.get("error") for a in added] == [None, "already_reacted"]
    assert read["message"]["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]
    assert [r.get("error") for r in removed] == [None, "no_reaction"]


async def test_bookmarks_can_be_edited(slack: Slack) -> None:
    made = await slack.call(
        "bookmarks.add",
        channel_id=ESCALATIONS,
        title="Ticket",
        link="https://a.example",
        type="link",
    )

    edited = await slack.call(
        "bookmarks.edit",
        channel_id=ESCALATIONS,
        bookmark_id=made["bookmark"]["id"],
        title="New",
    )

    assert (edited["bookmark"]["title"], edited["bookmark"]["link"]) == ("New", "https://a.example")


async def test_the_bot_leaves_once(slack: Slack) -> None:
    left = [await slack.call("conversations.leave", channel=ESCALATIONS) for _ in range(2)]

    assert [answer.get("not_in_channel") for answer in left] == [None, True]


async def test_an_edited_message_is_told_with_what_it_was(slack: Slack) -> None:
    ts = await slack.posted("before")

    await slack.call("chat.update", channel=ESCALATIONS, ts=ts, text="after")

    event = (await slack.heard())[-1]
    assert event["subtype"] == "message_changed"
    assert event["message"]["text"] == "after"
    assert event["previous_message"]["text"] == "before"


async def test_an_edit_calls_only_whom_it_newly_names(slack: Slack) -> None:
    ts = await slack.posted(f"<@{LEA}>")

    await slack.call("chat.update", channel=ESCALATIONS, ts=ts, text=f"<@{LEA}> <@{MAX}>")

    assert [ping.what for ping in slack.sandbox.workspace.pings] == [LEA, MAX]


async def test_a_deleted_message_with_replies_leaves_a_tombstone(slack: Slack) -> None:
    ts = await slack.posted()
    slack.play.say(LEA, ESCALATIONS, "a reply", thread_ts=ts)

    await slack.call("chat.delete", channel=ESCALATIONS, ts=ts)

    event = (await slack.heard())[-1]
    assert event["subtype"] == "message_changed"
    assert event["message"]["subtype"] == "tombstone"


async def test_pins_of_people_and_of_the_bot_are_told(slack: Slack) -> None:
    ts = await slack.posted()

    await slack.call("pins.add", channel=ESCALATIONS, timestamp=ts)
    slack.play.unpin(LEA, ESCALATIONS, ts)

    kinds = [event["type"] for event in await slack.heard()]
    assert [k for k in kinds if k.startswith("pin_")] == ["pin_added", "pin_removed"]


async def test_the_home_is_told_of_and_shown_and_pressed(slack: Slack) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}

    await slack.play.open_home(LEA)
    published = await slack.call("views.publish", user_id=LEA, view=home)
    stale = await slack.call("views.publish", user_id=LEA, view=home, hash="old")
    pressed = await slack.play.click_in_home(LEA, "go")

    assert (await slack.heard())[-1]["type"] == "app_home_opened"
    assert published["view"]["hash"]
    assert stale["error"] == "hash_conflict"
    assert pressed.error is None


async def test_an_event_comes_again_until_it_is_accepted(slack: Slack) -> None:
    slack.bot.answers = [Response(status_code=500), Response(status_code=500)]

    slack.play.say(LEA, ESCALATIONS, "hello")
    await slack.heard()

    retries = [request.headers.get("x-slack-retry-num") for request in slack.bot.requests]
    assert retries == [None, "1", "2"]


async def test_an_event_the_bot_does_not_want_again_comes_once(slack: Slack) -> None:
    slack.bot.answers = [Response(status_code=500, headers={"x-slack-no-retry": "1"})]

    slack.play.say(LEA, ESCALATIONS, "hello")
    await slack.heard()

    assert len(slack.bot.requests) == 1


async def test_an_external_id_is_free_again_when_its_form_is_closed(slack: Slack) -> None:
    named = FORM | {"external_id": "one"}
    first = await slack.opens(named)

    taken = await slack.opens(named)
    await slack.play.close(LEA, first["view"]["id"])
    again = await slack.opens(named)

    assert taken["error"] == "duplicate_external_id"
    assert again["ok"]


async def test_a_form_is_first_held_to_its_own_rules(slack: Slack) -> None:
    view = (await slack.opens(FORM))["view"]["id"]

    empty = await slack.play.submit(LEA, view)
    await slack.play.fill(LEA, view, "name", "x")
    short = await slack.play.submit(LEA, view)

    assert "required" in empty.errors["name"]
    assert "Between 2" in short.errors["name"]
    assert len(slack.bot.requests) == 1  # the shortcut alone


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "dance"},
        {"response_action": "push"},
    ],
)
async def test_a_wrong_answer_to_a_submission_is_shown_as_trouble(
    slack: Slack, answer: Json
) -> None:
    view = (await slack.opens(FORM))["view"]["id"]
    await slack.play.fill(LEA, view, "name", "Acme")
    slack.bot.answers = [JSONResponse(answer)]

    done = await slack.play.submit(LEA, view)

    assert done.error is not None
    assert "trouble" in done.error
    assert slack.sandbox.workspace.open_view(LEA) is not None


async def test_a_select_beside_text_carries_its_state(slack: Slack) -> None:
    option = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
    select = {"type": "static_select", "action_id": "pick", "options": [option]}
    section = {**GOOD, "block_id": "choice", "accessory": select}
    view = (await slack.opens(FORM | {"blocks": [section]}))["view"]["id"]

    await slack.play.click_in_view(LEA, view, "pick", "1")

    state = slack.sandbox.workspace.views[view].state
    assert state["choice"]["pick"]["selected_option"] == option


def test_people_do_only_what_slacks_window_lets_them_do() -> None:
    sandbox = Sandbox(workspace=demo_workspace())
    play = Play(sandbox)
    ts = play.say(LEA, SUPPORT, "mine")
    with pytest.raises(NotPossibleError, match="Join"):
        play.say(LEA, "C0LEADERS", "hello")
    with pytest.raises(NotPossibleError, match="own messages"):
        play.edit(MAX, SUPPORT, ts, "yours")
    with pytest.raises(NotPossibleError, match="Only admins"):
        play.delete(MAX, SUPPORT, ts)
    with pytest.raises(NotPossibleError, match="invitation"):
        play.join(EXT, GENERAL)
    play.delete(EVA, SUPPORT, ts)
    assert sandbox.workspace.channels[SUPPORT].visible() == []


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("/sandbox/act/say", json.dumps({"user": LEA}), "application/json"),
        ("/sandbox/act/say", json.dumps({"user": LEA, "channel": "x", "text": "y"}), "text/plain"),
        ("/sandbox/act/say", "{", "application/json"),
        ("/sandbox/act/_channel", "{}", "application/json"),
        ("/sandbox/act/open_home", json.dumps({"user": "U404"}), "application/json"),
        ("/sandbox/faults", json.dumps({"add": {"kind": "none"}}), "application/json"),
        ("/sandbox/clock", json.dumps({"speed": -1}), "application/json"),
        ("/sandbox/clock", json.dumps({"jump": "x"}), "application/json"),
        ("/sandbox/reset", "{}", "application/json"),
        ("/hooks/made-up", "[]", "application/json"),
    ],
)
async def test_the_control_api_refuses_nonsense_in_words(
    slack: Slack, path: str, content: str, kind: str
) -> None:
    answer = await slack.client.post(path, content=content, headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query",
    ["/sandbox/channel", "/sandbox/state?user=U404", "/sandbox/channel?user=U404&channel=C404"],
)
async def test_the_control_api_says_what_is_missing(slack: Slack, query: str) -> None:
    answer = await slack.client.get(query)

    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_time_runs_faster_and_jumps(slack: Slack) -> None:
    before = slack.sandbox.clock.now()

    await slack.client.post("/sandbox/clock", json={"speed": 60, "jump": 3600})

    assert slack.sandbox.clock.now() - before >= 3600
    assert slack.sandbox.clock.speed == 60


async def test_nothing_is_said_to_a_page_that_sees_nothing_new(slack: Slack) -> None:
    version = slack.sandbox.version
    waiting = asyncio.create_task(slack.sandbox.changed(version))
    await asyncio.sleep(0)
    assert not waiting.done()

    message = Message(ts=slack.sandbox.clock.ts(), user=LEA, text="x")
    slack.sandbox.workspace.channels[SUPPORT].messages.append(message)
    slack.sandbox.touch()

    assert await waiting == version + 1
