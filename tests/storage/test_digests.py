"""Subscriptions: kept as they are, claimed once, changed by one at a time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.digest.asks import read
from bot.domain.digest.digest import (
    Filters,
    Numbers,
    OnlyCustomer,
    Schedule,
    Subscription,
    SubscriptionId,
)
from bot.domain.digest.effects import SendDigest
from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity
from bot.domain.escalation.room import ChannelId
from bot.domain.people import SlackUserId, TeamId
from bot.services.digest.digests import Digests
from storage.database.database import Database, background
from storage.digest import digests
from storage.queue import outbox
from tests.bench.digest import policy

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class At:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def wanted(channel: int = 1, at: datetime = NOW) -> Subscription:
    return Subscription(
        id=SubscriptionId(0),
        team_id=TeamId("T1"),
        channel_id=ChannelId(f"C{channel}"),
        schedule=Schedule(zone="UTC", at=time(9, 0), days=(0, 3)),
        filters=Filters(
            severities=(Severity.S1,),
            customers=(OnlyCustomer(id=CustomerId(7), name='Åcme "Söhne" & Co'),),
            categories=("technical",),
        ),
        asked_by=SlackUserId("U1"),
        asked_at=NOW - DAY,
        next_send_at=at,
    )


async def added(database: Database, subscription: Subscription) -> Subscription:
    async with database.transaction() as tx:
        stored = await digests.add(tx, subscription)
    assert stored is not None
    return stored


async def kept(database: Database, subscription: Subscription) -> Subscription | None:
    async with database.reading() as tx:
        return await digests.find(tx, subscription.id)


async def claimed(database: Database) -> list[SendDigest]:
    async with database.transaction() as tx:
        lease = timedelta(minutes=1)
        found = await outbox.claim(tx, owner="t", most=1000, now=NOW + 9 * DAY, lease=lease)
    return [claim.effect for claim in found if isinstance(claim.effect, SendDigest)]


async def test_it_is_kept_as_it_is(database: Database) -> None:
    numbers = Numbers(open=(1, 0, 2, 0), red=(EscalationId(4),))
    full = replace(wanted(), claimed_for=NOW, sent_for=NOW, last_sent_at=NOW, numbers=numbers)

    stored = await added(database, full)

    assert await kept(database, stored) == stored == replace(full, id=stored.id)


async def test_a_channel_has_one(database: Database) -> None:
    first = await added(database, wanted())

    async with database.transaction() as tx:
        assert await digests.add(tx, wanted()) is None
        assert await digests.of_channel(tx, first.channel_id) == first


async def test_of_two_changes_to_one_version_one_is_made(database: Database) -> None:
    stored = await added(database, wanted())

    async with database.transaction() as tx:
        first = await digests.change(tx, replace(stored, asked_by=SlackUserId("U2")))
        second = await digests.change(tx, replace(stored, asked_by=SlackUserId("U3")))

    assert first is not None
    assert (first.version, second) == (2, None)


async def test_sweeps_at_the_same_moment_claim_each_once(database: Database) -> None:
    for channel in range(120):
        await added(database, wanted(channel))
    sweepers = [Digests(database, At(NOW), policy()) for _ in range(4)]

    with background():
        counts = await asyncio.gather(*(one.claim_due() for one in sweepers))

    assert sum(counts) == 120
    effects = await claimed(database)
    assert len({effect.subscription_id for effect in effects}) == len(effects) == 120


async def test_a_sweep_too_early_claims_nothing(database: Database) -> None:
    await added(database, wanted())

    assert await Digests(database, At(NOW - timedelta(seconds=1)), policy()).claim_due() == 0


async def test_what_was_missed_becomes_one(database: Database) -> None:
    stored = await added(database, wanted(at=NOW))
    late = Digests(database, At(NOW + 8 * DAY), policy())  # the Mondays and Thursdays of a week

    await late.claim_due()

    assert await claimed(database) == [
        SendDigest(subscription_id=stored.id, due_at=NOW + 7 * DAY, missed=2)
    ]
    after = await kept(database, stored)
    assert after is not None
    assert (after.claimed_for, after.next_send_at) == (NOW + 7 * DAY, NOW + 11 * DAY)


async def test_one_that_was_overtaken_is_not_sent(database: Database) -> None:
    stored = await added(database, replace(wanted(), claimed_for=NOW))
    service = Digests(database, At(NOW + DAY), policy())

    overtaken = SendDigest(subscription_id=stored.id, due_at=NOW - DAY)
    latest = SendDigest(subscription_id=stored.id, due_at=NOW)

    assert await service.due(overtaken) is None
    due = await service.due(latest)
    assert due is not None
    await service.sent(latest, due.digest)
    assert await service.due(latest) is None


@pytest.mark.parametrize("days", [(0, 3), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)])
def test_its_words_ask_for_the_same_again(days: tuple[int, ...]) -> None:
    subscription = replace(
        wanted(),
        schedule=Schedule(zone="America/New_York", at=time(7, 5), days=days),
        filters=replace(wanted().filters, customers=(OnlyCustomer(id=CustomerId(1), name="A s1"),)),
    )

    again = read(subscription.words.partition("digest ")[2], time_zone="UTC")

    assert again.schedule == subscription.schedule
    assert again.filters.customers == ("A s1",)
    assert again.filters.severities == subscription.filters.severities
    assert again.filters.categories == subscription.filters.categories
