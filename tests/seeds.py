"""Many escalations at once, written straight into the database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.sandbox.demo import TEAM
from storage.customers import customers
from storage.database.database import Database
from storage.people import people
from storage.tables.escalations import EscalationRow, ItemRow, RoomRow, TimelineHeadRow

AT_ONCE = 5_000  # rows in one statement
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


class SetClock:
    """A clock that says what it was told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


async def escalations(
    database: Database,
    count: int,
    *,
    owner: Callable[[int], str],
    due_at: Callable[[int], datetime],
    remind_at: Callable[[int], datetime],
    began: datetime = BEGAN,
    given_at: Callable[[int], datetime] | None = None,
    first: int = 1,
) -> None:
    """Write open escalations, each with an action of its owner, and when each is looked at."""
    numbers = range(first, first + count)
    given = given_at or (lambda _number: began)
    async with database.transaction() as tx:
        if first == 1:
            await customers.find_or_add(tx, Customer(id=CustomerId(0), name="Acme"))
        for start in range(first, first + count, AT_ONCE):
            some = [n for n in numbers if start <= n < start + AT_ONCE]
            await tx.execute(insert(EscalationRow), [_escalation(n, owner(n), began) for n in some])
            await tx.execute(insert(RoomRow), [_room(n) for n in some])
            await tx.execute(
                insert(ItemRow), [_item(n, owner(n), due_at(n), given(n)) for n in some]
            )
            heads = [
                {
                    "escalation_id": n,
                    "sequence": 0,
                    "digest": "",
                    "progress_at": due_at(n),
                    "remind_at": remind_at(n),
                }
                for n in some
            ]
            await tx.execute(insert(TimelineHeadRow), heads)


async def members(database: Database, users: list[str], *, at: datetime) -> None:
    """Let these people be known as full members."""
    async with database.transaction() as tx:
        for user in users:
            person = Person(id=SlackUserId(user), name=user.lower(), kind=PersonKind.MEMBER)
            await people.upsert(tx, person, at=at)


def _escalation(number: int, owner: str, began: datetime) -> dict[str, object]:
    return {
        "id": number,
        "team_id": TEAM,
        "customer_id": 1,
        "title": f"Orders stand still {number}",
        "problem": "",
        "business_impact": "",
        "customer_ask": "",
        "severity": "s1",
        "status": "resolved",  # what is solved may be silent: then one thing is due
        "visibility": "public",
        "owner": owner,
        "raised_by": owner,
        "raised_at": began,
        "submission_key": f"seed:{number}",
        "version": 1,
        "situation": "",
        "confidence_why": "",
        "status_reason": "",
        "status_evidence": "",
        "outcome": "",
        "reopen_count": 0,
        "handover_note": "",
    }


def _room(number: int) -> dict[str, object]:
    return {"escalation_id": number, "state": "open", "is_private": False, "name": f"esc-{number}"}


def _item(number: int, owner: str, due_at: datetime, given: datetime) -> dict[str, object]:
    return {
        "escalation_id": number,
        "kind": "action",
        "number": 1,
        "state": "open",
        "recorded_by": owner,
        "recorded_at": given,
        "said_at": given,
        "version": 1,
        "text": f"Replay the export {number}",
        "owner": owner,
        "due_at": due_at,
        "priority": "normal",
        "slips": [],
        "is_customer_safe": False,
        "source_is_gone": False,
        "is_marked": False,
    }
