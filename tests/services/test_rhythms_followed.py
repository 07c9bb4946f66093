"""The look at everybody's rhythms, beside people who change what they follow."""

import asyncio

from sqlalchemy import delete, update

from bot import policy_file
from bot.container import Services
from bot.domain.escalation.changes import EscalationPatch
from bot.domain.escalation.escalation import EscalationId, Severity, Status
from bot.domain.people import Person, PersonKind, SlackUserId
from storage.database.database import Database
from storage.meetings import meetings
from storage.tables.escalations import EscalationRow, TimelineHeadRow
from tests import seeds
from tests.seeds import BEGAN, SetClock

COUNT = 60
EVA = Person(id=SlackUserId("U0EVA0001"), name="eva", kind=PersonKind.MEMBER)
LIGHTER = EscalationPatch(severity=Severity.S4, reason="It is not what it seemed.")


async def test_a_look_never_undoes_what_is_changed_meanwhile(database: Database) -> None:
    await seeds.members(database, [EVA.id], at=BEGAN)
    await seeds.escalations(
        database,
        COUNT,
        owner=lambda _n: EVA.id,
        due_at=lambda _n: BEGAN,
        remind_at=lambda _n: BEGAN,
    )
    async with database.transaction() as tx:
        await tx.execute(update(EscalationRow).values(status=Status.ACTIVE.value))
        await tx.execute(delete(TimelineHeadRow))  # nothing has happened to them yet
    services = Services.on(database, SetClock(BEGAN), policy_file.load(None))
    await services.meetings.follow_all()
    planned = await _planned(database)

    async def looks() -> None:
        while not done.is_set():
            await services.meetings.follow_all()

    done = asyncio.Event()
    looking = asyncio.create_task(looks())
    for number in range(1, COUNT + 1):
        await services.escalations.change(EscalationId(number), LIGHTER, by=EVA)
    done.set()
    await looking

    assert len(planned) == COUNT
    assert await _planned(database) == set()


async def _planned(database: Database) -> set[int]:
    """Return the escalations of which some rhythm comes round."""
    found = set()
    async with database.reading() as tx:
        for number in range(1, COUNT + 1):
            known = await meetings.of(tx, EscalationId(number))
            found |= {number for rhythm in known.values() if rhythm.next_at is not None}
    return found
