"""A lower severity after people were told: what was broken stays so, the rest is told anew."""

from datetime import timedelta

import pytest

from bot.sandbox.demo import EVA, MAX
from bot.sandbox.workspace import Channel
from tests.journeys.test_sla_clocks import notices, only_workaround_runs, passes
from tests.war_room import WarRoom, words_of


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX], severity="s1")


async def test_a_downgrade_after_a_breach_repeats_what_was_broken_and_not_the_new_promise(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(minutes=16))
    missed = words_of(notices(room, "Time to acknowledge: missed")[-1].blocks)
    assert "(15 minutes)" in missed

    await war_room.types("severity s3 one site only", by=EVA, where=room.id)
    await passes(war_room, timedelta(hours=1))

    assert "(15 minutes)" in words_of(notices(room, "Time to acknowledge: missed")[-1].blocks)
    assert "4 business hours" not in "".join(words_of(n.blocks) for n in notices(room))
    assert not any("4 business hours" in text for text in war_room.dm(EVA))


async def test_what_lies_ahead_again_after_a_downgrade_is_told_again_when_it_comes(
    war_room: WarRoom, room: Channel
) -> None:
    await only_workaround_runs(war_room, room)
    await passes(war_room, timedelta(hours=3, minutes=1))
    (told,) = notices(room, "Workaround: 75% used")

    await war_room.types("severity s3 one site only", by=EVA, where=room.id)
    await war_room.settles()

    assert "Now due" in words_of(notices(room, "Workaround")[0].blocks)
    direct = len(war_room.dm(EVA))
    await passes(war_room, timedelta(hours=2))
    assert len(war_room.dm(EVA)) == direct
    await passes(war_room, timedelta(days=5))
    again = notices(room, "Workaround: ")
    assert len(again) > 1
    assert again[-1].ts != told.ts
