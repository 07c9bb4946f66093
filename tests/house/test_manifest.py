"""Everything rendered or declared has a listener, and app.yaml says exactly what is used."""

import ast
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.main import Warroom
from bot.sandbox.web_api import endpoint
from bot.sandbox.web_api.registry import METHODS
from bot.views.action_ids import Action, Shortcut, View
from bot.views.replies import WORDS
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
}


@pytest.fixture
async def listened(sqlite_url: str) -> AsyncIterator[str]:
    """The source of every listener's registration, as one text."""
    warroom = Warroom(settings_for(sqlite_url, "http://127.0.0.1:1"))
    assert len(warroom.bolt._async_listeners) > 10
    yield "\n".join(p.read_text() for p in (ROOT / "handlers").glob("*.py"))
    await warroom.slack.gateway.close()
    await warroom.database.close()


def test_every_action_has_a_listener(listened: str) -> None:
    for action in Action:
        name = f"Action.{action.name}.value"
        assert f"app.action({name})" in listened, action


def test_the_type_ahead_has_a_listener(listened: str) -> None:
    assert "app.options(Action.OPENING_CUSTOMER.value)" in listened


def test_every_form_has_a_listener(listened: str) -> None:
    for view in View:
        if view.value not in SHOWN_ONLY:
            assert f"app.view(View.{view.name}.value)" in listened, view


def test_every_shortcut_is_declared_and_has_a_listener(listened: str) -> None:
    declared = {s["callback_id"]: s["type"] for s in MANIFEST["features"]["shortcuts"]}
    assert set(declared) == {shortcut.value for shortcut in Shortcut}
    for shortcut in Shortcut:
        kind = {"global": "global_shortcut", "message": "message_shortcut"}[declared[shortcut]]
        assert f"app.{kind}(Shortcut.{shortcut.name}.value)" in listened


async def test_every_word_is_in_the_help(sqlite_url: str) -> None:
    warroom = Warroom(settings_for(sqlite_url, "http://127.0.0.1:1"))
    slash = next(e for e in warroom.listeners if isinstance(e, SlashCommand))
    helped = re.findall(r"\w+", " ".join([*WORDS, *WORDS.values()]))

    assert slash.words <= set(helped)
    await warroom.slack.gateway.close()
    await warroom.database.close()


def test_every_command_is_declared_and_has_a_listener(listened: str) -> None:
    declared = {c["command"] for c in MANIFEST["features"]["slash_commands"]}

    assert declared == set(re.findall(r'app\.command\("(.+?)"\)', listened))


def test_the_events_listened_to_are_the_events_subscribed_to(listened: str) -> None:
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
