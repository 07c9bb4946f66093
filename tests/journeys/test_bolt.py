"""Bolt's traps, each sprung: what its defaults would lose, double, or leave unanswered."""

import asyncio

import pytest

from bot.domain.plan.kinds import ItemKind
from bot.sandbox.demo import LEA, SUPPORT
from bot.sandbox.faults import Fault, FaultKind
from bot.settings import Settings
from handlers.catch_all import FAILED
from handlers.listening import BackgroundTasks
from storage.database.database import Database
from tests.journeys.items import record
from tests.war_room import WarRoom, marked, words_of

POST = "chat.postMessage"


class GoneError(Exception):
    """The database is gone."""


async def test_a_post_whose_answer_is_lost_is_sent_once(war_room: WarRoom) -> None:
    """The SDK's own retry would post twice; ours looks first."""
    room = await war_room.opens()
    before = len(war_room.called(POST))
    war_room.sandbox.faults.add(Fault(kind=FaultKind.DONE_NO_ANSWER, method=POST))

    await war_room.types("severity s1 all sites", where=room.id)
    await war_room.settles()

    notes = [m for m in marked(room, "note") if "S1" in words_of(m.blocks)]
    assert len(notes) == 1
    posted = [c for c in war_room.called(POST)[before:] if c["channel"] == room.id]
    assert len(posted) == 1


async def test_an_event_that_could_not_be_recorded_is_not_acknowledged(
    war_room: WarRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt would acknowledge first; then what the event told would be lost."""
    room = await war_room.opens()
    ts = war_room.play.say(LEA, room.id, "We fail over to Frankfurt")
    whole, failures = Database.transaction, [GoneError(), GoneError()]

    def gone_at_first(database: Database):  # type: ignore[no-untyped-def]  # as the original
        if failures:
            raise failures.pop()
        return whole(database)

    monkeypatch.setattr(Database, "transaction", gone_at_first)
    war_room.play.react(LEA, room.id, ts, "scales")
    await war_room.settles()

    assert failures == []
    assert len(await record(war_room, ItemKind.DECISION)) == 1


async def test_a_command_that_breaks_is_answered_in_words(
    war_room: WarRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt would answer 500, of which a person sees nothing that helps."""

    async def breaks(*_: object) -> None:
        raise GoneError

    monkeypatch.setattr("bot.services.rooms.rooms.Rooms.in_channel", breaks)

    answer = await war_room.types("", where=SUPPORT)

    assert answer.error is None
    assert war_room.ephemerals() != []
    told = war_room.ephemerals()[-1]
    assert FAILED in told or "reference" in told


async def test_a_form_that_came_too_late_gives_back_what_was_typed(war_room: WarRoom) -> None:
    late = Fault(kind=FaultKind.ERROR, method="views.open", error="expired_trigger_id")
    war_room.sandbox.faults.add(late)

    await war_room.types("Orders stand still in Rotterdam")

    told = war_room.ephemerals()[-1]
    assert "three seconds" in told
    assert "Orders stand still in Rotterdam" in told


async def test_what_goes_on_after_an_answer_is_finished_before_the_end() -> None:
    """Bolt's lazy listeners are forgotten tasks: nobody waits for them."""
    afterwards, done = BackgroundTasks(), []

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)
        if number:
            afterwards.start(work(number - 1))

    afterwards.start(work(2))
    await afterwards.finish()

    assert done == [2, 1, 0]


@pytest.mark.parametrize("secret", ["", " "])
def test_an_empty_signing_secret_is_refused(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is signed with an empty key would count as signed."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", secret)

    with pytest.raises(ValueError, match="slack_signing_secret"):
        Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic's own
