"""The doctor finds who reads what they should not, and rooms that Slack shows otherwise."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.domain.escalation.escalation import EscalationId
from bot.sandbox.app import create_app
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, EXT, GENERAL, KIM, SUPPORT, demo_workspace
from bot.sandbox.slack import Sandbox
from storage.database.database import Database
from storage.rooms import rooms
from tests import seeds
from tests.admin.command_line import environment, types_beside
from tests.fakes.serving import served
from tests.war_room import MANIFEST

Environment = dict[str, str]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(made)) as address:
        made.base_url = address
        yield made


@pytest.fixture
def settings(sqlite_url: str, sandbox: Sandbox) -> Environment:
    return environment(sqlite_url, sandbox.base_url)


async def found(settings: Environment) -> dict[str, dict[str, str]]:
    """Return the warnings by their check."""
    result = await types_beside("doctor", "--json", **settings)
    findings = json.loads(result.stdout)["findings"]
    return {f"{one['level']} {one['check']}": one for one in findings if one["level"] == "warning"}


@pytest.mark.parametrize(
    ("user", "says"),
    [(EXT, "is shared with another organisation"), (KIM, "is read by guests")],
    ids=["another organisation", "guests"],
)
async def test_a_channel_that_others_read_is_found(
    settings: Environment, sandbox: Sandbox, user: str, says: str
) -> None:
    sandbox.workspace.channels[ESCALATIONS].members.append(user)

    wrong = await found(settings)

    assert says in wrong["warning channels"]["says"]
    assert "WARROOM_ANNOUNCE_CHANNEL" in wrong["warning channels"]["to_do"]


async def test_a_room_that_is_not_as_slack_shows_it_is_found(
    settings: Environment, sandbox: Sandbox, sqlite_url: str
) -> None:
    database, at = Database(sqlite_url), seeds.BEGAN
    await seeds.escalations(
        database, 2, owner=lambda _: EVA, due_at=lambda _: at, remind_at=lambda _: at
    )
    async with database.transaction() as tx:
        for number, channel in ((1, SUPPORT), (2, GENERAL)):
            facts = {"channel_id": channel, "name": f"esc-{number}"}
            await rooms.change(tx, EscalationId(number), **facts)
    await database.close()
    for channel in (SUPPORT, GENERAL):
        sandbox.workspace.channels[channel].members = [EVA, BOT]
    sandbox.workspace.channels[GENERAL].is_private = True

    wrong = await found(settings)

    assert wrong["warning rooms"]["says"] == ("Of 2 rooms, 1 don't match Slack: #esc-2")
