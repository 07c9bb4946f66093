"""Who may know of a customer: nobody learns of one from an escalation they may not know of."""

from dataclasses import replace

import pytest

from bot import policy_file
from bot.container import Services
from bot.domain.digest.asks import read, read_filters
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.escalation.effects import OpenRoom
from bot.domain.escalation.escalation import Escalation, Severity, Visibility
from bot.domain.escalation.opening import OpeningRequest
from bot.domain.escalation.room import ChannelId
from bot.domain.people import Person, PersonKind, SlackUserId, TeamId
from bot.domain.time.clock import SystemClock
from bot.services.digest.digests import Digests
from bot.services.opening.opening import Opening
from storage.customers import customers
from storage.database.database import Database

LEA = Person(id=SlackUserId("ULEA"), name="lea", kind=PersonKind.MEMBER)
SAM = Person(id=SlackUserId("USAM"), name="sam", kind=PersonKind.MEMBER)
KIM = Person(id=SlackUserId("UKIM"), name="kim", kind=PersonKind.GUEST)
SECRET = OpeningRequest(
    customer_id=None,
    new_customer="Umbrella",
    title="Merger",
    severity=Severity.S1,
    owner=LEA.id,
    submission_key="T1:V1",
    visibility=Visibility.PRIVATE,
)
TEAM = TeamId("T1")
CHANNEL = ChannelId("C0SUPPORT")


@pytest.fixture
def opening(database: Database) -> Opening:
    return Services.on(database, SystemClock(), policy_file.load(None)).opening


@pytest.fixture
def digests(database: Database) -> Digests:
    return Digests(database, SystemClock(), policy_file.load(None))


async def opened(opening: Opening, request: OpeningRequest, by: Person = LEA) -> Escalation:
    done = await opening.open(request, by=by, team=TEAM)
    await opening.lay_down(OpenRoom(escalation_id=done.id))
    return done


async def offered(opening: Opening, person: Person, typed: str = "umb") -> list[str]:
    return [customer.name for customer in await opening.suggest_customers(typed, to=person)]


async def test_a_customer_of_a_private_escalation_is_offered_to_those_in_it_alone(
    opening: Opening,
) -> None:
    done = await opened(opening, SECRET)

    assert await offered(opening, LEA) == ["Umbrella"]
    assert await offered(opening, SAM) == []
    assert await opening.customer(done.customer_id, to=LEA) is not None
    assert await opening.customer(done.customer_id, to=SAM) is None
    with pytest.raises(NotAllowed):
        await offered(opening, KIM)


async def test_a_forged_choice_of_such_a_customer_is_refused(opening: Opening) -> None:
    done = await opened(opening, SECRET)
    forged = replace(SECRET, customer_id=done.customer_id, new_customer="", submission_key="T1:V2")

    with pytest.raises(InvalidInput, match="no longer exists"):
        await opening.open(forged, by=SAM, team=TEAM)


async def test_a_public_escalation_of_the_same_customer_makes_it_known(opening: Opening) -> None:
    first = await opened(opening, SECRET)
    public = replace(
        SECRET,
        new_customer="UMBRELLA\u200b ",
        visibility=Visibility.PUBLIC,
        submission_key="T1:V2",
    )

    second = await opened(opening, public, by=SAM)

    assert second.customer_id == first.customer_id
    assert await offered(opening, SAM) == ["Umbrella"]


async def test_one_name_in_several_spellings_is_one_customer(opening: Opening) -> None:
    spellings = (
        "O'Brien & Sons Café",
        "O\u2019BRIEN &amp; SONS CAFE\u0301",
        "o'brien  & sons\u00a0café",
    )
    found = {
        (
            await opened(opening, replace(SECRET, new_customer=name, submission_key=f"T1:{number}"))
        ).customer_id
        for number, name in enumerate(spellings)
    }

    assert len(found) == 1


async def test_a_digest_tells_nobody_that_such_a_customer_exists(
    opening: Opening, digests: Digests
) -> None:
    await opened(opening, SECRET)
    asked = read_filters("customer umb")

    assert (await digests.preview(None, asked, to=LEA)).filters.words == 'customer "Umbrella"'
    with pytest.raises(InvalidInput) as refused:
        await digests.preview(None, asked, to=SAM)
    assert refused.value.fields == {"customer": "Customer “umb” not found."}


async def test_a_channel_is_not_told_of_such_a_customer_even_by_who_knows_it(
    opening: Opening, digests: Digests
) -> None:
    await opened(opening, SECRET)

    with pytest.raises(InvalidInput, match="Customer “Umbrella” not found"):
        await digests.subscribe(
            CHANNEL, read("daily 09:00 customer Umbrella", time_zone="UTC"), by=LEA, team=TEAM
        )


async def test_the_region_that_was_typed_is_the_customers_from_then_on(
    opening: Opening, database: Database
) -> None:
    await opened(opening, replace(SECRET, region="Scotland"))
    without = replace(SECRET, submission_key="T1:V2")
    again = await opened(opening, without)

    async with database.reading() as tx:
        umbrella = await customers.get(tx, again.customer_id)
    assert umbrella.region == "GB-SCT"


async def test_a_region_that_is_none_is_refused_at_its_field(opening: Opening) -> None:
    with pytest.raises(InvalidInput) as refused:
        await opened(opening, replace(SECRET, region="Atlantis"))

    assert refused.value.fields == {
        "region": "Unknown region. Enter a country or a part of one, such as PT, DE-BY or Scotland."
    }
