"""The person who opens an escalation always hears how it stands, and loses nothing typed."""

import pytest

from bot.domain.escalation.room import ChannelId, RoomState
from bot.sandbox.demo import ESCALATIONS, EVA, LEA, MAX, SUPPORT
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel
from tests.war_room import WarRoom, marked, words_of
from tests.whole import assert_whole, fill


async def test_text_behind_the_command_fills_the_form(war_room: WarRoom) -> None:
    await war_room.types("SSO is down")

    assert war_room.form().state["title"]["value"]["value"] == "SSO is down"


async def test_a_long_text_becomes_the_problem_and_is_cut_for_the_title(
    war_room: WarRoom,
) -> None:
    text = "word " * 200
    await war_room.types(text)

    state = war_room.form().state
    assert state["title"]["value"]["value"].endswith("…")
    assert state["problem"]["value"]["value"] == text.strip()


async def test_a_message_is_escalated_with_a_quote_and_a_link(war_room: WarRoom) -> None:
    ts = war_room.play.say(LEA, SUPPORT, "They cannot log in since 08:40")

    await war_room.play.message_shortcut(LEA, SUPPORT, ts, "escalate_message")
    await war_room.rests()
    shown = words_of(war_room.form().view)
    await war_room.fills(customer="Acme", title="SSO is down")
    await war_room.submits()
    await war_room.settles()

    assert "They cannot log in since 08:40" in shown
    link = f"https://northwind.slack.com/archives/{SUPPORT}/p{ts.replace('.', '')}"
    assert link in str(marked(war_room.rooms()[0], "card")[0].blocks)


async def test_the_global_shortcut_opens_the_form(war_room: WarRoom) -> None:
    await war_room.play.shortcut(LEA, "open_escalation")
    await war_room.rests()

    assert war_room.form().view["callback_id"] == "opening_form"


async def test_the_form_warns_of_open_escalations_and_links_to_those_one_may_see(
    war_room: WarRoom,
) -> None:
    public = await war_room.opens(title="First")
    await war_room.opens(title="Hidden", visibility="private", by=EVA)

    await war_room.types("", by=MAX)
    await war_room.fills(MAX, title="Typed before", customer="Acme")

    shown = words_of(war_room.form(MAX).view)
    assert "Acme has an open escalation" in shown
    assert f"#{public.id}" in shown
    assert "Hidden" not in shown
    assert war_room.form(MAX).state["title"]["value"]["value"] == "Typed before"


async def test_errors_stand_on_their_fields_and_nothing_typed_is_lost(
    war_room: WarRoom,
) -> None:
    await war_room.types("SSO is down")
    await war_room.fills(customer="Acme", ticket_url="https://not a link", critical_on="2020-01-01")

    done = await war_room.submits()

    assert set(done.errors) == {"ticket_url", "critical_on"}
    assert "https://" in done.errors["ticket_url"]
    assert "has passed" in done.errors["critical_on"]
    assert war_room.form().state["title"]["value"]["value"] == "SSO is down"


async def test_progress_is_shown_at_once_and_the_link_at_the_end(war_room: WarRoom) -> None:
    await fill(war_room)

    await war_room.submits()
    at_once = words_of(war_room.form().view)
    await war_room.settles()

    assert "Opening ESC-" in at_once
    room = war_room.rooms()[0]
    assert f"is open: #{room.id}" in words_of(war_room.form().view)


@pytest.mark.parametrize("code", ["restricted_action", "missing_scope", "user_is_restricted"])
async def test_a_workspace_that_forbids_channels_is_explained_and_retry_resumes(
    war_room: WarRoom, code: str
) -> None:
    await fill(war_room)
    fault = Fault(kind=FaultKind.ERROR, method="conversations.create", error=code)
    war_room.sandbox.faults.add(fault)

    await war_room.submits()
    await war_room.settles()

    assert "Couldn't open the room" in war_room.dm()[0]
    assert "Ask" in war_room.dm()[0]
    told = war_room.sandbox.workspace.dm(LEA)
    assert told is not None
    await war_room.play.click(LEA, told.id, told.visible()[0].ts, "opening_retry")
    await war_room.play.click(LEA, told.id, told.visible()[0].ts, "opening_retry")
    await war_room.settles()
    assert_whole(war_room.sandbox)


async def test_a_token_revoked_meanwhile_is_explained_without_it_and_retry_resumes(
    war_room: WarRoom,
) -> None:
    await fill(war_room)
    war_room.sandbox.token_error = "token_revoked"

    await war_room.submits()
    await war_room.settles()

    assert "no longer accepts Warroom's token" in war_room.ephemerals()[-1]
    war_room.sandbox.token_error = None
    shown = war_room.sandbox.workspace.ephemerals[-1]
    await war_room.play.click(LEA, SUPPORT, shown.ts, "opening_retry")
    await war_room.settles()
    assert_whole(war_room.sandbox)


