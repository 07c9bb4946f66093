"""The digest as it is read: within its words, cut with a sign, one line when nothing is open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest.content import Digest, compose
from bot.domain.digest.digest import Lateness, LookBack, Numbers
from bot.domain.digest.facts import PausedLine
from bot.domain.escalation.anchors import anchored
from bot.domain.escalation.chain import NO_KEYS
from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Confidence, EscalationId, Severity, Status
from bot.domain.escalation.room import ChannelId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.plan.kinds import ItemKind
from bot.sandbox import checks
from bot.views.block_kit.money import money
from bot.views.block_kit.word_budget import few
from bot.views.digest.digest import MOST_WORDS, details, digest
from tests.domain.digest_builders import (
    DAY,
    HOUR,
    NOW,
    escalation,
    facts,
    item,
    move,
    severity,
    status,
)
from tests.war_room import words_of

WORDS = "w " * 80
LONG = "ÄÖ👩‍🚀" * 60
ANCHOR = anchored((), NO_KEYS, at=NOW)


def crowded(count: int, text: str) -> Digest:
    """A day on which everything is wrong with that many escalations at once."""
    found = [
        escalation(
            n,
            title=text[:150],
            customer=text[:120],
            arr=2_100_000 + n,
            arr_currency="EUR",
            renews_on=NOW.date(),
            situation=text,
            tier=Tier.STRATEGIC,
            severity=list(Severity)[n % 2],
            owner_name=text[:80],
            acknowledged_at=None,
            confidence=Confidence.LOW,
            next_update_due_at=NOW - DAY if n % 2 else NOW + DAY,
            blocked_since=NOW - 3 * DAY,
            room=ChannelId(f"C{n:09d}"),
        )
        for n in range(1, count + 1)
    ]
    items = [
        item(kind, n, text=text, of_kind=count, escalation_id=n, due_at=NOW)
        for kind in (ItemKind.MILESTONE, ItemKind.BLOCKER, ItemKind.PROMISE, ItemKind.NEED)
        for n in range(1, min(count, 20) + 1)
    ]
    moves = [
        *(move(n, EntryKind.OPENED, customer=text[:120]) for n in range(1, count + 1)),
        *(severity(n, Severity.S3, Severity.S1, customer=text[:120]) for n in range(1, count)),
        *(status(900 + n, Status.ACTIVE, Status.CLOSED, customer=text[:120]) for n in range(9)),
    ]
    paused = tuple(
        PausedLine(escalation=e, clock_names=(text[:60],) * 3, reason=text[:60], until_at=NOW)
        for e in found
    )
    crowd = facts(*found, paused=paused, items=tuple(items), moves=tuple(moves), restricted=3)
    return compose(
        crowd,
        look_back=LookBack(name="Since Friday", since=NOW - 3 * DAY),
        late=Lateness(due_at=NOW - DAY, missed=12),
    )


@pytest.mark.parametrize(
    "text", ["Orders stand still", WORDS, LONG], ids=["plain", "words", "long"]
)
@pytest.mark.parametrize("count", [1, 5, 40, 200])
def test_it_keeps_to_its_words_and_to_slacks_limits(count: int, text: str) -> None:
    found = crowded(count, text)

    message = digest(found, "digest:1", zone="Europe/Lisbon")
    thread = details(found, lambda number: f"digest_details:1.{number}", ANCHOR)

    assert len(words_of(message.blocks).split()) <= MOST_WORDS
    for one in (message, *thread):
        checks.blocks(one.blocks, "message")
    assert len({one.blocks[0]["block_id"] for one in (message, *thread)}) == len(thread) + 1


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 60), text=st.text(min_size=1, max_size=300))
def test_whatever_people_write_it_keeps_to_its_words(count: int, text: str) -> None:
    message = digest(crowded(count, text), "digest:1", zone="Asia/Kathmandu")

    assert len(words_of(message.blocks).split()) <= MOST_WORDS


def test_what_does_not_fit_is_said_to_be_in_the_thread() -> None:
    message = digest(crowded(40, WORDS), "digest:1", zone="UTC")

    said = words_of(message.blocks)
    assert "Needs you today" in said
    assert "more in the thread" in said
    assert said.index("Needs you today") < said.index("RED\n") < said.index("SLA")


def test_the_thread_holds_what_the_message_may_leave_out() -> None:
    last = Numbers(open=(0, 0, 0, 1), red=(EscalationId(1),))
    found = facts(
        escalation(1, raised_at=NOW - 9 * DAY),
        escalation(2, severity=Severity.S1, acknowledged_at=None, next_update_due_at=NOW - DAY),
        escalation(3, next_update_due_at=NOW + DAY),
        items=(
            item(ItemKind.MILESTONE),
            item(ItemKind.BLOCKER, escalation_id=2),
            item(ItemKind.PROMISE, due_at=NOW),
        ),
        moves=(
            severity(2, Severity.S2, Severity.S1),
            status(9, Status.ACTIVE, Status.RESOLVED),
        ),
    )

    said = "".join(
        words_of(part.blocks) for part in details(compose(found, last=last), str, ANCHOR)
    )

    for title in (
        "Needs someone today",
        "SLA breached",
        "SLA at risk in 24 h",
        "Milestones slipping",
        "Blockers over 24 h",
        "Promises due today",
        "RED since the last digest\nESC-2026-0002",
        "No longer RED\nESC-2026-0001",
        "Severity changed\nESC-2026-0002",
        "Resolved or closed\nESC-2026-0009",
        "Oldest\nESC-2026-0001 Acme · day 10",
        "All open, highest score first\nESC-2026-0002",
    ):
        assert title in said


def test_the_asks_are_the_last_to_go() -> None:
    said = words_of(digest(crowded(200, WORDS), "digest:1", zone="UTC").blocks)

    assert said.count("not acknowledged") == 3


def test_nobody_is_called_by_name() -> None:
    found = crowded(5, "Orders stand still")

    messages = [digest(found, "digest:1", zone="UTC"), *details(found, str, ANCHOR)]

    assert "'user'" not in str([message.blocks for message in messages])


def test_it_says_that_it_is_late_and_looks_back() -> None:
    said = words_of(digest(crowded(1, "x"), "digest:1", zone="Europe/Lisbon").blocks)

    assert "Late: was due Wed 25 Nov 09:00; 12 before it never sent." in said
    assert "Since Friday: 1 new, 9 closed" in said


def test_nothing_open_is_one_line_with_what_moved() -> None:
    closed = compose(facts(moves=(status(1, Status.REVIEW, Status.CLOSED),), restricted=4))

    message = digest(closed, "digest:1", zone="UTC")

    assert words_of(message.blocks).strip() == (
        "Nothing is open. Since Wed 25 Nov 09:00: 1 closed."
    )
    assert details(closed, str, ANCHOR) == []


def test_few_words_end_with_a_sign() -> None:
    assert few("one two three", 3) == "one two three"
    assert few("one two  three\nfour", 3) == "one two three…"
    assert few("x" * 200, 3, longest=10) == "xxxxxxxxx…"


def test_a_red_line_says_what_is_at_stake_and_where_it_goes() -> None:
    worse = escalation(
        42,
        severity=Severity.S1,
        tier=Tier.STRATEGIC,
        raised_at=NOW - 36 * HOUR,
        arr=2_100_000,
        arr_currency="EUR",
        renews_on=NOW.date() + 63 * DAY,
        situation="Two sites cannot release orders",
    )
    same = escalation(43, severity=Severity.S1, renews_on=NOW.date() - 2 * DAY)
    last = Numbers(open=(1, 0, 0, 0), red=(EscalationId(43),))

    said = words_of(digest(compose(facts(worse, same), last=last), "digest:1", zone="UTC").blocks)

    assert (
        "ESC-2026-0042 Acme (Strategic, ARR €2.1 M, renews in 63 d) · S1 · RED ↓ · day 2 · eva"
        in said
    )
    assert "ESC-2026-0043 Acme (Standard, contract ended 2 d ago) · S1 · RED → · day 1" in said


def test_milestones_and_blockers_are_named_with_their_words() -> None:
    found = facts(
        escalation(1),
        items=(
            item(ItemKind.MILESTONE, 2, text="All sites release orders again by Friday noon"),
            item(ItemKind.BLOCKER, 3, text="Vendor's hotfix"),
        ),
    )

    said = words_of(digest(compose(found), "digest:1", zone="UTC").blocks)

    assert "Milestones slipping 1: ESC-2026-0001 M-2 “All sites release orders again by…”" in said
    assert "Blockers over 24 h 1: ESC-2026-0001 B-3 “Vendor's hotfix”" in said


def test_it_says_which_clocks_stand_still() -> None:
    one = escalation(1)
    paused = PausedLine(
        escalation=one,
        clock_names=("Resolution", "Workaround"),
        reason="Waiting for the vendor",
        until_at=None,
    )

    said = words_of(digest(compose(facts(one, paused=(paused,))), "digest:1", zone="UTC").blocks)

    assert "Paused 1: ESC-2026-0001 Acme, Resolution, Workaround: Waiting for the vendor" in said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (0, "", "0"),
        (950, "EUR", "€950"),
        (450_000, "CHF", "CHF 450 k"),
        (999_999, "USD", "$1 M"),
        (2_140_000, "EUR", "€2.1 M"),
        (1_250_000_000, "GBP", "£1.2 B"),
    ],
)
def test_money_is_short(amount: int, currency: str, said: str) -> None:
    assert money(amount, currency) == said
