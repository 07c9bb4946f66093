"""Digests on bad days: replicas, lost answers, restarts, downtime, and channels that went away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.demo import BOT, EVA, EXT, LEADERSHIP, NOOR
from bot.sandbox.faults import Fault, FaultKind
from bot.services.dead_letters import DeadLetters
from bot.workers.digest.sweep import DigestSweep
from tests.admin.command_line import environment, types_beside
from tests.journeys.digests import Leadership, leading
from tests.war_room import open_war_room

WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # in Lisbon as well
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def leaders(database_url: str) -> AsyncIterator[Leadership]:
    async with leading(database_url, WEDNESDAY) as opened:
        await opened.types("here daily 09:00 Europe/Lisbon")
        await opened.room.settles()
        yield opened


async def test_two_replicas_send_one(postgres_url: str) -> None:
    async with leading(postgres_url, WEDNESDAY, replicas=2) as leaders:
        await leaders.room.opens()
        await leaders.types("here daily 09:00 Europe/Lisbon")
        await leaders.room.settles()

        for day in range(5):
            leaders.clock.moves_to(NINE + day * DAY)
            bots = leaders.room.bots * 4
            await asyncio.gather(*(DigestSweep(bot.services.digests).sweep() for bot in bots))
            await leaders.room.settles()

        assert len(leaders.digests()) == 5
        assert [len(leaders.thread(digest)) for digest in leaders.digests()] == [1] * 5


@pytest.mark.parametrize(
    "kind", [FaultKind.DONE_NO_ANSWER, FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR]
)
@pytest.mark.parametrize("nth", [1, 2], ids=["message", "thread"])
async def test_one_comes_whatever_slack_answers(
    leaders: Leadership, kind: FaultKind, nth: int
) -> None:
    await leaders.room.opens()
    fault = Fault(kind=kind, method="chat.postMessage", nth=nth, retry_after=0.1)
    leaders.room.sandbox.faults.add(fault)

    await leaders.comes()

    (digest,) = leaders.digests()
    assert len(leaders.thread(digest)) == 1
    assert fault.seen > nth - 1
    found = await leaders.subscription()
    assert found is not None
    assert found.sent_for == NINE


async def test_a_process_that_dies_between_claim_and_post_loses_nothing(database_url: str) -> None:
    async with leading(database_url, WEDNESDAY, replicas=0) as leaders:
        async with leaders.running() as bot:
            await leaders.types("here daily 09:00 Europe/Lisbon")
            await leaders.room.settles()
            leaders.clock.moves_to(NINE)
            await bot.delivery.stop(timedelta(0))
            await DigestSweep(bot.services.digests).sweep()
            assert leaders.digests() == []

        async with leaders.running():
            await leaders.swept()

        assert len(leaders.digests()) == 1


async def test_after_downtime_one_comes_and_says_that_it_is_late(database_url: str) -> None:
    async with leading(database_url, WEDNESDAY, replicas=0) as leaders:
        async with leaders.running():
            await leaders.types("here daily 09:00 Europe/Lisbon")
            await leaders.room.settles()
        leaders.clock.moves_to(NINE + 2 * DAY + timedelta(hours=3))

        async with leaders.running():
            await leaders.swept()
            (said,) = leaders.said()
            await leaders.comes()

        assert "Late: was due Fri 27 Nov 09:00; 2 before it never sent." in said
        assert "Late" not in leaders.said()[1]


@pytest.mark.parametrize(("minutes", "is_late"), [(9, False), (11, True)])
async def test_ten_minutes_are_forgiven(leaders: Leadership, minutes: int, is_late: bool) -> None:
    await leaders.comes(NINE + minutes * MINUTE)

    assert ("Late: was due Wed 25 Nov 09:00." in leaders.said()[0]) is is_late


async def test_what_was_switched_off_meanwhile_is_not_sent(database_url: str) -> None:
    async with leading(database_url, WEDNESDAY, replicas=0) as leaders:
        async with leaders.running() as bot:
            await leaders.types("here daily 09:00 Europe/Lisbon")
            await leaders.room.settles()
            leaders.clock.moves_to(NINE)
            await bot.delivery.stop(timedelta(0))
            await DigestSweep(bot.services.digests).sweep()
            await leaders.types("off")

        async with leaders.running():
            await leaders.swept()

        assert leaders.digests() == []


def _kick(leaders: Leadership) -> None:
    leaders.room.play.kick(NOOR, LEADERSHIP, BOT)


def _archive(leaders: Leadership) -> None:
    leaders.room.play.archive(NOOR, LEADERSHIP)


def _delete(leaders: Leadership) -> None:
    leaders.room.play.delete_channel(NOOR, LEADERSHIP)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_kick, "Warroom is no longer in it"),
        (_archive, "the channel is archived"),
        (_delete, "the channel is gone"),
    ],
)
async def test_a_channel_that_went_away_gets_none_and_the_subscriber_hears_of_it(
    leaders: Leadership, happens: Callable[[Leadership], None], why: str
) -> None:
    happens(leaders)
    await leaders.room.settles()

    await leaders.comes(NINE)

    assert await leaders.subscription() is None
    (told,) = leaders.room.dm(NOOR)
    assert why in told
    assert "/escalate digest here daily 09:00 Europe/Lisbon" in told


async def test_a_channel_that_lets_nobody_write_gets_none(leaders: Leadership) -> None:
    refused = Fault(kind=FaultKind.ERROR, method="chat.postMessage", error="restricted_action")
    leaders.room.sandbox.faults.add(refused)

    await leaders.comes(NINE)

    assert await leaders.subscription() is None
    assert "doesn't let Warroom post there" in leaders.room.dm(NOOR)[0]


async def test_a_channel_shared_with_outsiders_is_refused(leaders: Leadership) -> None:
    await leaders.types("off")
    leaders.room.play.invite(NOOR, LEADERSHIP, EXT)

    said = await leaders.types("here daily 09:00")

    assert "shared with another organisation" in said
    assert await leaders.subscription() is None


async def test_while_outsiders_would_read_it_it_is_withheld(leaders: Leadership) -> None:
    leaders.room.play.invite(NOOR, LEADERSHIP, EXT)
    await leaders.comes(NINE)
    assert leaders.digests() == []
    assert "wasn't sent: the channel is shared" in leaders.room.dm(NOOR)[0]

    leaders.room.play.kick(NOOR, LEADERSHIP, EXT)
    await leaders.comes(NINE + DAY)

    assert len(leaders.digests()) == 1
    assert len(leaders.room.dm(NOOR)) == 1


async def test_what_slack_refuses_for_an_admins_reason_is_a_dead_letter(
    leaders: Leadership,
) -> None:
    refused = Fault(kind=FaultKind.ERROR, method="conversations.info", error="missing_scope")
    leaders.room.sandbox.faults.add(refused)
    await leaders.comes(NINE)
    settings = environment(leaders.database_url, leaders.room.sandbox.base_url)

    listed = await types_beside("dead-letters", **settings)
    await DeadLetters(leaders.room.bot.database, leaders.clock).retry()
    await leaders.room.settles()

    assert "SendDigest  20" in listed.output
    assert "escalation" not in listed.output
    assert len(leaders.digests()) == 1


async def test_a_private_escalation_is_a_number_at_most(leaders: Leadership) -> None:
    await leaders.room.opens(visibility="private", title="Hidden trouble", owner=EVA)
    await leaders.comes(NINE)
    assert leaders.said()[0].strip() == "Nothing is open."

    await leaders.room.opens(title="Seen trouble", severity="s1")
    await leaders.comes(NINE + DAY)

    (digest,) = leaders.digests()[1:]
    everything = leaders.said()[1] + "".join(leaders.thread(digest))
    assert "1 open: S1 1" in everything
    assert "1 restricted." in everything
    assert "Hidden" not in everything
    assert "ESC-2026-0001" not in everything


async def test_a_preview_shows_private_ones_to_those_who_have_a_part_in_them(
    leaders: Leadership,
) -> None:
    await leaders.room.opens(visibility="private", title="Hidden trouble", owner=EVA)

    await leaders.types("now", by=EVA)
    others = await leaders.types("now", by=NOOR)

    assert any("🔒 ESC-2026-0001" in said for said in leaders.room.ephemerals(EVA))
    assert others.strip() == "Nothing is open."


async def test_filters_never_tell_of_whom_a_hidden_one_is(leaders: Leadership) -> None:
    await leaders.room.opens(visibility="private", customer="Acme", title="Hidden")
    await leaders.room.opens(customer="Acme", title="Seen")
    await leaders.types("here daily 09:00 customer Acme")

    await leaders.comes()

    assert "restricted" not in leaders.said()[0]


def pings(leaders: Leadership) -> int:
    """Return how often the digest's channel pinged anybody."""
    found = leaders.room.sandbox.workspace.pings
    return len([ping for ping in found if ping.channel == LEADERSHIP])


async def test_hostile_words_stay_words(leaders: Leadership) -> None:
    title = "<!channel> *bold* <@U0NOOR001> <https://evil.example|bank> \u202eolleh"
    await leaders.room.opens(title=title, customer="<!here> & Söhne", severity="s1", owner=EVA)
    pinged = pings(leaders)

    await leaders.comes(NINE)

    (digest,) = leaders.digests()
    assert "@channel *bold* @U0NOOR001" in leaders.said()[0]
    assert "@here & Söhne" in leaders.thread(digest)[0]
    assert "\u202e" not in str(digest.blocks)
    assert pings(leaders) == pinged


async def test_a_sweep_of_an_idle_bot_finds_nothing_to_do(database_url: str) -> None:
    async with open_war_room(database_url) as room:
        assert await room.bot.services.digests.claim_due() == 0
