"""Socket Mode: the same product through web sockets, which break, are refreshed and shared."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.main import StartError, Warroom
from bot.sandbox.demo import EVA, LEA
from tests.war_room import WarRoom, open_war_room, settings_for, until

SOCKET: dict[str, Any] = {
    "slack_app_token": SecretStr("xapp-sandbox"),
    "slack_signing_secret": None,
}


async def connected(war_room: WarRoom, sockets: int = 1) -> None:
    async def holds() -> bool:
        return len(war_room.sandbox.delivery.sockets) == sockets

    await until(holds)


@pytest.fixture
async def war_room(sqlite_url: str) -> AsyncIterator[WarRoom]:
    async with open_war_room(sqlite_url, **SOCKET) as opened:
        await connected(opened)
        yield opened


async def test_an_escalation_is_opened_and_run_through_a_web_socket(war_room: WarRoom) -> None:
    room = await war_room.opens(title="SSO is down")

    await war_room.types("severity s1 all sites", where=room.id)
    await war_room.settles()

    assert "S1" in room.topic


async def test_what_a_command_answers_is_shown_to_the_person(war_room: WarRoom) -> None:
    await war_room.types("help")

    assert any("/escalate status" in text for text in war_room.ephemerals())


async def test_errors_of_a_form_come_back_through_the_socket(war_room: WarRoom) -> None:
    await war_room.types("SSO is down")
    await war_room.fills(customer="Acme", critical_on="2020-01-01")

    done = await war_room.submits()

    assert set(done.errors) == {"critical_on"}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", None])
async def test_a_closed_socket_is_opened_again(war_room: WarRoom, reason: str | None) -> None:
    await war_room.sandbox.delivery.sockets.dismiss(reason)

    async def answers() -> bool:
        """Whether commands come through: the first new socket may be replaced at once."""
        return not any([(await war_room.types("help")).error for _ in range(5)])

    await until(answers)
    room = await war_room.opens()

    assert room in war_room.rooms()


async def test_an_event_whose_acknowledgement_was_lost_counts_once(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    war_room.sandbox.delivery.sockets.lose = 1
    war_room.sandbox.delivery.limit = 3.0  # as Slack's

    war_room.play.rename(LEA, room.id, "acme-sso")
    await war_room.settles()

    assert war_room.sandbox.delivery.sockets.lose == 0
    assert len([text for text in war_room.dm(EVA) if "was renamed" in text]) == 1


async def test_two_replicas_share_the_sockets_and_open_one_room(postgres_url: str) -> None:
    async with open_war_room(postgres_url, replicas=2, **SOCKET) as war_room:
        await connected(war_room, 2)
        war_room.sandbox.faults.deliver_twice = True
        await war_room.types("SSO is down")
        await war_room.fills(customer="Acme")

        await war_room.submits()
        await war_room.settles()

        assert len(war_room.rooms()) == 1


async def test_a_socket_that_does_not_come_back_is_said_and_waited_for(
    war_room: WarRoom,
) -> None:
    async def is_missing() -> bool:
        return "socket" in await war_room.bot.problems()

    async def is_back() -> bool:
        return not await war_room.bot.problems()

    war_room.sandbox.faults.down = True
    await war_room.sandbox.delivery.sockets.dismiss(None)
    await until(is_missing)
    war_room.sandbox.faults.down = False

    await until(is_back)


async def test_a_refused_app_token_stops_the_start_and_says_what_to_do(sqlite_url: str) -> None:
    async with open_war_room(sqlite_url, **SOCKET) as war_room:
        wrong = SOCKET | {"slack_app_token": SecretStr("xapp-wrong")}
        settings = settings_for(sqlite_url, war_room.sandbox.base_url, **wrong)
        bot = Warroom(settings)

        with pytest.raises(
            StartError, match=r"SLACK_APP_TOKEN \(invalid_auth\).*connections:write"
        ):
            await bot.start()


async def test_without_a_signing_secret_nothing_is_taken_over_http(war_room: WarRoom) -> None:
    paths = {getattr(route, "path", "") for route in war_room.bot.app.routes}

    assert "/slack/events" not in paths
    assert "/readyz" in paths
