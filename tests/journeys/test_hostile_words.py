"""Hostile text behind every word of the command: answered, harmless, stored, and shown as read."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.sandbox.demo import KIM, LEA
from bot.sandbox.workspace import Channel
from handlers.slash_command import SlashCommand
from tests.journeys.test_hostile_forms import texts, writes_everywhere
from tests.war_room import BOT, WarRoom, open_war_room

# What no form and no address can carry is sent as Socket Mode does, in JSON.
UNSTORABLE = "a\0b \ud800 c\udfff d"
TEXTS = {
    "notation": (
        f"<@{KIM}|kim> in <#C0SUPPORT|support> <!channel> <!subteam^S0SRE0001|@sre> R&D <5 "
        "https://x.example/?a=1&b=2"
    ),
    "unseen": (
        "\u202egnp\u202c \u200bzero\ufeff width\u00ad \u2066x\u2069 \U0001f469\U0001f3fd\u200d"
        "\U0001f680 \U0001f44d\U0001f3ff\u00a0nbsp\u3000wide\ttab\nline"
    ),
    "long": "word " * 2400,
    "programs": (
        '\'; DROP TABLE items;-- {"a": 1} *b* _i_ ~s~ `c` ```d``` > q | [x](javascript:alert(1)) '
        "%s {0} ${x} \\u0000"
    ),
}
# They end or archive what the others act on.
LAST = ("deescalate", "resolve", "confirm", "close", "reopen")
WITH_A_LABEL = ("done", "start", "block", "cancel", "give", "postpone", "snooze", "edit", "reopen")
RAW = (f"<@{KIM}", "<#C0SUPPORT", "<!subteam", "&amp;", "&lt;", "\u202e", "\0")


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(sqlite_url) as opened:
        yield opened


def lines(war_room: WarRoom, text: str) -> Iterator[str]:
    """Yield what is typed behind the command: every word with the text behind it."""
    command = next(one for one in war_room.bot.listeners if isinstance(one, SlashCommand))
    for word in sorted(command.words, key=lambda word: (word in LAST, word)):
        yield f"{word} {text}"
        yield f"{word}\n{text}"
        if word in WITH_A_LABEL:
            yield f"{word}\u00a0A-1\t{text}"
        if word == "severity":
            yield f"severity s2 {text}"
        if word == "pause":
            yield f"pause waiting_customer_info {text}"
    yield text


def seen(war_room: WarRoom) -> int:
    """Count what the bot has said and opened, wherever."""
    workspace = war_room.sandbox.workspace
    messages = sum(len(channel.messages) for channel in workspace.channels.values())
    return messages + len(workspace.ephemerals) + len(workspace.views)


def leaves(node: Any) -> Iterator[str]:
    """Yield the texts in which Slack parses nothing."""
    if isinstance(node, list):
        for inner in node:
            yield from leaves(inner)
    elif isinstance(node, dict):
        if node.get("type") in {"text", "plain_text"}:
            yield str(node["text"])
        for inner in node.values():
            yield from leaves(inner)


def shown(war_room: WarRoom) -> Iterator[str]:
    workspace = war_room.sandbox.workspace
    for channel in workspace.channels.values():
        for message in channel.visible():
            if message.user == BOT:
                yield from leaves(message.blocks)
    for answer in workspace.ephemerals:
        yield from leaves(answer.blocks)
    for view in workspace.views.values():
        yield from leaves(view.view)


def assert_harmless(war_room: WarRoom) -> None:
    workspace = war_room.sandbox.workspace
    assert not [ping for ping in workspace.pings if ping.kind == "broadcast"]
    assert KIM not in {ping.what for ping in workspace.pings}
    assert KIM not in {user for room in war_room.rooms() for user in room.members}
    said = list(shown(war_room))
    assert not [text for text in said if any(raw in text for raw in RAW)]
    assert not [text for text in said if "Something went wrong" in text]
    refused = {call.error for call in war_room.sandbox.calls if call.error}
    assert not refused & {"invalid_blocks", "invalid_arguments", "msg_too_long", "too_long"}


async def opens_with_an_action(war_room: WarRoom) -> Channel:
    room = await war_room.opens(owner=LEA)
    await war_room.types(f"action <@{LEA}|lea> by 2030-05-03 17:00 Replay", where=room.id)
    await war_room.settles()
    return room


async def submits_or_closes(war_room: WarRoom, text: str, filled: set[str]) -> None:
    """Write the text everywhere into a form that was not filled in before; close it otherwise."""
    view = war_room.form().view
    name = f"{view['callback_id']} {view['title']['text']}"
    if name not in filled and texts(view["blocks"]):
        filled.add(name)
        await writes_everywhere(war_room, text)
    for opened in war_room.sandbox.workspace.stack_of(LEA):
        opened.closed = True


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_hostile_text_behind_every_word_is_answered_and_harmless(
    on_sqlite: WarRoom, text: str
) -> None:
    war_room, room = on_sqlite, await opens_with_an_action(on_sqlite)
    silent: list[str] = []
    filled: set[str] = set()
    for line in lines(war_room, text):
        before = seen(war_room)
        answer = await war_room.types(line, where=room.id)
        assert answer.error is None, (line[:60], answer.error)
        if war_room.sandbox.workspace.open_view(LEA) is not None:
            await submits_or_closes(war_room, text, filled)
        elif seen(war_room) == before:
            await war_room.settles()
            silent += [line[:60]] if seen(war_room) == before else []
    await war_room.settles()

    assert not silent
    assert_harmless(war_room)


async def test_what_no_database_takes_is_stored_behind_every_word(war_room: WarRoom) -> None:
    """On either database, as Socket Mode brings it."""
    room = await opens_with_an_action(war_room)
    play, place = war_room.play, war_room.sandbox.workspace.channels[room.id]
    for line in lines(war_room, UNSTORABLE):
        url = play._response_url(LEA, room.id)
        answer = await war_room.bot.inbound.answer(
            {**play._form(LEA, place, "/escalate", line, url)}
        )
        assert answer.status == 200, line
        await war_room.rests()
        for view in war_room.sandbox.workspace.stack_of(LEA):
            view.closed = True
    await war_room.settles()

    assert_harmless(war_room)
