"""What a fast clock shows within minutes: a promise warned of, broken, and kept late; a digest."""

from datetime import timedelta

from bot.sandbox.demo import EVA, LEADERSHIP, NOOR
from bot.workers.digest.sweep import DigestSweep
from tests.journeys.test_sla_clocks import clocks, passes, rungs
from tests.war_room import WarRoom, marked, words_of


async def test_what_is_broken_is_in_the_digest_whichever_clock_it_is(war_room: WarRoom) -> None:
    await war_room.opens(owner=EVA, severity="s1")
    await passes(war_room, timedelta(minutes=40))
    await war_room.types("digest now", by=NOOR, where=LEADERSHIP)
    await war_room.settles()

    digest = "".join(war_room.ephemerals(NOOR))
    assert "Breached 3: " in digest
    for name in (
        "Time to acknowledge",
        "First response",
        "Next customer update",
        "Workaround",
        "Resolution",
    ):
        assert f"{name} due" in digest


async def test_a_clock_warns_breaches_climbs_and_recovers_and_a_digest_arrives(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(owner=EVA, severity="s1")

    def told(point: str) -> bool:
        return any(f"Time to acknowledge: {point}" in text for text in rungs(room))

    for minutes, point in ((12.5, "80%"), (3, "missed")):
        assert not told(point)
        await passes(war_room, timedelta(minutes=minutes))
        assert told(point)
    assert "SLA breaches: Time to acknowledge since" in words_of(marked(room, "card")[0].blocks)

    await war_room.types("acknowledge", by=EVA, where=room.id)
    await war_room.settles()
    assert any(
        "Time to acknowledge: recovered, " in words_of(m.blocks) for m in marked(room, "said")
    )
    card = words_of(marked(room, "card")[0].blocks)
    assert "Recovered: Time to acknowledge met late" in card
    assert "SLA breaches" not in card
    await war_room.does("met first_response called Ana", by=EVA, where=room.id)
    said = await clocks(war_room, room)
    assert "Time to acknowledge: met late" in said
    assert "First response: met" in said
    assert "No breach record yet" in said

    soon = war_room.now() + timedelta(minutes=3)
    await war_room.types(f"digest here daily {soon:%H:%M} UTC", by=NOOR, where=LEADERSHIP)
    await war_room.settles()
    leadership = war_room.sandbox.workspace.channels[LEADERSHIP]
    assert marked(leadership, "digest") == []
    war_room.passes(minutes=3)
    await DigestSweep(war_room.bot.services.digests).sweep()
    await war_room.settles()

    digest = words_of(marked(leadership, "digest")[0].blocks)
    assert "Recovered 1: " in digest
    assert "Time to acknowledge due" in digest
    assert "met late" in digest
