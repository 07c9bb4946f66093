"""What a digest reads: in a number of queries that stays the same, and nothing it may not tell."""

import pytest
from sqlalchemy import insert, update

from bot.domain.digest.asks import AskedFilters
from bot.domain.digest.digest import Filters, OnlyCustomer
from bot.domain.escalation.escalation import CustomerId, Severity, Visibility
from bot.domain.people import SlackUserId
from bot.services.digest.digests import Digests
from storage.database.database import Database
from storage.digest import facts
from storage.digest.facts import DigestScope
from storage.tables.escalations import EscalationRow
from storage.tables.room_members import RoomMemberRow
from tests.bench.digest import EVA, NOW, StandingClock, fill, policy
from tests.statements import statements

NOBODY = SlackUserId("U0NOBODY1")


async def queries(database: Database) -> int:
    """Return how many statements a preview sends."""
    with statements() as sent:
        await Digests(database, StandingClock(), policy()).preview(None, AskedFilters(), to=EVA)
    return len(sent)


async def test_the_number_of_queries_does_not_grow(database: Database) -> None:
    few_ones = await queries(database)

    await fill(database, escalations=60, entries=600, open_share=1.0)

    assert await queries(database) == few_ones <= 8
    assert few_ones > 0


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(), {1, 2, 3, 4}),
        (Filters(severities=(Severity.S2,)), {1}),
        (Filters(severities=(Severity.S2, Severity.S3)), {1, 2}),
        (Filters(customers=(OnlyCustomer(id=CustomerId(4), name="x"),)), {3}),
        (Filters(categories=("technical",)), {2}),
        (Filters(categories=("technical",), severities=(Severity.S1,)), set()),
    ],
)
async def test_filters(database: Database, filters: Filters, numbers: set[int]) -> None:
    await fill(database, escalations=4, entries=8, open_share=1.0)
    async with database.transaction() as tx:
        technical = update(EscalationRow).where(EscalationRow.id == 2)  # type: ignore[arg-type]
        await tx.execute(technical.values(category="technical"))

    async with database.reading() as tx:
        found = await facts.open_ones(tx, DigestScope(filters=filters))

    assert {one.id for one in found} == numbers


async def test_a_hidden_one_is_read_by_those_alone_who_are_in_its_room(
    database: Database,
) -> None:
    await fill(database, escalations=3, entries=90, open_share=1.0)
    async with database.transaction() as tx:
        hidden = update(EscalationRow).where(EscalationRow.id == 2)  # type: ignore[arg-type]
        await tx.execute(hidden.values(visibility=Visibility.PRIVATE.value, raised_by="U0MAX0001"))
        part = {"escalation_id": 2, "user_id": EVA.id, "is_member": True}
        await tx.execute(insert(RoomMemberRow), {**part, "changed_at": NOW, "recorded_at": NOW})

    async with database.reading() as tx:
        for reader, numbers, hidden_ones in (
            (None, {1, 3}, 1),
            (NOBODY, {1, 3}, 1),
            (EVA.id, {1, 2, 3}, 0),
        ):
            scope = DigestScope(filters=Filters(), reader=reader)
            found = await facts.open_ones(tx, scope)
            items = await facts.due_items(tx, scope, now=NOW, today_ends_at=NOW)
            moves = await facts.moves(tx, scope, since=NOW.replace(year=2020))

            assert {one.id for one in found} == numbers
            assert {one.escalation_id for one in items} <= numbers
            assert {one.escalation_id for one in moves} == numbers
            assert await facts.restricted(tx, scope) == hidden_ones
            limited = DigestScope(filters=Filters(severities=(Severity.S1,)), reader=reader)
            assert await facts.restricted(tx, limited) == 0
