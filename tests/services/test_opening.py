"""What an accepted submission begins with."""

from bot import policy_file
from bot.container import Services
from bot.domain.escalation.effects import OpenRoom
from bot.domain.escalation.escalation import Severity
from bot.domain.escalation.opening import OpeningRequest
from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.domain.time.clock import SystemClock
from storage.database.database import Database

LEA, EVA, TOM = SlackUserId("ULEA"), SlackUserId("UEVA"), SlackUserId("UTOM")


async def test_what_is_laid_down_is_what_is_read_when_it_is_laid_down_again(
    database: Database,
) -> None:
    """The first time it is returned from memory, and an opening draws its pictures from that."""
    opening = Services.on(database, SystemClock(), policy_file.load(None)).opening
    request = OpeningRequest(
        customer_id=None,
        new_customer="Acme",
        title="Orders stand still",
        severity=Severity.S1,
        owner=EVA,
        submission_key="T1:V1",
        problem="Nothing ships.",
        ticket_url="https://tickets.example.com/1",
        invited=(TOM,),
    )
    lea = Person(id=LEA, name="lea", kind=PersonKind.MEMBER)
    opened = await opening.open(request, by=lea, team=TeamId("T1"))
    wanted = OpenRoom(escalation_id=opened.id, invited=(TOM,), response_url="https://example.com/r")

    first = await opening.lay_down(wanted)
    again = await opening.lay_down(wanted)

    assert first.plan.items
    assert {a.user_id for a in first.assignments} == {LEA, EVA, TOM}
    for part in ("escalation", "customer", "room", "plan", "assignments"):
        assert getattr(first, part) == getattr(again, part)
