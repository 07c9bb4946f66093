"""A room that people do not mute: how much is said where nobody answers, and where people do.

Before rungs shared a thread and one moment one message, the same scripts counted: S1 for a day 123
messages in the room and 220 to one person; S2 for two hours 14 top level and 11 mentions of one.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import policy as demo_policy
from bot.sandbox.demo import EVA, LEADERSHIP, MAX
from bot.sandbox.workspace import Channel
from tests.fakes.moved_clock import MovedClock
from tests.journeys.quiet import heard, pass_time
from tests.war_room import WarRoom, marked, open_war_room, words_of

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
async def quiet(tmp_path: Path, sqlite_url: str) -> AsyncIterator[WarRoom]:
    clock, policy = MovedClock(TUESDAY), demo_policy.write(tmp_path)
    async with open_war_room(
        sqlite_url, clock=clock, slack_clock=clock.of_slack, warroom_policy=policy
    ) as war_room:
        yield war_room


@pytest.mark.timeout(240)
async def test_a_critical_escalation_that_nobody_answers_for_a_day(quiet: WarRoom) -> None:
    room = await quiet.opens(owner=EVA, severity="s1")

    await pass_time(quiet, timedelta(hours=24, minutes=1))

    found = heard(quiet, room)
    print(f"S1, unanswered for a day: {found}")  # noqa: T201
    assert found.room <= 25
    assert found.top_level <= 8
    assert found.most_direct <= 20
    leadership = quiet.sandbox.workspace.channels[LEADERSHIP]
    said = "".join(words_of(notice.blocks) for notice in marked(leadership, "notice"))
    for title in ("Time to acknowledge", "First response", "Workaround", "Resolution"):
        assert said.count(f"{title}: missed") == 1
        assert any(title in text for text in quiet.dm(EVA))


async def test_a_high_escalation_that_nobody_answers_for_two_hours(quiet: WarRoom) -> None:
    room = await quiet.opens(owner=EVA, severity="s2")

    await pass_time(quiet, timedelta(hours=2, minutes=1))

    found = heard(quiet, room)
    print(f"S2, unanswered for two hours: {found}")  # noqa: T201
    assert found.top_level <= 5
    assert found.most_mentions <= 3
    assert len(marked(room, "clocks")) == 1
    (missed,) = [n for n in marked(room, "notice") if n.thread_ts is None]
    for title in ("Time to acknowledge", "First response", "Next customer update"):
        assert f"{title}: missed" in words_of(missed.blocks)


async def test_where_people_answer_a_clock_says_one_thing_at_most(quiet: WarRoom) -> None:
    room = await quiet.opens(owner=EVA, severity="s2")
    for minutes, words in (
        (20, "acknowledge"),
        (26, "met first_response called Ana"),
        (61, "met next_update https://example.com/update"),
    ):
        await pass_time(quiet, timedelta(minutes=minutes))
        await is_on_it(quiet, room)
        act = quiet.does if words.startswith("met") else quiet.types
        await act(words, by=EVA, where=room.id)
        await quiet.settles()
    await pass_time(quiet, timedelta(hours=1))

    steps = Counter(
        title
        for notice in marked(room, "notice")
        for title in ("Time to acknowledge", "First response", "Next customer update", "Workaround")
        if f"{title}: " in words_of(notice.blocks)
    )
    found = heard(quiet, room)
    most = max(steps.values())
    print(f"S2, answered: {found}; {most} message about the same clock")  # noqa: T201
    assert most == 1


async def is_on_it(war_room: WarRoom, room: Channel) -> None:
    """Have somebody press every button that is there to say so."""
    while waiting := [m for m in marked(room, "clocks") if "rung_acknowledge" in str(m.blocks)]:
        await war_room.play.click(MAX, room.id, waiting[0].ts, "rung_acknowledge")
        await war_room.settles()
