"""The search for similar escalations: what it finds, in what order, for whom; none breaks it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

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
from bot.domain.reading.similar import SimilarEscalation, Similarity
from storage.customers import customers
from storage.database import migrate
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.reading.similar import learn, similar
from storage.rooms import members

LEA, EVA = SlackUserId("U0LEA0001"), SlackUserId("U0EVA0001")
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def drafted(customer_id: CustomerId, title: str) -> Escalation:
    return Escalation(
        id=EscalationId(0),
        team_id=TeamId("T1"),
        customer_id=customer_id,
        title=title,
        problem="",
        business_impact="",
        customer_ask="",
        severity=Severity.S2,
        status=Status.ACTIVE,
        visibility=Visibility.PUBLIC,
        owner=EVA,
        raised_by=EVA,
        raised_at=AT,
        submission_key=f"{customer_id}:{title}",
    )


async def raised(tx: Transaction, title: str, *, customer: str = "Acme", **more: Any) -> Escalation:
    owner = await customers.find_or_add(tx, Customer(id=CustomerId(0), name=customer))
    added = await escalations.add(tx, replace(drafted(owner.id, title), **more))
    assert added is not None
    await learn(tx, added.id)
    return added


async def found(
    database: Database, words: str, *, by: SlackUserId = LEA, limit: int = 5, **more: Any
) -> list[SimilarEscalation]:
    async with database.reading() as tx:
        return await similar(tx, words, seen_by=by, limit=limit, **more)


def titles(alike: list[SimilarEscalation]) -> list[str]:
    return [one.escalation.title for one in alike]


async def test_every_text_of_an_escalation_is_found(database: Database) -> None:
    texts = ("problem", "business_impact", "customer_ask", "situation", "outcome")
    async with database.transaction() as tx:
        await raised(tx, "zebras graze")
        for name in texts:
            await raised(tx, name, **{name: f"here the {name.replace('_', '')}word stands"})

    assert titles(await found(database, "zebra")) == ["zebras graze"]
    for name in texts:
        assert titles(await found(database, f"{name.replace('_', '')}word")) == [name]


async def test_the_index_follows_every_change(database: Database) -> None:
    async with database.transaction() as tx:
        first = await raised(tx, "Login loops")
    async with database.transaction() as tx:
        await escalations.save(tx, replace(first, problem="the proxy strips cookies"))

    assert titles(await found(database, "cookie")) == ["Login loops"]
    async with database.transaction() as tx:
        again = await escalations.find(tx, first.id)
        assert again is not None
        await escalations.save(tx, replace(again, problem="", title="Exports fail"))

    assert await found(database, "cookie") == []
    assert await found(database, "login") == []
    assert titles(await found(database, "export failing")) == ["Exports fail"]


async def test_what_is_rolled_back_is_not_found(database: Database) -> None:
    async def fails() -> None:
        async with database.transaction() as tx:
            await raised(tx, "Never happened")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    assert await found(database, "happened") == []


async def test_words_of_the_title_and_more_words_come_first(database: Database) -> None:
    async with database.transaction() as tx:
        await raised(tx, "Reports are slow", problem="The queue is long and the login fails.")
        await raised(tx, "Login fails in a loop")
        await raised(tx, "Printing", problem="Somebody asked about the loop.")

    assert titles(await found(database, "login fails loop"))[:2] == [
        "Login fails in a loop",
        "Reports are slow",
    ]


async def test_the_same_customer_and_category_count_also_without_words(database: Database) -> None:
    async with database.transaction() as tx:
        await raised(tx, "Login loop", customer="Globex")
        await raised(tx, "Nothing in common")
        await raised(tx, "Login loop again")
        await raised(tx, "Of the category", customer="Hooli", category="performance")
        acme = await customers.named(tx, "acme")
    assert acme is not None

    alike = await found(database, "login loop", customer_id=acme.id, category="performance")

    assert titles(alike) == [
        "Login loop again",
        "Login loop",
        "Nothing in common",
        "Of the category",
    ]
    assert [one.why for one in alike] == [
        (Similarity.CUSTOMER, Similarity.WORDS),
        (Similarity.WORDS,),
        (Similarity.CUSTOMER,),
        (Similarity.CATEGORY,),
    ]


async def test_a_customer_is_found_by_the_name(database: Database) -> None:
    async with database.transaction() as tx:
        await raised(tx, "Dark", customer="Umbrella Health")
        await raised(tx, "Bright", customer="Sun % Co")

    assert titles(await found(database, "UMBRELLA dark")) == ["Dark"]
    assert titles(await found(database, "umbrella")) == ["Dark"]
    assert await found(database, "health") == []


async def enters(tx: Transaction, escalation: Escalation, user: SlackUserId) -> None:
    """Let somebody into the room of an escalation."""
    await members.record(tx, escalation.id, [user], is_member=True, changed_at=AT, recorded_at=AT)


async def test_private_ones_are_known_to_those_who_are_in_their_rooms(database: Database) -> None:
    async with database.transaction() as tx:
        hidden = await raised(tx, "Login merger", visibility=Visibility.PRIVATE)
        await enters(tx, hidden, EVA)
        for number in range(6):
            await raised(tx, f"Login {number}")
            await raised(tx, f"Login secret {number}", visibility=Visibility.PRIVATE)

    page = await found(database, "login", limit=5)
    assert len(page) == 5
    assert not [one for one in page if one.escalation.is_private]
    assert await found(database, "merger") == []
    assert titles(await found(database, "merger", by=EVA)) == ["Login merger"]
    async with database.transaction() as tx:
        await enters(tx, hidden, LEA)
    assert titles(await found(database, "merger")) == ["Login merger"]
    assert titles(await found(database, "login", only_own=True)) == ["Login merger"]


async def test_the_escalation_itself_is_not_like_itself(database: Database) -> None:
    async with database.transaction() as tx:
        one = await raised(tx, "Login loop")
        await raised(tx, "Login again")

    assert titles(await found(database, "login", but=one.id)) == ["Login again"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "the and of it",
        "AND OR NOT NEAR",
        "NEAR(login loop, 3)",
        'title:"login" OR -loop*',
        "((((",
        '"',
        "''",
        "\\",
        "login'); DROP TABLE escalations; --",
        "!&|<->:*",
        "* ^ ~ % _ {}",
        "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
        "\u202eolleh\u202c \u200f\u05e9\u05dc",
        "हिन्दी 日本語 ไทย العربية",
        "²³ ½ ١٢٣ Ⅷ",
        "x" * 3000,
        "login " * 500,
        " ".join(f"word{number}" for number in range(400))[:3000],
        "a\tb\nc\x07",
    ],
)
async def test_nothing_that_is_typed_breaks_it(database: Database, words: str) -> None:
    async with database.transaction() as tx:
        await raised(tx, "Login loop", problem=words.replace("\x00", ""))

    alike = await found(database, words)

    assert len(alike) <= 1
    assert ("Login loop" in titles(alike)) >= ("login" in words.lower())


async def test_a_table_that_a_revision_rebuilt_is_followed_again(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.transaction() as tx:
        known = await raised(tx, "Login loop")
        for name in ("gone", "changed"):
            await tx.execute(text(f"DROP TRIGGER escalation_words_{name}"))
        await escalations.save(tx, replace(known, problem="the proxy strips cookies"))
    assert await found(database, "cookies") == []

    migrate.upgrade(sqlite_url)

    assert titles(await found(database, "cookies")) == ["Login loop"]
    async with database.transaction() as tx:
        changed = await escalations.find(tx, known.id)
        assert changed is not None
        await escalations.save(tx, replace(changed, problem="a clock is late"))
    assert await found(database, "cookies") == []
    assert titles(await found(database, "clock")) == ["Login loop"]
    await database.close()


async def test_what_is_not_learnt_yet_may_change_and_go(database: Database) -> None:
    async with database.transaction() as tx:
        owner = await customers.find_or_add(tx, Customer(id=CustomerId(0), name="Acme"))
        early = await escalations.add(tx, drafted(owner.id, "Login loop"))
        assert early is not None
        await escalations.save(tx, replace(early, problem="the proxy strips cookies"))
    assert await found(database, "cookies") == []

    async with database.transaction() as tx:
        for _ in range(2):
            await learn(tx, early.id)

    (alike,) = await found(database, "cookies")
    assert alike.escalation.id == early.id
