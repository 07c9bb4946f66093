"""A channel asks for the digest and gets it: at its minute, once, as it may read it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.demo import BOT, EVA, GENERAL, KIM, LEA, LEADERSHIP, MAX, NOOR, SUPPORT
from tests.journeys.digests import Leadership, leading
from tests.war_room import marked, words_of

TUESDAY = datetime(2026, 3, 24, 10, 0, tzinfo=UTC)  # the clocks of Europe change on Sunday
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def leaders(database_url: str) -> AsyncIterator[Leadership]:
    async with leading(database_url, TUESDAY) as opened:
        yield opened


async def test_a_channel_is_told_and_the_times_are_echoed(leaders: Leadership) -> None:
    said = await leaders.types("here weekdays 09:00")
    await leaders.room.settles()

    for time in ("Wed 25 Mar 2026 09:00", "Thu 26 Mar 2026 09:00", "Fri 27 Mar 2026 09:00"):
        assert f"{time} Europe/Lisbon" in said
    assert BOT in leaders.channel.members
    told = [words_of(m.blocks) for m in marked(leaders.channel, "note")]
    assert len(told) == 1
    assert f"Set up by @{NOOR}" in told[0]
    assert "weekdays 09:00 Europe/Lisbon" in told[0]

    again = await leaders.types("here weekdays 09:00 Europe/Lisbon", by=EVA)
    await leaders.room.settles()

    assert f"Set up by @{NOOR}" in again
    assert len(marked(leaders.channel, "note")) == 1


async def test_it_comes_at_its_minute_with_its_thread(leaders: Leadership) -> None:
    room = await leaders.room.opens(owner=EVA, severity="s1", title="Orders stand still")
    await leaders.types("here daily 09:00 Europe/Berlin")
    nine = datetime(2026, 3, 25, 8, 0, tzinfo=UTC)

    await leaders.comes(nine - MINUTE)
    assert leaders.digests() == []
    await leaders.comes(nine)

    (digest,) = leaders.digests()
    said = words_of(digest.blocks)
    assert "Digest of Wed 25 Mar 2026" in said
    assert "1 open: S1 1 (+1)" in said
    assert "1 new, 0 closed, 0 reopened, 0 de-escalated" in said
    assert "not acknowledged" in said
    assert f"ESC-2026-0001 Acme #{room.id} (Standard) · S1 · RED ↓ · day 1" in said
    assert "Late" not in said
    (thread,) = leaders.thread(digest)
    assert "All open, highest score first" in thread
    assert "Orders stand still" in thread


async def test_it_comes_every_day_also_when_the_clocks_change(leaders: Leadership) -> None:
    await leaders.types("here daily 01:30 Europe/Lisbon")  # skipped on 29 March

    sent = [await leaders.comes() for _ in range(7)]

    assert [f"{at:%d %H:%M}" for at in sent] == [
        "25 01:30",
        "26 01:30",
        "27 01:30",
        "28 01:30",
        "29 01:00",
        "30 00:30",
        "31 00:30",
    ]
    assert len(leaders.digests()) == 7


async def test_the_next_one_tells_what_moved(leaders: Leadership) -> None:
    first = await leaders.room.opens(owner=EVA, severity="s2", title="First")
    second = await leaders.room.opens(owner=EVA, severity="s3", title="Second")
    await leaders.types("here daily 09:00")
    await leaders.comes()

    await leaders.room.types("acknowledge", by=EVA, where=first.id)
    await leaders.room.types("severity s1 it spreads", by=EVA, where=first.id)
    await leaders.room.types("acknowledge", by=EVA, where=second.id)
    await leaders.room.does("status de_escalated solved", by=EVA, where=second.id)
    await leaders.comes()

    said = leaders.said()[-1]
    assert "1 open: S1 1 (+1) · S2 0 (−1) · S3 0 (−1)" in said  # noqa: RUF001
    assert "0 new, 0 closed, 0 reopened, 1 de-escalated" in said
    assert "Severity 1: ESC-2026-0001 Acme S2 → S1" in said
    assert "Resolved or closed 1: ESC-2026-0002 Acme" in said


async def test_when_nothing_is_open_it_is_one_line(leaders: Leadership) -> None:
    await leaders.types("here daily 09:00")

    await leaders.comes()

    (digest,) = leaders.digests()
    assert words_of(digest.blocks).strip() == "Nothing is open."
    assert leaders.thread(digest) == []


async def test_filters_limit_what_is_said(leaders: Leadership) -> None:
    await leaders.room.opens(customer="Acme", severity="s1", title="Grave")
    await leaders.room.opens(customer="Acme", severity="s3", title="Mild")
    await leaders.room.opens(customer="Globex", severity="s1", title="Other")
    said = await leaders.types("here daily 09:00 s1 s2 customer acme")
    assert 's1 s2 customer "Acme"' in said

    await leaders.comes()

    assert "1 open: S1 1" in leaders.said()[0]
    assert "Globex" not in leaders.said()[0] + str(leaders.thread(leaders.digests()[0]))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("here daily", "Add a time"),
        ("here daily 09:00 customer Umbrella", "Customer “Umbrella” not found."),
        ("here daily 09:00 category weather", "Unknown category “weather”. Categories:"),
        ("off", "This channel doesn't get a digest."),
        ("nonsense", "“nonsense” can't be used here. For example:"),
        ("", "This channel doesn't get a digest yet."),
    ],
)
async def test_what_cannot_be_is_said(leaders: Leadership, typed: str, problem: str) -> None:
    assert problem in await leaders.types(typed)
    assert await leaders.subscription() is None


async def test_somebody_else_may_change_it_and_end_it_openly(leaders: Leadership) -> None:
    await leaders.types("here daily 09:00")
    await leaders.types("here weekly fri 16:00", by=EVA)
    assert "weekly fri 16:00 Europe/Lisbon" in await leaders.types("")

    said = await leaders.types("off", by=EVA)
    await leaders.comes(TUESDAY + timedelta(days=7))

    assert "no longer gets the digest" in said
    told = [words_of(m.blocks) for m in marked(leaders.channel, "note")]
    assert [f"@{NOOR}" in told[0], f"@{EVA}" in told[1], len(told)] == [True, True, 3]
    assert f"@{EVA} turned off the digest in this channel." in told[2]
    assert leaders.digests() == []


async def test_it_is_read_privately_at_once(leaders: Leadership) -> None:
    await leaders.room.opens(owner=EVA, severity="s1", title="Orders stand still")
    before = len(leaders.room.called("chat.postMessage"))

    await leaders.types("now", by=MAX, where=SUPPORT)

    main, thread = leaders.room.ephemerals(MAX)
    assert "Preview: digest of Tue 24 Mar 2026" in main
    assert "1 open: S1 1 (+1)" in main
    assert "Orders stand still" in thread
    assert len(leaders.room.called("chat.postMessage")) == before


async def test_guests_get_none(leaders: Leadership) -> None:
    for typed in ("here daily 09:00", "now", "off", ""):
        said = await leaders.types(typed, by=KIM, where=GENERAL)
        assert "Guests can't run escalations" in said


async def test_a_private_channel_has_to_let_us_in_first(leaders: Leadership) -> None:
    leaders.channel.is_private = True

    refused = await leaders.types("here daily 09:00")
    leaders.room.play.invite(NOOR, LEADERSHIP, BOT)
    await leaders.types("here daily 09:00")
    await leaders.comes()

    assert "/invite @Warroom" in refused
    assert len(leaders.digests()) == 1


async def test_a_direct_message_is_no_channel(leaders: Leadership) -> None:
    await leaders.room.opens(by=LEA)
    dm = leaders.room.sandbox.workspace.dm(LEA)
    assert dm is not None

    said = await leaders.types("here daily 09:00", by=LEA, where=dm.id)

    assert "this is a direct message" in said
