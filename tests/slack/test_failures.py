"""What Slack's refusals mean, over real HTTP against the sandbox."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.escalation.room import ChannelId
from bot.sandbox.app import create_app
from bot.sandbox.demo import BOT, ESCALATIONS, GENERAL, demo_workspace
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, User
from bot.slack.caller import Caller
from bot.slack.failures import NameTaken, OutcomeUnknown, PermanentError, TransientError
from bot.slack.gateway import Gateway
from bot.slack.messages import Messages
from bot.slack.throttle import Bucket
from bot.views.block_kit.blocks import Message, line, rich, words
from tests.fakes.serving import free_port, served
from tests.war_room import MANIFEST

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANNOUNCE = ChannelId(ESCALATIONS)
HELLO = Message("hello", [rich(line(words("hello")), block_id="note:7")])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    slack = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(slack)) as url:
        slack.base_url = url
        yield slack
        await slack.aclose()


@pytest.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    made = Caller("xoxb-sandbox", f"{sandbox.base_url}/api/", timedelta(seconds=0.4))
    yield made
    await made.close()


@pytest.fixture
def gateway(caller: Caller) -> Gateway:
    return Gateway(caller)


@pytest.fixture
def messages(caller: Caller) -> Messages:
    return Messages(caller)


async def test_too_fast_is_later_and_holds_back_only_that_method(
    sandbox: Sandbox, messages: Messages
) -> None:
    fault = Fault(kind=FaultKind.RATE_LIMITED, method="chat.postMessage", retry_after=30)
    sandbox.faults.add(fault)

    with pytest.raises(TransientError) as first:
        await messages.post(ESCALATIONS, HELLO)
    with pytest.raises(TransientError):
        await messages.post(ESCALATIONS, HELLO)

    assert first.value.after == timedelta(seconds=30)
    assert len([c for c in sandbox.calls if c.method == "chat.postMessage"]) == 1
    await messages.set_topic(ANNOUNCE, "other methods go on")


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.HTML, FaultKind.NO_ANSWER])
async def test_what_may_have_happened_is_unknown(
    sandbox: Sandbox, messages: Messages, kind: FaultKind
) -> None:
    sandbox.faults.add(Fault(kind=kind))

    with pytest.raises(OutcomeUnknown):
        await messages.post(ESCALATIONS, HELLO)


async def test_a_post_whose_answer_was_lost_is_found_by_its_marker(
    sandbox: Sandbox, gateway: Gateway, messages: Messages
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.DONE_NO_ANSWER))
    with pytest.raises(OutcomeUnknown):
        await messages.post(ESCALATIONS, HELLO)

    found = await gateway.find_message(ANNOUNCE, "note:7", since=LONG_AGO)

    assert found == sandbox.workspace.channels[ESCALATIONS].messages[-1].ts
    assert await gateway.find_message(ANNOUNCE, "note:70", since=LONG_AGO) is None


async def test_slack_that_cannot_be_reached_was_not_asked() -> None:
    nobody = Gateway(Caller("x", f"http://127.0.0.1:{free_port()}/api/", timedelta(seconds=1)))

    with pytest.raises(TransientError):
        await nobody.identity()
    await nobody.close()


async def test_a_refused_token_is_remembered_until_it_is_accepted(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    sandbox.token_error = "token_revoked"
    with pytest.raises(PermanentError, match="reinstall"):
        await gateway.identity()
    assert gateway.auth_failure

    sandbox.token_error = None
    await gateway.identity()
    assert gateway.auth_failure is None


async def test_a_missing_scope_is_named(sandbox: Sandbox, messages: Messages) -> None:
    fewer = (sandbox.manifest.scopes or frozenset()) - {"pins:write"}
    sandbox.manifest = type(sandbox.manifest)(scopes=fewer)

    with pytest.raises(PermanentError, match="pins:write"):
        await messages.pin(ANNOUNCE, "1.1")  # type: ignore[arg-type]


async def test_our_own_channel_is_found_behind_two_hundred_others(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    for number in range(450):
        made = Channel(
            id=f"C0MANY{number:04d}",
            name=f"many-{number}",
            creator=BOT,
            created=int(sandbox.clock.now()),
            members=[BOT],
        )
        sandbox.workspace.channels[made.id] = made

    found = await gateway.find_own_channel(["many-449"], since=LONG_AGO)

    assert found is not None
    assert found.id == "C0MANY0449"
    assert await gateway.find_own_channel(["general"], since=LONG_AGO) is None
    with pytest.raises(NameTaken):
        await gateway.create_channel("many-449", private=False)


async def test_many_people_are_invited_a_hundred_at_a_time_and_failures_named(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    room = await gateway.create_channel("esc-1", private=False)
    many = [f"U0MANY{n:04d}" for n in range(250)]
    for user in many:
        sandbox.workspace.users[user] = User(
            id=user, name=user, real_name=user, team_id=sandbox.workspace.team_id
        )
    sandbox.workspace.users[many[120]].deleted = True

    refused = await gateway.invite(room.id, many)  # type: ignore[arg-type]

    assert [(r.user, r.code) for r in refused] == [(many[120], "cant_invite")]
    assert len(sandbox.workspace.channels[room.id].members) == 250
    assert not await gateway.invite(room.id, [BOT, many[0]])  # type: ignore[list-item]


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(per_minute=20, burst=2, tokens=2, at=0.0)

    assert [bucket.take(0.0), bucket.take(0.0)] == [0.0, 0.0]
    assert bucket.take(0.0) == pytest.approx(3.0)
    assert bucket.take(3.0) == 0.0
    bucket.closed_until = 10.0
    assert bucket.take(9.0) == pytest.approx(1.0)


async def test_a_channel_without_us_is_explained(sandbox: Sandbox, messages: Messages) -> None:
    with pytest.raises(PermanentError, match="/invite @Warroom"):
        await messages.set_topic(ChannelId(GENERAL), "x")
