"""The executive update fits into 120 words whatever people wrote, and says what is not known."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.digest.exec_update import MOST_WORDS, exec_update
from bot.domain.escalation.customer import Contract, Tier
from bot.domain.escalation.escalation import Confidence, Status
from bot.domain.plan.kinds import ItemKind
from tests.domain.records import OPENED_AT, escalation, item, war_room

LONG = "word " * 80
texts = st.text(st.sampled_from("ab \n"), max_size=400)


@given(impact=texts, situation=texts, why=texts, name=texts, said=texts)
@example(impact=LONG, situation=LONG, why=LONG, name=LONG, said=LONG)
def test_it_is_never_longer_than_120_words(
    impact: str, situation: str, why: str, name: str, said: str
) -> None:
    found = exec_update(
        war_room(
            *[item(ItemKind.PROMISE, said, due_at=OPENED_AT - timedelta(hours=n)) for n in (1, 2)],
            *[item(ItemKind.BLOCKER, said) for _ in range(12)],
            of=escalation(
                business_impact=impact,
                situation=situation,
                confidence=Confidence.MEDIUM,
                confidence_why=why,
                status=Status.ON_HOLD,
                critical_on=date(2026, 12, 1),
                next_update_due_at=OPENED_AT,
            ),
            name=name,
            tier=Tier.STRATEGIC,
            time_zone="Europe/Berlin",
            contract=Contract(ends_on=date(2027, 1, 31)),
        ),
        manager=name,
        next_at=OPENED_AT,
    )

    assert len(found.text.split()) <= MOST_WORDS


def test_it_says_all_that_leadership_asks_and_what_is_not_known() -> None:
    found = exec_update(war_room(at=OPENED_AT + timedelta(hours=25)), manager="Eva", next_at=None)

    assert found.text.splitlines() == [
        "ESC-2026-0042 · Acme (Standard) · S1 · day 2 · Eva",
        "Impact: unknown",
        "Status: Active. Confidence: unknown.",
        "Customer: no update due",
        "Exposure: none",
        "Decision needed: none",
        "Next update: on request",
    ]


def test_exposure_and_the_first_question_are_named() -> None:
    found = exec_update(
        war_room(
            item(ItemKind.PROMISE, "send the report", due_at=OPENED_AT - timedelta(hours=1)),
            item(ItemKind.BLOCKER),
            of=escalation(critical_on=date(2026, 12, 1), next_update_due_at=OPENED_AT),
            contract=Contract(ends_on=date(2026, 12, 3)),
            time_zone="Europe/Berlin",
        ),
        manager="Eva",
        next_at=OPENED_AT,
    )

    lines = dict(found.lines)
    assert lines["Customer"] == (
        "next update due 23 Nov 09:00 Europe/Berlin; 1 promise open, 1 late"
    )
    assert lines["Exposure"] == "critical date 01 Dec; contract ends in 10 days; 1 blocker"
    assert lines["Decision needed"].startswith("P-1 “send the report” is overdue")
    assert lines["Next update"] == "23 Nov 09:00 Europe/Berlin"
