"""What a person waits for costs the database what is open, however long the past is."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Engine, event, text
from sqlalchemy.util import await_only

from bot.domain.people import SlackUserId
from bot.domain.reading.home import MOST_COUNTED, PAGE, ListQuery, ListScope
from bot.sandbox.demo import LEA
from storage.database.database import Database
from storage.reading import overview
from storage.reading.overview import Viewer
from tests.bench.growth import flows, template
from tests.copies import copy, end

PAST = 3_000  # escalations that are over
OPEN = 20
STEPS = 100  # of SQLite's machine are counted as one
# All but what is counted to a limit, which such a past is beyond.
FLOWS = ("Home", "list", "list open", "remind", "open elsewhere", "an opening acknowledged")
MORE = 1.3  # times as much as without a past; deeper trees of indexes are no growth
ALSO = 60  # steps, or rows, that are no growth
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    " AND datname = current_database() AND pid <> pg_backend_pid()"
)
# Tables as short as ours Postgres reads whole although it need not.
BY_INDEX = "ALTER DATABASE {} SET enable_seqscan = off"


@contextlib.contextmanager
def steps_of_sqlite() -> Iterator[list[int]]:
    """Count what SQLite's machine does on every connection that is made inside."""
    done = [0]

    def step() -> int:
        done[0] += 1
        return 0

    def watch(dbapi: Any, _record: object) -> None:  # the driver's own type
        if hasattr(dbapi.driver_connection, "set_progress_handler"):
            await_only(dbapi.driver_connection.set_progress_handler(step, STEPS))

    event.listen(Engine, "connect", watch)
    try:
        yield done
    finally:
        event.remove(Engine, "connect", watch)


def rows_read(url: str) -> int:
    """Return how many rows Postgres has read for whoever has left since the database was made."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Who leaves writes down what it has read as the last thing it does.
        while connection.execute(OTHERS).fetchone() != (0,):
            pass
        row = connection.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
        ).fetchone()
    return int(row[0]) if row and row[0] else 0


async def costs(url: str, nonce: int) -> dict[str, int]:
    """Return what each flow costs the database, once it has been done before."""
    found = {}
    for name in FLOWS:
        with steps_of_sqlite() as done:
            database = Database(url)
            flow = flows(database, nonce)[name]
            before = done[0] if database.is_sqlite else rows_read(url)
            await flow()
            await database.close()
            found[name] = (done[0] if database.is_sqlite else rows_read(url)) - before
    return found


async def test_a_long_past_costs_nobody_anything(database_url: str) -> None:
    ended = await template(database_url)
    database = Database(database_url)
    await copy(database, ended, OPEN)
    await end(database, ended, at=datetime.now(UTC))
    if not database.is_sqlite:
        async with database.transaction() as tx:
            name = await tx.one(text("SELECT current_database() AS it"))
            await tx.execute(text(BY_INDEX.format((name or {})["it"])))
    await database.close()
    without = await costs(database_url, 0)
    await copy(database, ended, PAST)
    await database.close()
    with_past = await costs(database_url, 1)

    grown = {
        name: (cost, with_past[name])
        for name, cost in without.items()
        if with_past[name] > MORE * cost + ALSO
    }
    assert not grown


async def test_a_list_of_everything_is_counted_to_a_limit(database_url: str) -> None:
    ended = await template(database_url)
    database = Database(database_url)
    await copy(database, ended, OPEN)
    await end(database, ended, at=datetime.now(UTC))
    await copy(database, ended, MOST_COUNTED)
    viewer, wanted = Viewer(user=SlackUserId(LEA), only_own=False), ListQuery(scope=ListScope.ALL)

    async with database.reading() as tx:
        mine, others = await overview.counts(tx, viewer, wanted)
        first = await overview.page(tx, viewer, wanted)
        second = await overview.page(tx, viewer, ListQuery(scope=ListScope.ALL, page=2))
    await database.close()

    numbers = [one.escalation.id for one in (*first, *second)]
    is_over = [one.escalation.is_over for one in (*first, *second)]
    assert (mine, others) == (MOST_COUNTED, OPEN + 1)
    assert is_over == [False] * OPEN + [True] * (2 * PAGE - OPEN)
    assert numbers[OPEN:] == sorted(numbers[OPEN:], reverse=True)
    assert len(set(numbers)) == 2 * PAGE
