"""Effects that cannot be performed end as dead letters, which the metrics count."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.domain.effects import Effect, RefreshRoom
from bot.domain.errors import NotFound
from bot.domain.escalation.escalation import EscalationId
from bot.workers.delivery import MOST_FAILURES, Attempt, Delivery
from storage.database.database import Database
from storage.queue import outbox
from tests.fakes.moved_clock import MovedClock

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
EFFECT = RefreshRoom(escalation_id=EscalationId(1))


async def attempts(
    database: Database, perform: Callable[[Effect, Attempt], Awaitable[None]], most: int
) -> list[outbox.DeadLetter]:
    """Have an effect tried up to `most` times; return what was given up."""
    clock = MovedClock(NOW)
    delivery = Delivery(database, clock, {RefreshRoom: perform}, owner="one")
    async with database.transaction() as tx:
        await outbox.enqueue(tx, EFFECT, at=NOW)
    for _ in range(most):
        await delivery.drain()
        clock.moves_to(clock.now() + timedelta(hours=1))
    async with database.reading() as tx:
        return await outbox.dead_letters(tx)


async def test_what_the_rules_refuse_is_given_up_at_once(database: Database) -> None:
    async def refuses(_effect: Effect, _attempt: Attempt) -> None:
        raise NotFound("There is no such call.")

    (letter,) = await attempts(database, refuses, 1)

    assert letter.problem == "There is no such call."


async def test_what_fails_for_no_known_reason_is_given_up_after_a_limit(
    database: Database,
) -> None:
    tries: list[int] = []

    async def fails(_effect: Effect, attempt: Attempt) -> None:
        tries.append(attempt.number)
        raise KeyError

    (letter,) = await attempts(database, fails, MOST_FAILURES + 3)

    assert len(tries) == MOST_FAILURES
    assert "KeyError" in letter.problem