async def test_a_room_whose_cosmetic_steps_failed_is_open_and_says_what_is_missing(
    war_room: WarRoom,
) -> None:
    await fill(war_room)
    for method, code in (
        ("conversations.setTopic", "user_is_restricted"),
        ("bookmarks.add", "too_many_bookmarks"),
        ("pins.add", "restricted_action"),
    ):
        fault = Fault(kind=FaultKind.ERROR, method=method, error=code, times=9)
        war_room.sandbox.faults.add(fault)

    await war_room.submits()
    await war_room.settles()

    room = war_room.rooms()[0]
    card = words_of(marked(room, "card")[0].blocks)
    for missing in ("The topic", "The bookmarks", "Pinning the action plan"):
        assert missing in card
        assert missing in war_room.dm()[0]
    assert "is open" in war_room.dm()[0]

    war_room.sandbox.faults.clear()
    told = war_room.sandbox.workspace.dm(LEA)
    assert told is not None
    await war_room.play.click(LEA, told.id, told.visible()[0].ts, "opening_retry")
    await war_room.settles()
    assert room.pins == [marked(room, "plan")[0].ts]
    assert "Pinning" not in words_of(marked(room, "card")[0].blocks)


async def test_a_person_sees_that_slack_makes_them_wait(war_room: WarRoom) -> None:
    await fill(war_room)
    fault = Fault(kind=FaultKind.RATE_LIMITED, method="conversations.create", retry_after=4)
    war_room.sandbox.faults.add(fault)

    await war_room.submits()
    seen = war_room.sandbox.version
    while "keeps trying" not in words_of(war_room.form().view):
        seen = await war_room.sandbox.changed(seen)
    await war_room.settles()

    assert_whole(war_room.sandbox)


async def test_a_taken_name_gets_a_number(war_room: WarRoom) -> None:
    workspace = war_room.sandbox.workspace
    taken = workspace.channels[ESCALATIONS]
    taken.name = "esc-2026-0001-acme-orders-stand-still"

    room = await war_room.opens()

    year = room.name.split("-")[1]
    taken.name = "escalations"
    assert room.name in {
        f"esc-{year}-0001-acme-orders-stand-still-2",
        f"esc-{year}-0001-acme-orders-stand-still",
    }


async def test_a_private_escalation_is_announced_nowhere(war_room: WarRoom) -> None:
    room = await war_room.opens(visibility="private", title="Secret merger", invited=[MAX])

    assert room.is_private
    public = [c for c in war_room.sandbox.workspace.channels.values() if not c.is_private]
    everything = str([m for c in public for m in c.messages])
    assert "Secret merger" not in everything
    assert not war_room.dm(EVA)


async def test_user_groups_of_a_role_are_invited_and_one_that_fails_is_said(
    sqlite_url: str, tmp_path: object
) -> None:
    from pathlib import Path  # noqa: PLC0415  # only here

    from tests.war_room import open_war_room  # noqa: PLC0415

    shipped = (Path(__file__).parents[2] / "bot" / "policy.yaml").read_text()
    policy = Path(str(tmp_path)) / "policy.yaml"
    line = "technical_lead: {title: Technical lead}"
    policy.write_text(
        shipped.replace(
            line, "technical_lead: {title: Technical lead, groups: [S0SRE0001, S0GONE001]}"
        )
    )
    async with open_war_room(sqlite_url, warroom_policy=policy) as war_room:
        room = await war_room.opens()

        assert {MAX, EVA} <= set(room.members)
        assert "User group not found" in words_of(marked(room, "card")[0].blocks)


async def test_somebody_who_cannot_be_invited_is_named_and_the_others_are_in(
    war_room: WarRoom,
) -> None:
    war_room.sandbox.workspace.users[MAX].deleted = True
    for nth in (2, 3, 4):  # after the requester: the directory says nothing about the others
        silent = Fault(kind=FaultKind.SERVER_ERROR, method="users.info", nth=nth)
        war_room.sandbox.faults.add(silent)

    room = await war_room.opens(owner=EVA, invited=[MAX, "U0SAM0001"])

    assert "U0SAM0001" in room.members
    assert f"{MAX} (cant invite)" in words_of(marked(room, "card")[0].blocks)


async def in_ledger(war_room: WarRoom, room: Channel) -> bool:
    found = await war_room.bot.services.rooms.in_channel(ChannelId(room.id))
    return found is not None and found.card_ts is not None


async def test_a_change_made_while_the_room_opens_is_shown_in_it(war_room: WarRoom) -> None:
    await fill(war_room)
    fault = Fault(kind=FaultKind.RATE_LIMITED, method="pins.add", retry_after=1)
    war_room.sandbox.faults.add(fault)
    await war_room.submits()
    # The command works in a channel that is known to be a room, which the ledger has to record.
    while not (rooms := war_room.rooms()) or not await in_ledger(war_room, rooms[0]):
        await war_room.sandbox.changed(war_room.sandbox.version)

    await war_room.types("severity s2 less harm", where=rooms[0].id)
    await war_room.settles()

    assert "S2 High" in words_of(marked(rooms[0], "card")[0].blocks)
    found = await war_room.bot.services.rooms.war_room(1)  # type: ignore[arg-type]
    assert found.room.state is RoomState.OPEN
