"""What a digest says: how things stand, what is asked, what moved, in which order."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.digest.content import AskKind, Movement, compose
from bot.domain.digest.digest import Numbers
from bot.domain.digest.facts import (
    DigestFacts,
    DueItem,
    PausedClock,
    SlaLine,
    SlaState,
    StateChange,
    paused_lines,
)
from bot.domain.digest.rag import Rag, rag, score
from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Confidence, EscalationId, Severity, Status
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.domain.sla.clock import RESOLUTION, WORKAROUND
from bot.domain.time.segments import PauseReason
from tests.domain.digest_builders import (
    DAY,
    EVA,
    HOUR,
    NOW,
    escalation,
    facts,
    item,
    move,
    severity,
    status,
)

NOOR = SlackUserId("U0NOOR001")
S1, S2, S3, S4 = Severity


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Rag.GREEN),
        ({"severity": S1}, Rag.RED),
        ({"severity": S1, "status": Status.MITIGATED}, Rag.RED),
        ({"severity": S1, "status": Status.RESOLVED}, Rag.AMBER),
        ({"next_update_due_at": NOW - HOUR}, Rag.RED),
        ({"next_update_due_at": NOW}, Rag.GREEN),
        ({"next_update_due_at": None}, Rag.GREEN),
        ({"confidence": Confidence.LOW}, Rag.RED),
        ({"confidence": Confidence.MEDIUM}, Rag.AMBER),
        ({"confidence": Confidence.HIGH}, Rag.GREEN),
        ({"blocked_since": NOW - DAY - HOUR}, Rag.RED),
        ({"blocked_since": NOW - DAY}, Rag.AMBER),
        ({"severity": S2}, Rag.AMBER),
        ({"acknowledged_at": None}, Rag.AMBER),
        ({"handover_to": NOOR}, Rag.AMBER),
    ],
)
def test_how_it_stands_is_derived(values: dict[str, Any], expected: Rag) -> None:
    assert rag(escalation(**values), NOW) is expected


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ({}, 5),
        ({"severity": S1}, 40),
        ({"severity": S2, "tier": Tier.STRATEGIC}, 35),
        ({"next_update_due_at": NOW - HOUR}, 25),
        ({"confidence": Confidence.LOW}, 20),
        ({"blocked_since": NOW - 2 * DAY}, 20),
        ({"acknowledged_at": None}, 15),
        ({"raised_at": NOW - 3 * DAY}, 8),
        ({"raised_at": NOW - 300 * DAY}, 15),
    ],
)
def test_the_score_adds_up(values: dict[str, Any], points: int) -> None:
    assert score(escalation(**values), NOW) == points


def test_red_ones_come_by_score_five_at_most() -> None:
    found = [escalation(n, severity=S1, raised_at=NOW - n * DAY) for n in range(1, 8)]

    digest = compose(facts(*found, escalation(9)))

    assert [one.escalation.id for one in digest.red.shown] == [7, 6, 5, 4, 3]
    assert (digest.red.more, digest.red.total) == (2, 7)
    assert digest.listed.total == 8


@pytest.mark.parametrize(
    ("values", "items", "kind"),
    [
        ({"severity": S2, "acknowledged_at": None}, (), AskKind.UNACKNOWLEDGED),
        ({"next_update_due_at": NOW - HOUR}, (), AskKind.UPDATE_MISSED),
        ({}, (item(ItemKind.PROMISE, due_at=NOW + HOUR),), AskKind.PROMISE_DUE),
        ({}, (item(ItemKind.NEED, due_at=NOW + HOUR),), AskKind.NEED_DUE),
        ({"blocked_since": NOW - 2 * DAY}, (item(ItemKind.BLOCKER),), AskKind.BLOCKED),
        ({"handover_to": NOOR}, (), AskKind.HANDOVER),
        ({"confidence": Confidence.LOW}, (), AskKind.LOW_CONFIDENCE),
        (
            {"confidence": Confidence.LOW, "next_update_due_at": NOW - HOUR},
            (item(ItemKind.NEED, due_at=NOW),),
            AskKind.UPDATE_MISSED,
        ),
    ],
)
def test_leadership_is_asked_once_for_each_by_its_gravest_reason(
    values: dict[str, Any], items: tuple[DueItem, ...], kind: AskKind
) -> None:
    digest = compose(facts(escalation(1, **values), items=items))

    assert [ask.kind for ask in digest.asks.shown] == [kind]
    assert digest.asks.shown[0].who == (NOOR if kind is AskKind.HANDOVER else EVA)


def test_an_unacknowledged_s3_is_nothing_for_leadership() -> None:
    assert not compose(facts(escalation(1, severity=S3, acknowledged_at=None))).asks


def test_a_blocker_names_itself_and_whoever_clears_it() -> None:
    blocked = escalation(1, blocked_since=NOW - 2 * DAY)

    (ask,) = compose(facts(blocked, items=(item(ItemKind.BLOCKER, 4, owner=NOOR),))).asks.shown

    assert ask.item is not None
    assert (ask.item.label, ask.who) == ("B-4", NOOR)


def test_three_are_asked_for_at_most_the_highest_score_first() -> None:
    found = [escalation(n, severity=S2, acknowledged_at=None) for n in range(1, 5)]
    worst = escalation(5, severity=S1, acknowledged_at=None)

    digest = compose(facts(*found, worst))

    assert [ask.escalation.id for ask in digest.asks.shown] == [5, 1, 2]
    assert [ask.escalation.id for ask in digest.asks.rest] == [3, 4]


def test_updates_are_missed_at_risk_or_no_news() -> None:
    digest = compose(
        facts(
            escalation(1, next_update_due_at=NOW - HOUR),
            escalation(2, next_update_due_at=NOW - 2 * HOUR),
            escalation(3, next_update_due_at=NOW + DAY),
            escalation(4, next_update_due_at=NOW + DAY + HOUR),
            escalation(5, next_update_due_at=None),
        )
    )

    assert [line.escalation.id for line in digest.breached.shown] == [2, 1]
    assert {line.clock_name for line in digest.breached.shown} == {"Next update"}
    assert [line.escalation.id for line in digest.at_risk.shown] == [3]


def test_moves_are_counted() -> None:
    moves = (
        move(1, EntryKind.OPENED),
        move(2, EntryKind.OPENED, at=NOW - 2 * DAY),  # before the last digest
        status(3, Status.REVIEW, Status.CLOSED),
        status(4, Status.RESOLVED, Status.ACTIVE),
        status(5, Status.CLOSED, Status.ACTIVE, kind=EntryKind.REOPENED),
        status(12, Status.RESOLVED, Status.CONFIRMED),
        status(6, Status.ON_HOLD, Status.ACTIVE),
        status(7, Status.ACTIVE, Status.DE_ESCALATED),
        status(8, Status.INTAKE, Status.DECLINED),
        status(9, Status.MITIGATED, Status.RESOLVED),
        move(10, EntryKind.STATUS_CHANGED),  # from before states were kept
        severity(11, S3, S1),
    )

    digest = compose(facts(escalation(1), moves=moves))

    assert digest.movement == Movement(
        opened=1, closed=1, reopened=2, de_escalated=1, declined=1, resolved=1
    )
    assert [m.escalation_id for m in digest.resolved.shown] == [9, 7, 3]


@pytest.mark.parametrize(
    ("moves", "before"),
    [
        ((), (0, 1, 0, 1)),
        ((move(1, EntryKind.OPENED),), (0, 1, 0, 0)),
        ((severity(2, S1, S2),), (1, 0, 0, 1)),
        ((severity(2, S3, S1, severity=S2), severity(2, S1, S2)), (0, 0, 1, 1)),
        ((status(9, Status.ACTIVE, Status.CLOSED, severity=S3),), (0, 1, 1, 1)),
        ((status(2, Status.CLOSED, Status.ACTIVE, severity=S2),), (0, 0, 0, 1)),
        (
            (
                move(9, EntryKind.OPENED, status=Status.DECLINED),
                status(9, Status.INTAKE, Status.DECLINED),
            ),
            (0, 1, 0, 1),
        ),
    ],
    ids=["still", "new", "milder", "twice", "closed", "reopened", "came and went"],
)
def test_yesterday_is_what_is_open_now_less_what_happened(
    moves: tuple[StateChange, ...], before: tuple[int, ...]
) -> None:
    found = facts(escalation(1), escalation(2, severity=S2), moves=moves)

    assert compose(found).before.open == before


def test_the_last_digest_says_who_turned_red_and_who_no_longer_is() -> None:
    last = Numbers(open=(1, 0, 0, 1), red=(EscalationId(1), EscalationId(9)))

    digest = compose(facts(escalation(1), escalation(2, severity=S1)), last=last)

    assert [one.id for one in digest.turned_red.shown] == [2]
    assert [one.id for one in digest.no_longer_red.shown] == [1]  # 9 may not be seen any more
    assert digest.before == last


def test_the_first_digest_knows_of_no_change_of_colour() -> None:
    digest = compose(facts(escalation(2, severity=S1)))

    assert not digest.turned_red
    assert not digest.no_longer_red


def test_a_severity_that_went_there_and_back_is_no_news() -> None:
    there = (severity(1, S3, S1), severity(1, S1, S3))
    further = (severity(2, S3, S2), severity(2, S2, S1))

    digest = compose(facts(escalation(1), escalation(2), moves=(*there, *further)))

    assert [(m.escalation_id, was, now) for m, was, now in digest.graver.shown] == [(2, S3, S1)]


def test_the_oldest_three_are_named() -> None:
    found = [escalation(n, raised_at=NOW - n * DAY) for n in range(1, 6)]

    assert [one.id for one in compose(facts(*found)).oldest.shown] == [5, 4, 3]


def test_hidden_ones_are_no_news_by_themselves() -> None:
    assert compose(facts(restricted=2)).restricted == 0
    assert compose(facts(escalation(1), restricted=2)).restricted == 2


def test_more_items_than_were_read_are_counted() -> None:
    slipping = tuple(item(ItemKind.MILESTONE, n, of_kind=57) for n in range(1, 21))

    digest = compose(facts(escalation(1), items=slipping))

    assert len(digest.slipped.shown) == 3
    assert (len(digest.slipped.rest), digest.slipped.total) == (17, 57)


def test_nothing_makes_an_empty_digest() -> None:
    assert compose(DigestFacts(now=NOW, since=NOW - DAY)).open == 0


def clock(number: int, due_at: datetime, **more: Any) -> SlaLine:
    """A resolution that is broken, or due."""
    state = SlaState.BREACHED if due_at < NOW else SlaState.AT_RISK
    values: dict[str, Any] = {"clock_name": "Resolution", "state": state}
    return SlaLine(
        escalation=escalation(number, severity=more.pop("severity", Severity.S2)),
        due_at=due_at,
        **{**values, **more},
    )


def test_breached_names_the_last_day_and_counts_what_is_older() -> None:
    clocks = [clock(n, NOW - (20 + n) * HOUR) for n in range(1, 8)]  # 21 h to 27 h ago
    worst = clock(9, NOW - HOUR, severity=Severity.S1)

    digest = compose(facts(clocks=(*clocks, worst)))

    assert [line.escalation.id for line in digest.breached.shown] == [9, 4, 3]
    assert [line.escalation.id for line in digest.breached.rest] == [2, 1]
    assert digest.still_broken.total == 3


def test_a_digest_that_looks_back_further_names_breaches_since_then() -> None:
    monday = facts(clocks=(clock(1, NOW - 50 * HOUR),), since=NOW - 3 * DAY)

    assert compose(monday).breached.total == 1


def test_a_resolution_due_in_three_hours_stands_before_routine_updates() -> None:
    updates = [
        clock(n, NOW + n * HOUR / 4, clock_name="Next update", is_routine=True) for n in range(1, 6)
    ]

    digest = compose(facts(clocks=(*updates, clock(9, NOW + 3 * HOUR))))

    assert [line.escalation.id for line in digest.at_risk.shown] == [9, 1, 2]


@pytest.mark.parametrize(
    ("found", "more", "last", "has_worsened"),
    [
        ({"severity": S1}, {}, None, True),
        ({"severity": S1, "raised_at": NOW - 2 * DAY}, {}, None, False),
        ({"severity": S1, "raised_at": NOW - 2 * DAY}, {"moves": 1}, None, True),
        ({"next_update_due_at": NOW - HOUR, "raised_at": NOW - 2 * DAY}, {}, None, True),
        ({"next_update_due_at": NOW - 2 * DAY, "raised_at": NOW - 3 * DAY}, {}, None, False),
        ({"severity": S1, "raised_at": NOW - 2 * DAY}, {}, (), True),
        ({"severity": S1, "raised_at": NOW - 2 * DAY}, {}, (1,), False),
    ],
    ids=["new", "red before", "was S3", "missed since", "missed before", "not told", "told"],
)
def test_what_turned_red_has_worsened(
    found: dict[str, Any],
    more: dict[str, Any],
    last: tuple[int, ...] | None,
    *,
    has_worsened: bool,
) -> None:
    moves = (severity(1, Severity.S3, S1),) if more else ()
    told = None if last is None else Numbers(open=(1, 0, 0, 0), red=last)  # type: ignore[arg-type]

    digest = compose(facts(escalation(1, **found), moves=moves), last=told)

    assert [one.has_worsened for one in digest.red.shown] == [has_worsened]


def test_clocks_that_stand_still_for_one_reason_are_one_line() -> None:
    first = PausedClock(
        escalation_id=EscalationId(1),
        kind=RESOLUTION,
        reason=PauseReason("vendor"),
        until_at=NOW + DAY,
    )
    second = replace(first, kind=WORKAROUND, until_at=NOW + HOUR)
    other = replace(first, reason=PauseReason("asked"), until_at=None)
    gone = replace(first, escalation_id=EscalationId(2))

    lines = paused_lines(
        [escalation(1)],
        [first, second, other, gone],
        titled=lambda kind: kind.capitalize(),
        reason_titled=lambda reason: reason.capitalize(),
    )

    assert [(line.clock_names, line.reason, line.until_at) for line in lines] == [
        (("Resolution", "Workaround"), "Vendor", NOW + HOUR),
        (("Resolution",), "Asked", None),
    ]
