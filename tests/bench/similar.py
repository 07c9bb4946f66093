"""How long the search for similar escalations takes among ten thousand of them."""

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.people import SlackUserId, TeamId
from bot.domain.plan.item import Content, Item, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.plan import NOT_STORED
from bot.domain.reading.similar import words_of
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.mapping import to_row
from storage.plan import items
from storage.reading.similar import learn, similar
from storage.tables.escalations import EscalationRow

ESCALATIONS, QUERIES, CUSTOMERS, DECIDED = 10_000, 50, 200, 500
BATCH = 1000
VOCABULARY = 4000
AT = datetime(2024, 1, 1, tzinfo=UTC)
SOMEBODY, OWNER = SlackUserId("U0LEA0001"), SlackUserId("U0EVA0001")
CATEGORIES = ("performance", "outage", "data", None)


async def measured(url: str) -> list[float]:
    """Return the seconds each search took, of the kind that a room asks for."""
    database = Database(url)
    await _fill(database)
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE"))  # as Postgres does by itself within a minute
    took = []
    for number in range(1, ESCALATIONS, ESCALATIONS // QUERIES):
        async with database.reading() as tx:
            asked = await escalations.find(tx, EscalationId(number))
        assert asked is not None
        started = time.perf_counter()
        async with database.reading() as tx:
            found = await similar(
                tx,
                words_of(asked),
                seen_by=SOMEBODY,
                but=asked.id,
                customer_id=asked.customer_id,
                category=asked.category,
                limit=5,
            )
        took.append(time.perf_counter() - started)
        assert len(found) == 5
    await database.close()
    return took


async def _fill(database: Database) -> None:
    chance = random.Random(7)
    async with database.transaction() as tx:
        for number in range(CUSTOMERS):
            await customers.find_or_add(tx, Customer(id=CustomerId(0), name=f"Customer {number}"))
        for start in range(0, ESCALATIONS, BATCH):
            rows = [_row(start + number, chance) for number in range(BATCH)]
            await tx.execute(insert(EscalationRow), rows)
            for number in range(BATCH):
                await learn(tx, EscalationId(start + number + 1))
        for number in range(1, ESCALATIONS, ESCALATIONS // DECIDED):
            await _decide(tx, EscalationId(number))


def _row(number: int, chance: random.Random) -> dict[str, object]:
    raised = Escalation(
        id=EscalationId(0),
        team_id=TeamId("T1"),
        customer_id=CustomerId(1 + number % CUSTOMERS),
        title=_words(chance, 7),
        problem=_words(chance, 60),
        business_impact=_words(chance, 30),
        customer_ask=_words(chance, 20),
        severity=Severity.S2,
        status=Status.CLOSED,
        visibility=Visibility.PRIVATE if number % 10 == 0 else Visibility.PUBLIC,
        owner=OWNER,
        raised_by=OWNER,
        raised_at=AT + timedelta(hours=number),
        submission_key=str(number),
        category=CATEGORIES[number % len(CATEGORIES)],
        outcome=_words(chance, 20),
    )
    values = to_row(replace(raised))
    del values["id"]
    return values


def _words(chance: random.Random, count: int) -> str:
    """Words as languages have them: few of them often, many of them seldom."""
    return " ".join(f"word{int(VOCABULARY ** chance.random())}" for _ in range(count))


async def _decide(tx: Transaction, escalation_id: EscalationId) -> None:
    decision = Item(
        id=NOT_STORED,
        escalation_id=escalation_id,
        kind=ItemKind.DECISION,
        number=0,
        state=ItemState.OPEN,
        content=Content(text="Roll back and retry"),
        recorded_by=OWNER,
        recorded_at=AT,
        said_at=AT,
    )
    await items.add(tx, decision)
