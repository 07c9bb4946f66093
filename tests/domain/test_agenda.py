"""The agenda says what changed, blocks, comes next and waits for a decision; nothing else."""

from datetime import date, timedelta

import pytest

from bot.domain.escalation.escalation import Confidence
from bot.domain.escalation.timeline import EntryKind
from bot.domain.meetings.agenda import age, agenda, grouped, to_decide
from bot.domain.plan.item import ItemState, Priority
from bot.domain.plan.kinds import ItemKind
from tests.domain.records import OPENED_AT, entry, escalation, item, war_room

HOUR = timedelta(hours=1)


def test_what_changed_is_grouped_with_the_newest_first_and_the_rest_counted() -> None:
    decided = [entry(EntryKind.DECIDED, f"D-{n}", n) for n in range(1, 6)]
    found = list(
        grouped(
            [
                entry(EntryKind.ROOM_RENAMED, "#other"),
                *decided,
                entry(EntryKind.STATUS_CHANGED, "Status: Triage → Active"),
                entry(EntryKind.MINUTE_NOTED, "N-1: hello"),
                entry(EntryKind.CALL_DONE, "Checkpoint done"),
            ]
        )
    )

    assert [group.title for group in found] == ["Severity and status", "Decided", "Also"]
    assert [told.text for told in found[1].told] == ["D-5", "D-4", "D-3"]
    assert found[1].more == 2


def test_three_actions_come_next_by_urgency_and_blocked_ones_are_blockers() -> None:
    actions = [
        item(ItemKind.ACTION, number=1, due_at=OPENED_AT + 4 * HOUR),
        item(ItemKind.ACTION, number=2, due_at=OPENED_AT + 2 * HOUR),
        item(ItemKind.ACTION, number=3, priority=Priority.HIGH),
        item(ItemKind.ACTION, number=4, state=ItemState.BLOCKED),
        item(ItemKind.ACTION, number=5, state=ItemState.DONE),
        item(ItemKind.ACTION, number=6),
    ]

    found = agenda(war_room(*actions, item(ItemKind.BLOCKER)), [])

    assert [action.label for action in found.actions] == ["A-3", "A-2", "A-1"]
    assert [blocker.label for blocker in found.blockers] == ["B-1", "A-4"]


def test_many_blockers_and_questions_are_counted() -> None:
    blockers = [item(ItemKind.BLOCKER, number=n) for n in range(1, 9)]
    late = [item(ItemKind.PROMISE, number=n, due_at=OPENED_AT - HOUR) for n in range(1, 10)]

    found = agenda(war_room(*blockers, *late), [])

    assert (len(found.blockers), found.more_blockers) == (5, 3)
    assert (len(found.to_decide), found.more_to_decide) == (6, 3)


@pytest.mark.parametrize(
    ("due_in", "state", "said"),
    [
        (-HOUR, ItemState.OPEN, "is overdue"),
        (23 * HOUR, ItemState.OPEN, "is at risk"),
        (90 * HOUR, ItemState.BLOCKED, "is at risk"),
        (90 * HOUR, ItemState.OPEN, None),
        (-HOUR, ItemState.DONE, None),
    ],
)
def test_a_promise_is_talked_about_before_it_is_broken(
    due_in: timedelta, state: ItemState, said: str | None
) -> None:
    promise = item(ItemKind.PROMISE, state=state, due_at=OPENED_AT + due_in)

    found = [asked.question for asked in to_decide(war_room(promise))]

    assert bool(found) == (said is not None)
    assert all(str(said) in question for question in found)


def test_needs_confidence_and_old_decisions_wait_for_a_decision() -> None:
    doubtful = escalation(confidence=Confidence.LOW, confidence_why="no logs")
    found = to_decide(
        war_room(
            item(ItemKind.NEED, due_at=OPENED_AT - HOUR),
            item(ItemKind.NEED, number=2, due_at=OPENED_AT + HOUR),
            item(ItemKind.DECISION, review_on=date(2026, 11, 23)),
            item(ItemKind.DECISION, number=2, review_on=date(2026, 11, 24)),
            item(
                ItemKind.DECISION,
                number=3,
                state=ItemState.SUPERSEDED,
                review_on=date(2026, 11, 20),
            ),
            of=doubtful,
        )
    )

    assert [(a.item.label if a.item else "", a.question.partition(":")[0]) for a in found] == [
        ("C-1", "is overdue from the customer"),
        ("", "Confidence in the plan is low (no logs)"),
        ("D-1", "is due for review"),
    ]


def test_days_are_the_customers() -> None:
    decided = item(ItemKind.DECISION, review_on=date(2026, 11, 24))
    evening = OPENED_AT + 6 * HOUR  # 14:00 in UTC is past midnight in Auckland

    assert list(to_decide(war_room(decided, at=evening))) == []
    assert len(list(to_decide(war_room(decided, at=evening, time_zone="Pacific/Auckland")))) == 1


@pytest.mark.parametrize(
    ("since", "said"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (47 * 60, "47 h"), (72 * 60, "3 days")],
)
def test_an_age_is_said_in_words(since: int, said: str) -> None:
    assert age(OPENED_AT, OPENED_AT + timedelta(minutes=since)) == said
