"""Everything rendered or declared has a listener, and app.yaml says exactly what is used."""

import ast
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.command.commands import COMMANDS
from bot.domain.effect import Effect
from bot.domain.effects import EFFECTS
from bot.main import Warroom
from bot.sandbox.web_api import endpoint
from bot.sandbox.web_api.registry import METHODS
from bot.views.block_kit.action_ids import Action, Shortcut, View
from handlers.catch_all import CatchAll
from handlers.slash_command import SlashCommand
from tests.war_room import settings_for

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "app.yaml").read_text())
# Views that only show something: nothing can be submitted in them.
SHOWN_ONLY = {
    View.OPENING_PROGRESS.value,
    View.WHOLE_PLAN.value,
    View.MOVE_REFUSED.value,
    View.HOME.value,
    View.HUB.value,
    View.ANSWER.value,
}


@pytest.fixture
async def warroom(sqlite_url: str) -> AsyncIterator[Warroom]:
    made = Warroom(settings_for(sqlite_url, "http://127.0.0.1:1"))
    yield made
    await made.slack.gateway.close()
    await made.database.close()


def source() -> str:
    """Return the source of every listener's registration, as one text."""
    return "\n".join(p.read_text() for p in (ROOT / "handlers").rglob("*.py"))


async def hears(warroom: Warroom, body: dict[str, Any]) -> bool:
    """Say whether Bolt would give a request to a listener that does something with it.

    The real listeners are asked, as they were registered; what catches the rest does nothing.
    """
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    for listener in warroom.bolt._async_listeners:
        if await listener.async_matches(req=request, resp=BoltResponse(status=200)):
            return not isinstance(getattr(listener.ack_function, "__self__", None), CatchAll)
    return False


def pressed(action_id: str) -> dict[str, Any]:
    return {"type": "block_actions", "actions": [{"action_id": action_id, "block_id": "b"}]}


async def test_what_nobody_listens_to_is_found_out(warroom: Warroom) -> None:
    assert not await hears(warroom, pressed("made up"))
    assert not await hears(warroom, {"type": "shortcut", "callback_id": "made up"})


@pytest.mark.parametrize("kind", EFFECTS, ids=[kind.__name__ for kind in EFFECTS])
async def test_every_effect_has_a_performer(warroom: Warroom, kind: type[Effect]) -> None:
    assert kind in warroom.delivery._performers


@pytest.mark.parametrize("action", Action)
async def test_every_action_has_a_listener(warroom: Warroom, action: Action) -> None:
    assert await hears(warroom, pressed(action.value))


async def test_the_type_ahead_has_a_listener(warroom: Warroom) -> None:
    action = Action.OPENING_CUSTOMER.value
    asked = {"type": "block_suggestion", "action_id": action, "block_id": "b", "value": ""}

    assert await hears(warroom, asked)


@pytest.mark.parametrize("view", [v for v in View if v.value not in SHOWN_ONLY])
async def test_every_form_has_a_listener(warroom: Warroom, view: View) -> None:
    sent = {"type": "view_submission", "view": {"type": "modal", "callback_id": view.value}}

    assert await hears(warroom, sent)


async def test_every_shortcut_is_declared_and_has_a_listener(warroom: Warroom) -> None:
    declared = {s["callback_id"]: s["type"] for s in MANIFEST["features"]["shortcuts"]}
    assert set(declared) == {shortcut.value for shortcut in Shortcut}
    for callback_id, kind in declared.items():
        name = {"global": "shortcut", "message": "message_action"}[kind]
        assert await hears(warroom, {"type": name, "callback_id": callback_id}), callback_id


def test_views_name_what_can_be_pressed_by_the_enumerations() -> None:
    """A name written out in a view would have no listener, and no test above would know of it."""
    names = {"action_id", "callback_id", "action"}
    written = [
        (path.name, ast.unparse(node))
        for path in (ROOT / "bot" / "views").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name, value in named(node)
        if name in names and isinstance(value, ast.Constant | ast.JoinedStr)
    ]

    assert written == []


def named(node: ast.AST) -> Iterator[tuple[str | None, ast.expr]]:
    """Yield the arguments of a call and the entries of a dictionary, with their names."""
    if isinstance(node, ast.Call):
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield (key.value if isinstance(key, ast.Constant) else None), value  # type: ignore[misc]  # a string


async def test_every_word_is_in_the_help(warroom: Warroom) -> None:
    slash = next(e for e in warroom.listeners if isinstance(e, SlashCommand))
    usages = [usage for group in COMMANDS.values() for usage in group]
    helped = re.findall(r"\w+", " ".join(part for usage in usages for part in usage))

    assert slash.words <= set(helped)


async def test_every_command_is_declared_and_has_a_listener(warroom: Warroom) -> None:
    declared = {c["command"] for c in MANIFEST["features"]["slash_commands"]}

    assert declared == set(re.findall(r'app\.command\("(.+?)"\)', source()))
    for command in declared:
        assert await hears(warroom, {"command": command})


async def test_every_event_subscribed_to_is_heard(warroom: Warroom) -> None:
    for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
        event = {"type": name.partition(".")[0], "channel": "C1"}
        assert await hears(warroom, {"type": "event_callback", "event": event}), name


def test_the_events_listened_to_are_the_events_subscribed_to() -> None:
    listened = source()
    wanted = set(re.findall(r'app\.event\("(\w+)"\)', listened))
    wanted |= set(re.findall(r'"((?:channel|group)_\w+)": EntryKind', listened))
    wanted = (wanted - {"message"}) | {"message.channels", "message.groups"}
    # Only a channel's own message tells that it was made private.
    wanted -= {"channel_convert_to_private"}

    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == wanted


def test_the_scopes_asked_for_are_those_the_calls_need() -> None:
    granted = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    called = set()
    for path in (ROOT / "bot" / "slack").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                called |= {node.value} & METHODS.keys()
    needed = {scope for name in called for scope in METHODS[name].scopes}
    # Slack asks for these without a method of the Web API: commands and public posting.
    others = {"commands", "chat:write.public"}
    narrower = {s for s in needed if s.endswith((".invites", ".topic"))}

    assert endpoint.FAMILIES
    assert granted == (needed - narrower) | others


def test_limits_of_the_manifest_are_kept() -> None:
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    for shortcut in MANIFEST["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
