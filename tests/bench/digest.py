"""A digest over ten thousand escalations and a million timeline entries: made at once, and read."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, literal, select, text, update
from sqlmodel import col

from bot.domain.digest.asks import AskedFilters
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId, Severity, Status, Visibility
from bot.domain.escalation.room import ChannelId
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.policy.policy import Policy
from bot.policy_file import load
from bot.services.digest.digests import Digests
from bot.views.digest import digest as digest_view
from storage.customers import customers
from storage.database.database import Database
from storage.tables.escalations import EscalationRow, ItemRow, TimelineRow

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
EVA = Person(id=SlackUserId("U0EVA0001"), name="eva", kind=PersonKind.MEMBER)
CHANNEL = ChannelId("C0LEADERS")
AT_ONCE = 5000  # rows of one insert
CUSTOMERS = 200
GROUPS = 20  # of escalations whose entries are written together
ITEMS = (ItemKind.MILESTONE,) * 5 + (ItemKind.ACTION,) * 4 + (ItemKind.PROMISE, ItemKind.BLOCKER)
YEAR = timedelta(days=365)
Rows = Iterator[dict[str, Any]]


class StandingClock:
    def now(self) -> datetime:
        return NOW


def policy() -> Policy:
    return load(None, announce=None)


async def fill(database: Database, *, escalations: int, entries: int, open_share: float) -> None:
    """Lay down a year: so many escalations, with items, and timeline entries spread over them."""
    async with database.transaction() as tx:
        for number in range(CUSTOMERS):
            named = Customer(id=CustomerId(0), name=f"Customer {number:03d} & Sons")
            await customers.find_or_add(tx, named)
    for table, rows in (
        (EscalationRow, _escalations(escalations, open_share)),
        (ItemRow, _items(escalations)),
    ):
        await _insert(database, table, rows)
    await _tell(database, escalations, entries // escalations)
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE"))


async def open_all(database: Database) -> None:
    """Have every escalation be open at once, which no organisation survives."""
    async with database.transaction() as tx:
        await tx.execute(update(EscalationRow).values(status=Status.ACTIVE.value, ended_at=None))
        await tx.execute(text("ANALYZE"))


async def measured(database: Database) -> tuple[float, int]:
    """Return the seconds from the question to the drawn messages, and how many were open."""
    service = Digests(database, StandingClock(), policy())
    took = []
    for _ in range(5):
        started = time.perf_counter()
        written = await service.preview(None, AskedFilters(), to=EVA)
        digest_view.digest(written.digest, "digest", zone=written.zone)
        digest_view.details(written.digest, str)
        took.append(time.perf_counter() - started)
    return sorted(took)[len(took) // 2], written.digest.open


async def _insert(database: Database, table: Any, rows: Rows) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            await _flush(database, table, batch)
            batch = []
    await _flush(database, table, batch)


async def _flush(database: Database, table: Any, batch: Sequence[dict[str, Any]]) -> None:
    if batch:
        async with database.transaction() as tx:
            await tx.execute(insert(table), list(batch))


def _escalations(count: int, open_share: float) -> Rows:
    severities, states = list(Severity), (Status.ACTIVE, Status.TRIAGE, Status.MITIGATED)
    for number in range(1, count + 1):
        is_open = (number * 7919) % 1000 < open_share * 1000
        raised_at = NOW - YEAR * (count - number) / count - timedelta(minutes=1)
        yield {
            "id": number,
            "team_id": "T1",
            "customer_id": number % CUSTOMERS + 1,
            "title": f"Orders of site {number} cannot be released since this morning",
            "problem": "What happens when somebody presses the button is nothing. " * 5,
            "business_impact": "Two sites cannot ship.",
            "customer_ask": "Release today's orders before dispatch.",
            "severity": severities[number % 4].value,
            "status": (states[number % 3] if is_open else Status.CLOSED).value,
            "visibility": (Visibility.PRIVATE if number % 50 == 0 else Visibility.PUBLIC).value,
            "owner": EVA.id,
            "raised_by": EVA.id,
            "raised_at": raised_at,
            "submission_key": f"bench:{number}",
            "version": 1,
            "ended_at": None if is_open else raised_at + timedelta(hours=1),
            "next_update_due_at": NOW + timedelta(hours=number % 72 - 2) if is_open else None,
            "acknowledged_at": raised_at if number % 5 else None,
            "situation": "The fix is being tested on the second site; rollout tonight.",
        }


def _items(escalations: int) -> Rows:
    for escalation in range(1, escalations + 1):
        for number, kind in enumerate(ITEMS, 1):
            stands = (escalation + number) % 3 == 0
            said_at = NOW - YEAR * (escalations - escalation) / escalations
            yield {
                "escalation_id": escalation,
                "kind": kind.value,
                "number": number,
                "state": (ItemState.OPEN if stands else ItemState.DONE).value,
                "recorded_by": EVA.id,
                "recorded_at": said_at,
                "said_at": said_at,
                "version": 1,
                "priority": "normal",
                "text": f"Thing {number} of escalation {escalation}",
                "owner": EVA.id,
                "due_at": said_at + timedelta(days=number),
                "ended_at": None if stands else said_at,
                "slips": [],
            }


async def _tell(database: Database, escalations: int, each: int) -> None:
    """Write so many timeline entries of each escalation, group by group, over the year."""
    size = max(escalations // GROUPS, 1)
    async with database.transaction() as tx:
        for sequence in range(1, each + 1):
            for place, first in enumerate(range(1, escalations + 1, size)):
                step = (sequence - 1 + place / GROUPS) / each
                kind, said, was, now = _kind(sequence + place)
                values = {
                    "sequence": sequence,
                    "digest": "0" * 64,
                    "kind": kind.value,
                    "at": NOW - YEAR * (1 - step) - timedelta(minutes=1),
                    "text": said,
                    "audience": "internal",
                    "from_state": was,
                    "to_state": now,
                }
                columns = [literal(value, type_=_type(name)) for name, value in values.items()]
                group = col(EscalationRow.id).between(first, first + size - 1)
                rows = select(col(EscalationRow.id), *columns).where(group)
                await tx.execute(insert(TimelineRow).from_select(["escalation_id", *values], rows))


def _type(column: str) -> Any:  # a column's type
    return TimelineRow.__table__.c[column].type  # type: ignore[attr-defined]  # SQLModel's


def _kind(sequence: int) -> tuple[EntryKind, str, str | None, str | None]:
    """Return the kind of an entry, what it says, and from what to what something changed."""
    if sequence == 1:
        return EntryKind.OPENED, "opened", None, None
    if sequence % 10 == 0:
        said = "Status: Active → Mitigated (a way around is in use)"
        return EntryKind.STATUS_CHANGED, said, Status.ACTIVE.value, Status.MITIGATED.value
    if sequence % 25 == 0:
        said = "Severity: S2 → S1 (it spreads)"
        return EntryKind.SEVERITY_CHANGED, said, Severity.S2.value, Severity.S1.value
    return EntryKind.ITEM_CHANGED, "A-3: started", None, None
