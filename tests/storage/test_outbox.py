"""The outbox: put, claim with a lease, settle with a fence; on SQLite and Postgres."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from bot.domain.effect import Effect
from bot.domain.escalation.effects import OpenRoom, PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.rooms.effects import RefreshRoom
from storage.database.database import Database
from storage.queue import outbox
from storage.queue.outbox import Claim
from storage.tables.escalations import OutboxRow

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LEASE = timedelta(seconds=10)
ONE = EscalationId(1)


def note(number: int = 1) -> PostChange:
    return PostChange(escalation_id=ONE, by=SlackUserId("U1"), entries=(1, number))


async def claim(database: Database, *, owner: str = "a", at: datetime = NOW) -> list[Claim]:
    async with database.transaction() as tx:
        return await outbox.claim(tx, owner=owner, most=10, now=at, lease=LEASE)


async def test_an_effect_comes_back_as_it_was_put(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)

    claims = await claim(database)

    assert [c.effect for c in claims] == [note()]
    assert not claims[0].in_doubt


async def test_what_was_rolled_back_was_never_asked_for(database: Database) -> None:
    async def fails() -> None:
        async with database.transaction() as tx:
            await outbox.enqueue(tx, note(), at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()

    assert await claim(database) == []


async def test_the_bell_rings_after_the_commit_and_not_before(database: Database) -> None:
    rung: list[bool] = []
    database.listen(lambda: rung.append(True))
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
        assert not rung

    assert rung


async def test_the_most_urgent_is_claimed_first_and_the_future_not_at_all(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)
        await outbox.enqueue(tx, note(), at=NOW, due_at=NOW + timedelta(seconds=1))
        await outbox.enqueue(tx, OpenRoom(escalation_id=ONE), at=NOW)

    claims = await claim(database)

    assert [type(c.effect) for c in claims] == [OpenRoom, RefreshRoom]


async def test_two_workers_never_claim_the_same(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(20):
            await outbox.enqueue(tx, note(number), at=NOW)

    taken = await asyncio.gather(*(claim(database, owner=f"w{n}") for n in range(4)))

    ids = [c.id for claims in taken for c in claims]
    assert len(ids) == len(set(ids)) == 20


async def test_wishes_with_the_same_key_become_one(database: Database) -> None:
    async with database.transaction() as tx:
        for _ in range(3):
            await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)

    assert len(await claim(database)) == 1


async def test_what_is_asked_for_while_it_is_performed_is_performed_again(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)
    first = (await claim(database))[0]
    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)

    async with database.transaction() as tx:
        assert await outbox.settle_done(tx, [first], again_at=NOW + timedelta(seconds=2))

    assert await claim(database, at=NOW) == []
    assert len(await claim(database, at=NOW + timedelta(seconds=2))) == 1


async def test_a_lost_lease_is_taken_back_in_doubt(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    await claim(database, owner="dead")

    async with database.transaction() as tx:
        assert await outbox.reclaim_leases(tx, expired_at=NOW + LEASE / 2) == 0
        assert await outbox.reclaim_leases(tx, expired_at=NOW + LEASE) == 1

    assert (await claim(database, owner="next"))[0].in_doubt


async def test_a_renewed_lease_is_kept(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    held = (await claim(database, owner="a"))[0]

    async with database.transaction() as tx:
        later = NOW + LEASE / 2
        await outbox.renew(tx, [held.id], owner="a", now=later, lease=LEASE)
        assert await outbox.reclaim_leases(tx, expired_at=NOW + LEASE) == 0


async def test_a_worker_thought_dead_cannot_settle_what_its_successor_holds(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    old = (await claim(database, owner="old"))[0]
    async with database.transaction() as tx:
        await outbox.reclaim_leases(tx, expired_at=None)
    new = (await claim(database, owner="new"))[0]

    async with database.transaction() as tx:
        assert not await outbox.settle_done(tx, [old], again_at=NOW)
        assert not await outbox.settle_later(tx, old, due_at=NOW, in_doubt=False, problem="late")
        assert not await outbox.settle_dead(tx, old, problem="late")
        assert await outbox.settle_done(tx, [new], again_at=NOW)


async def test_a_failed_effect_waits_and_stays_in_doubt(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    later = NOW + timedelta(seconds=30)
    first = (await claim(database))[0]
    async with database.transaction() as tx:
        await outbox.settle_later(tx, first, due_at=later, in_doubt=True, problem="timeout")

    assert await claim(database) == []
    second = (await claim(database, at=later))[0]
    assert second.attempt == 2
    assert second.in_doubt


async def test_a_dead_letter_is_kept_and_counted(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    taken = (await claim(database))[0]
    async with database.transaction() as tx:
        await outbox.settle_dead(tx, taken, problem="forbidden")
        left = await outbox.backlog(tx)

    assert (left.waiting, left.dead, left.oldest_at) == (0, 1, None)
    assert await claim(database) == []


# As an older version wrote them: its kind, its payload, and what this version makes of it.
WRITTEN: dict[str, tuple[str, str, Effect | None]] = {
    "a kind that is gone": ("TellTheOldWay", '{"escalation_id": 1}', None),
    "a field that is missing": ("RecordMinute", '{"escalation_id": 1, "call_id": 2}', None),
    "a value that no longer fits": (
        "NotifyManager",
        '{"escalation_id": 1, "what": "moved_to_the_moon"}',
        None,
    ),
    "another shape": ("PostChange", '{"escalation_id": 1, "by": "U1", "entries": 7}', None),
    "no object at all": ("RefreshRoom", "[1, 2]", None),
    "a field that came later": (
        "OpenRoom",
        '{"escalation_id": 1, "invited": ["U2"]}',
        OpenRoom(escalation_id=ONE, invited=(SlackUserId("U2"),)),
    ),
    "a field that was dropped": (
        "RefreshRoom",
        '{"escalation_id": 1, "is_quick": true}',
        RefreshRoom(escalation_id=ONE),
    ),
}


@pytest.mark.parametrize(("kind", "payload", "read"), list(WRITTEN.values()), ids=list(WRITTEN))
async def test_what_an_older_version_asked_for_is_read_or_given_up_with_a_word(
    database: Database, kind: str, payload: str, read: Effect | None
) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)
        values = {"kind": kind, "payload": json.loads(payload)}
        await tx.execute(update(OutboxRow).values(values))

    claims = await claim(database)

    async with database.reading() as tx:
        problems = [letter.problem for letter in await outbox.dead_letters(tx)]
    assert [found.effect for found in claims] == ([] if read is None else [read])
    assert problems == ([outbox.UNREADABLE] if read is None else [])


async def test_what_was_given_up_begins_anew_when_it_is_asked_for_again(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)
        await tx.execute(text("UPDATE outbox SET kind = 'Older', failures = 19, attempt = 30"))
    assert await claim(database) == []

    async with database.transaction() as tx:
        await outbox.enqueue(tx, RefreshRoom(escalation_id=ONE), at=NOW)

    (found,) = await claim(database)
    assert found.effect == RefreshRoom(escalation_id=ONE)
    assert (found.attempt, found.failures) == (1, 0)


async def test_what_is_being_performed_grows_old_as_well(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    await claim(database, at=NOW + timedelta(minutes=1))

    async with database.reading() as tx:
        assert (await outbox.backlog(tx)).oldest_at == NOW


async def test_what_fails_again_and_again_grows_old(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, note(), at=NOW)
    (claimed,) = await claim(database)
    later = NOW + timedelta(minutes=5)
    async with database.transaction() as tx:
        await outbox.settle_later(
            tx, claimed, due_at=later, in_doubt=True, problem="KeyError", is_failure=True
        )
        assert (await outbox.backlog(tx)).oldest_at == NOW

    (again,) = await claim(database, at=later)
    assert (again.attempt, again.failures) == (2, 1)
