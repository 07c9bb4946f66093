"""Effects that cannot be performed end as dead letters, which the metrics count."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import policy_file
from bot.container import Container, Services, SlackClients
from bot.domain.effect import Effect
from bot.domain.effects import EFFECTS
from bot.domain.errors import Conflict, NotFound, NotNow, Unavailable
from bot.domain.escalation.escalation import EscalationId
from bot.domain.publishing.audience import Withheld
from bot.domain.rooms.effects import RefreshRoom
from bot.metrics import Metrics
from bot.slack.caller import Caller
from bot.slack.failures import OutcomeUnknown, PermanentError, TransientError
from bot.wiring.performers import performers
from bot.workers.delivery import MOST_FAILURES, NO_PERFORMER, Attempt, Delivery, WithheldText
from storage.database.database import Database
from storage.queue import outbox
from tests.fakes.moved_clock import MovedClock

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
EFFECT = RefreshRoom(escalation_id=EscalationId(1))


Perform = Callable[[Effect, Attempt], Awaitable[None]]


def raises(error: Exception) -> tuple[list[int], Perform]:
    """Return a performer that fails, and the numbers of the attempts it was given."""
    tries: list[int] = []

    async def perform(_effect: Effect, attempt: Attempt) -> None:
        tries.append(attempt.number)
        raise error

    return tries, perform


async def attempts(
    database: Database, performers: Mapping[type[Effect], Perform], most: int
) -> list[outbox.DeadLetter]:
    """Have an effect tried up to `most` times; return what was given up."""
    clock = MovedClock(NOW)
    delivery = Delivery(database, clock, performers, owner="one")
    async with database.transaction() as tx:
        await outbox.enqueue(tx, EFFECT, at=NOW)
    for _ in range(most):
        await delivery.drain()
        clock.moves_to(clock.now() + timedelta(hours=1))
    async with database.reading() as tx:
        return await outbox.dead_letters(tx)


FINAL: dict[str, tuple[Exception, str]] = {
    "refused by the rules": (NotFound("There is no such call."), "There is no such call."),
    "not possible now": (NotNow("It is archived."), "It is archived."),
    "refused by Slack": (PermanentError("is_archived", "Unarchive it."), "Unarchive it."),
}


@pytest.mark.parametrize(("error", "problem"), list(FINAL.values()), ids=list(FINAL))
async def test_an_expected_failure_is_final(
    database: Database, error: Exception, problem: str
) -> None:
    tries, perform = raises(error)

    (letter,) = await attempts(database, {RefreshRoom: perform}, 3)

    assert (tries, letter.problem) == ([1], problem)


UNEXPECTED: dict[str, tuple[Exception, str]] = {
    "a mistake of ours": (KeyError(), "KeyError"),
    "always slower than somebody else": (Conflict("Eva changed it."), "Eva changed it."),
}


@pytest.mark.parametrize(("error", "problem"), list(UNEXPECTED.values()), ids=list(UNEXPECTED))
async def test_what_fails_again_and_again_is_given_up_after_a_limit(
    database: Database, error: Exception, problem: str
) -> None:
    tries, perform = raises(error)

    (letter,) = await attempts(database, {RefreshRoom: perform}, MOST_FAILURES + 3)

    assert len(tries) == MOST_FAILURES
    assert problem in letter.problem


WAITING: dict[str, Exception] = {
    "Slack asks for patience": TransientError(timedelta(seconds=1), "Slow down."),
    "Slack does not answer": OutcomeUnknown("No answer."),
    "the database is away": Unavailable("The disk is full."),
}


@pytest.mark.parametrize("error", list(WAITING.values()), ids=list(WAITING))
async def test_what_a_later_attempt_may_get_done_is_never_given_up(
    database: Database, error: Exception
) -> None:
    tries, perform = raises(error)

    letters = await attempts(database, {RefreshRoom: perform}, MOST_FAILURES + 3)

    assert (len(tries), letters) == (MOST_FAILURES + 3, [])


async def test_what_must_not_be_read_there_is_done_with(database: Database) -> None:
    tries, perform = raises(WithheldText(Withheld.PRIVATE))

    letters = await attempts(database, {RefreshRoom: perform}, 3)

    assert (tries, letters) == ([1], [])


async def test_what_nobody_performs_is_given_up_at_once(database: Database) -> None:
    (letter,) = await attempts(database, {}, 1)

    assert letter.problem == NO_PERFORMER


def test_every_kind_of_effect_has_a_performer(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'never-opened.db'}")
    clock, policy = MovedClock(NOW), policy_file.load(None)
    parts = Container(
        slack=SlackClients.through(
            Caller("xoxb-nobody", "http://127.0.0.1:9/api/", timedelta(seconds=1))
        ),
        services=Services.on(database, clock, policy),
        policy=policy,
        clock=clock,
        metrics=Metrics(),
    )

    assert set(EFFECTS) == set(performers(parts))
