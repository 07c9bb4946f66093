"""Whoever is no full member of the workspace gets no role and no item, at whichever door."""

from collections.abc import Awaitable, Callable

import pytest

from bot import policy_file
from bot.container import Services
from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.changes import EscalationPatch
from bot.domain.escalation.escalation import EscalationId, Severity
from bot.domain.escalation.opening import OpeningRequest
from bot.domain.people import (
    ESCALATION_MANAGER,
    TECHNICAL_LEAD,
    Person,
    PersonKind,
    SlackUserId,
    TeamId,
)
from bot.domain.plan.item import Content
from bot.domain.plan.kinds import ItemKind
from bot.domain.time.clock import SystemClock
from bot.services.people.colleagues import MOST_LOOKED_UP
from bot.services.plan.items import Edit
from storage.database.database import Database

LEA = Person(id=SlackUserId("ULEA"), name="Lea", kind=PersonKind.MEMBER)
REFUSED = {
    "UGUEST": (PersonKind.GUEST, "Gil is a guest"),
    "UEXT": (PersonKind.EXTERNAL, "Gil belongs to another organisation"),
    "UBOT": (PersonKind.BOT, "Gil is an app"),
    "ULEFT": (PersonKind.DEACTIVATED, "Gil has left"),
    "UNOBODY": (None, "That person isn't in this workspace"),
}
Door = Callable[[Services, EscalationId, SlackUserId], Awaitable[object]]


class KnownPeople:
    """A directory that knows these people and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[SlackUserId] = []
        self.answers = True

    async def look_up(self, user: SlackUserId) -> Person | None:
        self.asked.append(user)
        if not self.answers:
            raise NotNow("Slack can't look up that person right now.")
        if user in REFUSED:
            kind = REFUSED[user][0]
            return Person(id=user, name="Gil", kind=kind) if kind else None
        return Person(id=user, name="Eva", kind=PersonKind.MEMBER)


def request(owner: SlackUserId, *invited: SlackUserId, key: str = "T1:V1") -> OpeningRequest:
    return OpeningRequest(
        customer_id=None,
        new_customer="Acme",
        title="Orders stand still",
        severity=Severity.S2,
        owner=owner,
        submission_key=key,
        invited=invited,
    )


async def opens(services: Services, _of: EscalationId, user: SlackUserId) -> object:
    return await services.opening.open(request(user, key="T1:V2"), by=LEA, team=TeamId("T1"))


async def invites(services: Services, _of: EscalationId, user: SlackUserId) -> object:
    wanted = request(LEA.id, user, key="T1:V2")
    return await services.opening.open(wanted, by=LEA, team=TeamId("T1"))


async def makes_manager(services: Services, of: EscalationId, user: SlackUserId) -> object:
    return await services.roles.assign(of, ESCALATION_MANAGER, user, by=LEA)


async def gives_role(services: Services, of: EscalationId, user: SlackUserId) -> object:
    return await services.roles.assign(of, TECHNICAL_LEAD, user, by=LEA)


async def hands_over(services: Services, of: EscalationId, user: SlackUserId) -> object:
    return await services.roles.hand_over(of, user, "", by=LEA)


async def chooses_in_the_menu(services: Services, of: EscalationId, user: SlackUserId) -> object:
    return await services.escalations.change(of, EscalationPatch(owner=user), by=LEA)


async def adds_an_action(services: Services, of: EscalationId, user: SlackUserId) -> object:
    content = Content(text="Replay the export", owner=user)
    return await services.items.add(of, ItemKind.ACTION, content, by=LEA)


async def gives_an_action(services: Services, of: EscalationId, user: SlackUserId) -> object:
    item = await services.items.add(of, ItemKind.ACTION, Content(text="Replay"), by=LEA)
    edit = Edit(changed={"owner": user}, shown={"owner": None}, version=item.version)
    return await services.items.edit(item.id, edit, by=LEA)


DOORS: list[Door] = [
    opens,
    invites,
    makes_manager,
    gives_role,
    hands_over,
    chooses_in_the_menu,
    adds_an_action,
    gives_an_action,
]


@pytest.fixture
def directory() -> KnownPeople:
    return KnownPeople()


@pytest.fixture
async def services(database: Database, directory: KnownPeople) -> Services:
    return Services.on(database, SystemClock(), policy_file.load(None), directory)


@pytest.fixture
async def escalation(services: Services) -> EscalationId:
    opened = await services.opening.open(request(LEA.id), by=LEA, team=TeamId("T1"))
    return opened.id


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_who_is_no_colleague_is_refused_with_why_and_a_colleague_is_not(
    services: Services, escalation: EscalationId, door: Door
) -> None:
    for user, (_, why) in REFUSED.items():
        with pytest.raises(InvalidInput, match=why):
            await door(services, escalation, SlackUserId(user))

    await door(services, escalation, SlackUserId("UEVA"))


async def test_nobody_is_refused_or_accepted_while_the_directory_is_silent(
    services: Services, escalation: EscalationId, directory: KnownPeople
) -> None:
    directory.answers = False

    with pytest.raises(NotNow, match="can't look up"):
        await gives_role(services, escalation, SlackUserId("UEVA"))


async def test_an_escalation_is_opened_although_the_directory_is_silent(
    services: Services, escalation: EscalationId, directory: KnownPeople
) -> None:
    directory.answers = False

    await opens(services, escalation, SlackUserId("UEVA"))

    assert directory.asked == ["UEVA"]


async def test_many_unknown_people_cost_few_questions(
    services: Services, directory: KnownPeople
) -> None:
    crowd = [SlackUserId(f"UCROWD{number}") for number in range(100)]

    await services.opening.open(request(LEA.id, *crowd), by=LEA, team=TeamId("T1"))

    assert len(directory.asked) == MOST_LOOKED_UP


async def test_who_is_known_is_not_asked_about_again(
    services: Services, escalation: EscalationId, directory: KnownPeople
) -> None:
    await gives_role(services, escalation, SlackUserId("UEVA"))
    await hands_over(services, escalation, SlackUserId("UEVA"))
    await gives_role(services, escalation, LEA.id)

    assert directory.asked == ["UEVA"]
