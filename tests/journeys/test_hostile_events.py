"""Hostile text in every event, shortcut and type-ahead: taken, stored, and retried by nobody."""

from typing import Any

import pytest
import yaml

from bot.sandbox.demo import EVA, LEA, MAX, TEAM
from bot.sandbox.workspace import Channel
from bot.views.block_kit.action_ids import Shortcut
from storage.queue import outbox
from tests.journeys.test_hostile_words import TEXTS, UNSTORABLE, assert_harmless
from tests.war_room import MANIFEST, WarRoom

Json = dict[str, Any]
HOSTILE = {**TEXTS, "unstorable": UNSTORABLE, "empty": ""}
EVENTS = [
    name.partition(".")[0]
    for name in yaml.safe_load(MANIFEST.read_text())["settings"]["event_subscriptions"][
        "bot_events"
    ]
]
SUBTYPES = (None, "file_share", "message_changed", "message_deleted", "channel_convert_to_private")


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX])


def body(event: Json, number: int) -> Json:
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": f"EvHOSTILE{number}",
        "event": event,
    }


def event(name: str, room: Channel, ts: str, text: str, subtype: str | None = None) -> Json:
    """Return an event with the text wherever Slack puts what people wrote."""
    is_about_channel = name.endswith(("_rename", "_shared", "_unshared"))
    message = {"ts": ts, "user": EVA, "text": text}
    about: Json = {
        "type": name,
        "user": EVA,
        "actor_id": EVA,
        "text": text,
        "ts": ts,
        "thread_ts": ts,
        "event_ts": ts,
        "tab": text or "home",
        "reaction": text or "scales",
        "channel": {"id": room.id, "name": text} if is_about_channel else room.id,
        "item": {"type": "message", "channel": room.id, "ts": ts},
        "message": message,
        "deleted_ts": ts,
        "previous_message": message,
    }
    if name == "user_change":
        profile = {"display_name": text, "real_name": text, "title": text}
        about["user"] = {"id": EVA, "team_id": TEAM, "name": text, "tz": text, "profile": profile}
    return {**about, "subtype": subtype} if subtype else about


async def test_hostile_text_in_every_event_is_taken(war_room: WarRoom, room: Channel) -> None:
    harmless = [name for name in dict.fromkeys(EVENTS) if "deleted" not in name]
    kinds = [(name, sub) for name in harmless for sub in SUBTYPES if name == "message" or not sub]
    number = 0
    for text in HOSTILE.values():
        ts = war_room.play.say(EVA, room.id, "Replay the export")
        war_room.play.react(EVA, room.id, ts, "scales")
        for name, subtype in kinds:
            number += 1
            answer = await war_room.bot.inbound.answer(
                body(event(name, room, ts, text, subtype), number)
            )
            assert answer.status == 200, (name, text[:40])
    await war_room.settles()

    async with war_room.bot.database.reading() as tx:
        left = await outbox.backlog(tx)
    assert left.dead == 0
    await war_room.types("list")
    assert "ESC-" in war_room.ephemerals()[-1]
    assert_harmless(war_room)


async def test_hostile_text_under_every_shortcut_is_shown_as_it_reads(
    war_room: WarRoom, room: Channel
) -> None:
    shortcuts = [one.value for one in Shortcut if one is not Shortcut.OPEN_ESCALATION]
    ts = war_room.play.say(EVA, room.id, "Replay the export")
    for text in HOSTILE.values():
        for callback_id in shortcuts:
            payload = war_room.play._payload("message_action", LEA) | {
                "callback_id": callback_id,
                "message_ts": ts,
                "message": {"ts": ts, "user": EVA, "text": text},
                "channel": {"id": room.id, "name": room.name},
                "response_url": war_room.play._response_url(LEA, room.id),
            }
            answer = await war_room.bot.inbound.answer(payload)
            await war_room.rests()
            assert answer.status == 200
            done = await war_room.submits()
            assert done.error is None, (callback_id, text[:40], done.error)
            for view in war_room.sandbox.workspace.stack_of(LEA):
                view.closed = True
    await war_room.settles()

    assert_harmless(war_room)


async def test_hostile_text_in_the_type_ahead_finds_or_offers_something(war_room: WarRoom) -> None:
    await war_room.types("")
    view = war_room.form()
    for text in HOSTILE.values():
        offered = await war_room.play.suggest(LEA, view.id, "customer", text[:200] or "x")
        assert offered
