"""Clocks in a war room: explained, paused, met, and told up the ladder until somebody answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import policy as demo_policy
from bot.domain.errors import NotFound, NotNow
from bot.domain.escalation.escalation import Transition
from bot.domain.people import Person, PersonKind, SlackUserId
from bot.domain.sla.record import ClockId
from bot.sandbox.demo import EVA, KIM, LEADERSHIP, MAX, NOOR
from bot.sandbox.workspace import Channel, Message
from tests.journeys.moves import moves
from tests.war_room import WarRoom, marked, open_war_room, words_of

LINK = "https://example.com/question"


@pytest.fixture
async def room(war_room: WarRoom) -> Channel:
    return await war_room.opens(owner=EVA, invited=[MAX], severity="s1")


async def passes(war_room: WarRoom, length: timedelta) -> None:
    """Let time pass and everything happen that falls due meanwhile."""
    war_room.sandbox.clock.jump(length.total_seconds())
    for bot in war_room.bots:
        await bot.services.sla_sweep.mark_due(most=100)
    await war_room.settles()


async def clocks(war_room: WarRoom, room: Channel) -> str:
    await war_room.types("clocks", by=EVA, where=room.id)
    return war_room.ephemerals(EVA)[-1]


def notices(room: Channel, about: str = "") -> list[Message]:
    """Return the messages about single steps of clocks, the oldest first."""
    return [m for m in marked(room, "notice") if about in words_of(m.blocks)]


def rungs(room: Channel) -> list[str]:
    return [words_of(message.blocks) for message in notices(room)]


async def only_workaround_runs(war_room: WarRoom, room: Channel) -> None:
    for words in (
        "acknowledge",
        "waive next_update tested elsewhere",
        "waive resolution tested elsewhere",
    ):
        await war_room.types(words, by=EVA, where=room.id)
    await war_room.does(f"met first_response {LINK}", by=EVA, where=room.id)


async def test_an_escalation_begins_with_its_clocks_and_each_is_explained(
    war_room: WarRoom, room: Channel
) -> None:
    said = await clocks(war_room, room)

    for title in ("Time to acknowledge", "First response", "Next customer update", "Workaround"):
        assert f"{title}: running · due" in said
    assert "15 minutes from" in said
    assert "internal target" in said
    assert "root cause" not in said.casefold()  # begins when it is resolved


async def test_acknowledging_meets_its_clock(war_room: WarRoom, room: Channel) -> None:
    await war_room.types("acknowledge", by=EVA, where=room.id)

    assert "Time to acknowledge: met" in await clocks(war_room, room)


async def test_a_pause_stops_what_may_stop_and_never_the_next_update(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types(f"pause waiting_customer_info {LINK}", by=EVA, where=room.id)
    await war_room.settles()

    said = await clocks(war_room, room)
    assert "Workaround: paused" in said
    assert "Resolution: paused" in said
    assert "Next customer update: running" in said
    assert "First response: running" in said
    assert LINK in said
    note = words_of(marked(room, "note")[-1].blocks)
    assert "Workaround, Resolution: paused until " in note
    assert "at the latest: Waiting for the customer's answer" in note

    await passes(war_room, timedelta(minutes=70))
    await war_room.types("resume", by=EVA, where=room.id)
    assert "Paused 1 h 10: Waiting for the customer's answer" in await clocks(war_room, room)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pause waiting_engineering x", "Choose a reason"),
        ("pause waiting_customer_info", "Add evidence"),
        ("pause force_majeure court", "Only the duty manager can pause clocks"),
        ("resume", "No clock is paused"),
        ("met resolution done", "Use /escalate resolve to stop"),
        ("met lunch yes", "Choose a clock"),
        ("waive workaround", "Add a reason"),
        ("met rca_final done", "hasn't started"),
    ],
)
async def test_what_cannot_be_is_refused_with_what_to_do(
    war_room: WarRoom, room: Channel, typed: str, said: str
) -> None:
    await war_room.types(typed, by=EVA, where=room.id)

    assert said in war_room.ephemerals(EVA)[-1]


async def test_an_update_sent_begins_the_next_cycle_and_plan_and_clock_agree(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(minutes=10))
    await war_room.does(f"met next_update {LINK}", by=EVA, where=room.id)
    await war_room.settles()

    services = war_room.bot.services
    found = await services.rooms.in_channel(room.id)  # type: ignore[arg-type]  # a plain id
    assert found is not None
    escalation = (await services.rooms.war_room(found.escalation_id)).escalation
    due = escalation.next_update_due_at
    now = datetime.fromtimestamp(war_room.sandbox.clock.now(), UTC)
    assert due is not None
    assert timedelta(minutes=29) < due - now <= timedelta(minutes=30)
    assert "Next customer update: running" in await clocks(war_room, room)


async def test_a_waived_clock_stays_visible_with_its_reason(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("waive workaround They wait for the fix", by=EVA, where=room.id)

    said = await clocks(war_room, room)
    assert "Workaround: waived" in said
    assert f"Waived by @{EVA}: They wait for the fix" in said


async def test_a_step_is_told_once_in_the_thread_and_again_directly_until_somebody_is_on_it(
    war_room: WarRoom, room: Channel
) -> None:
    await only_workaround_runs(war_room, room)
    await passes(war_room, timedelta(hours=3, minutes=1))  # 75 % of four hours

    (told,) = notices(room, "Workaround")
    assert "75% used" in words_of(told.blocks)
    (message,) = marked(room, "clocks")
    assert told.thread_ts == message.ts
    assert "Workaround 75% used" in words_of(message.blocks)

    await passes(war_room, timedelta(seconds=1))
    assert len(notices(room, "Workaround")) == 1

    await passes(war_room, timedelta(minutes=31))  # nobody answered, and 88 %
    assert len(notices(room, "Workaround")) == 1
    assert "Workaround: 75% used" in war_room.dm(EVA)[-1]

    await war_room.play.click(MAX, room.id, told.ts, "rung_acknowledge")
    await war_room.settles()
    assert "You're on it: Workaround" in war_room.ephemerals(MAX)[-1]
    assert f"@{MAX} is on it" in words_of(marked(room, "clocks")[0].blocks)
    assert f"@{MAX} is on it" in words_of(notices(room, "Workaround")[0].blocks)
    assert f"@{MAX} is on it" in war_room.dm(EVA)[-1]
    direct = len(war_room.dm(EVA))
    await passes(war_room, timedelta(minutes=20))  # 90 % is no real step
    assert len(notices(room, "Workaround")) == 1
    assert len(war_room.dm(EVA)) == direct

    await passes(war_room, timedelta(minutes=10))
    missed = notices(room, "Workaround: missed")
    assert any(message.thread_ts is None for message in missed)


async def test_who_is_on_it_already_is_said(war_room: WarRoom, room: Channel) -> None:
    await only_workaround_runs(war_room, room)
    await passes(war_room, timedelta(hours=3, minutes=1))
    (told,) = notices(room, "Workaround")

    clocks, taken = (
        war_room.bot.services.sla_clocks,
        ClockId(int(told.blocks[1]["elements"][0]["value"])),
    )
    max_, eva = (Person(id=SlackUserId(u), name="", kind=PersonKind.MEMBER) for u in (MAX, EVA))

    assert await clocks.acknowledge_rung(taken, by=max_) == "Workaround"
    assert await clocks.acknowledge_rung(taken, by=max_) == "Workaround"
    with pytest.raises(NotNow, match=f"@{MAX} is already on it: Workaround"):
        await clocks.acknowledge_rung(taken, by=eva)


async def test_half_of_the_time_is_shown_and_not_told(war_room: WarRoom, room: Channel) -> None:
    await only_workaround_runs(war_room, room)

    await passes(war_room, timedelta(hours=2, minutes=1))

    assert "Workaround 50% used" in words_of(marked(room, "clocks")[0].blocks)
    assert notices(room, "Workaround") == []
    assert not any("Workaround" in text for text in war_room.dm(EVA))


async def test_a_clocks_message_that_is_deleted_is_posted_again(
    war_room: WarRoom, room: Channel
) -> None:
    await only_workaround_runs(war_room, room)
    await passes(war_room, timedelta(hours=2, minutes=1))
    (message,) = marked(room, "clocks")

    war_room.play.delete(EVA, room.id, message.ts)
    await war_room.settles()
    await passes(war_room, timedelta(hours=1))

    (again,) = marked(room, "clocks")
    assert again.ts != message.ts
    assert notices(room, "Workaround")[0].thread_ts == again.ts


async def test_leadership_reads_of_each_breach_once_however_often_people_are_told(
    database_url: str, tmp_path: Path
) -> None:
    policy = demo_policy.write(tmp_path)
    async with open_war_room(database_url, warroom_policy=policy) as war_room:
        room = await war_room.opens(owner=EVA, severity="s2")
        leadership = war_room.sandbox.workspace.channels[LEADERSHIP]
        await passes(war_room, timedelta(minutes=31))  # nobody has acknowledged it in half an hour
        for _ in range(2):
            await passes(war_room, timedelta(minutes=31))

        assert len(notices(room, "Time to acknowledge: missed")) == 1
        assert any("Time to acknowledge" in text for text in war_room.dm(NOOR))
        heard = "".join(words_of(notice.blocks) for notice in notices(leadership))
        assert heard.count("Time to acknowledge: missed") == 1
        assert heard.count("First response: missed") == 1


async def test_a_broken_promise_is_breached_told_and_met_late(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(hours=1))

    said = await clocks(war_room, room)
    assert "First response: breached" in said
    assert any("First response: missed" in text for text in rungs(room))
    assert any("First response: missed" in text for text in war_room.dm(EVA))

    await war_room.does(f"met first_response {LINK}", by=EVA, where=room.id)
    assert "First response: met late" in await clocks(war_room, room)
    await war_room.types("timeline", by=EVA, where=room.id)
    assert "First response: breached; the target was 30 min" in war_room.ephemerals(EVA)[-1]


async def test_the_ladder_can_be_climbed_by_hand(war_room: WarRoom, room: Channel) -> None:
    said = await war_room.does("up", by=EVA, where=room.id)
    await war_room.settles()

    assert f"Time to acknowledge (80%): notified in this room, directly: @{EVA}" in said
    assert len(rungs(room)) == 1
    assert "Time to acknowledge: notified early" in rungs(room)[0]
    assert f"@{EVA} notified you early." in rungs(room)[0]


async def test_a_breach_that_was_told_ahead_by_hand_is_told_when_it_happens(
    war_room: WarRoom, room: Channel
) -> None:
    for _ in range(2):  # a short promise has two rungs that are told
        await war_room.does("up", by=EVA, where=room.id)
        await war_room.settles()
    told = war_room.dm(EVA)[-1]
    assert "Time to acknowledge: notified early" in told
    assert "Acme (Standard) · S1 · Orders stand still" in told
    assert "Intake, not acknowledged, escalation manager" in told
    assert "Write a recovery plan" in told

    await passes(war_room, timedelta(minutes=16))

    assert len(notices(room, "Time to acknowledge: missed")) == 1
    assert any("Time to acknowledge: missed" in text for text in war_room.dm(EVA))


async def test_there_is_nothing_left_to_take_care_of_once_it_was_kept(
    war_room: WarRoom, room: Channel
) -> None:
    await passes(war_room, timedelta(minutes=28))  # 90 % of the first response
    about = notices(room, "First response: 90%")
    await war_room.does(f"met first_response {LINK}", by=EVA, where=room.id)
    for action in ("rung_acknowledge", "recovery_note"):
        await war_room.play.click(EVA, room.id, about[0].ts, action)
        await war_room.rests()
        assert "First response has already ended" in war_room.ephemerals(EVA)[-1]


async def test_severity_moves_every_due_time_from_the_original_beginning(
    war_room: WarRoom, room: Channel
) -> None:
    await war_room.types("severity s2 one site only", by=EVA, where=room.id)

    said = await clocks(war_room, room)
    assert "30 minutes from" in said  # acknowledge
    assert "8 business hours from" in said  # workaround


async def test_resolved_is_provisional_until_confirmed_and_reopening_takes_it_back(
    war_room: WarRoom, room: Channel
) -> None:
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE, Transition.RESOLVE)
    said = await clocks(war_room, room)
    assert "Resolution: met, pending customer acceptance" in said
    assert "Preliminary root cause: running" in said

    await war_room.does("status active it is back", by=EVA, where=room.id)
    said = await clocks(war_room, room)
    assert "Resolution: running" in said
    assert "Reopened: time while stopped doesn't count" in said


async def test_what_is_over_promises_nothing_and_promises_anew_when_it_is_taken_up_again(
    war_room: WarRoom, room: Channel
) -> None:
    for status in ("triage", "de_escalated"):
        await war_room.does(f"status {status} because", by=EVA, where=room.id)
    said = await clocks(war_room, room)
    assert "Workaround: cancelled" in said
    await passes(war_room, timedelta(days=3))
    assert rungs(room) == []

    await war_room.does("status active it is back", by=EVA, where=room.id)
    said = await clocks(war_room, room)
    assert "Workaround: running" in said
    assert "Next customer update: running" in said


async def test_an_accepted_workaround_relaxes_the_next_update(
    war_room: WarRoom, room: Channel
) -> None:
    await moves(war_room, Transition.ACCEPT, Transition.ACTIVATE, Transition.MITIGATE)

    said = await clocks(war_room, room)
    assert "Workaround: met" in said
    assert "4 hours from" in said.partition("Next customer update")[2].partition("Workaround")[0]


async def test_who_has_no_part_in_a_private_escalation_hears_and_answers_nothing(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(by=EVA, owner=EVA, severity="s1", visibility="private")
    await passes(war_room, timedelta(minutes=10))
    services = war_room.bot.services
    found = await services.rooms.in_channel(room.id)  # type: ignore[arg-type]  # a plain id
    assert found is not None
    assert marked(room, "clocks")

    kim = Person(id=SlackUserId(KIM), name="Kim", kind=PersonKind.MEMBER)
    for refused in (
        services.sla_clocks.acknowledge_rung(ClockId(1), by=kim),
        services.sla_clocks.explained(found.escalation_id, to=kim),
    ):
        with pytest.raises(NotFound):
            await refused
    assert war_room.dm(KIM) == []


async def test_replicas_tell_everything_once(postgres_url: str) -> None:
    async with open_war_room(postgres_url, replicas=3) as opened:
        room = await opened.opens(owner=EVA, severity="s1")
        await passes(opened, timedelta(hours=2, minutes=1))

        told = [text.splitlines()[0] for text in rungs(room)]
        assert len(told) == len(set(told))
        assert any("First response: missed" in text for text in rungs(room))
        assert len(marked(room, "clocks")) == 1
