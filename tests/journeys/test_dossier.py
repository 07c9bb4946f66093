"""`/escalate export` brings the whole record into its room as two files, once, and nowhere else."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.escalation.chain import breaks, digest
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.timeline import Audience, Entry, EntryKind, Head
from bot.domain.text.notation import typed_in_form
from bot.sandbox.demo import EVA, EXT, KIM, LEA, MAX, NOOR
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel, Message
from storage.escalation.payloads import decoded
from tests.war_room import WarRoom, until

HOSTILE = "<!channel> **bold** [click](https://evil.example) <@U0NOOR001> # x | y `z`"


def shared(room: Channel) -> list[Message]:
    return [message for message in room.visible() if message.files]


def files_of(room: Channel) -> tuple[str, dict[str, Any]]:
    """Return what the files of the only message with files say."""
    (message,) = shared(room)
    markdown, kept = message.files
    assert markdown.name.removesuffix(".md") == kept.name.removesuffix(".json")
    assert markdown.content is not None
    assert kept.content is not None
    return markdown.content.decode(), json.loads(kept.content)


async def exports(war_room: WarRoom, room: Channel, *, by: str = EVA) -> None:
    await war_room.types("export", by=by, where=room.id)
    await war_room.settles()


async def test_the_whole_record_comes_into_the_room(war_room: WarRoom) -> None:
    room = await war_room.opens(title="SSO is down", owner=EVA, invited=[MAX], severity="s1")
    for line in (
        "decide Roll back",
        f"action <@{MAX}> by 2030-05-03 17:00 replay the export",
        "postpone A-4 2030-05-04 10:00 the vendor answers late",
        "severity s2 fewer are hurt",
        "cancel A-1 not needed",
    ):
        await war_room.types(line, by=EVA, where=room.id)
    await war_room.settles()
    plan = await record_labels(war_room)

    await exports(war_room, room)

    assert "Exporting the dossier" in war_room.ephemerals(EVA)[-1]
    text, kept = files_of(room)
    assert kept["format"] == "warroom-dossier/1"
    assert kept["escalation"]["number"] in text
    assert "SSO is down" in text
    assert "Roll back" in text
    assert "the vendor answers late" in text
    assert "eva" in text
    assert {e["label"] for name in kept for e in labelled(kept[name])} == plan
    assert [d["text"] for d in kept["decisions"]] == ["Roll back"]
    (postponed,) = [a for a in kept["actions"] if a["slips"]]
    assert postponed["slips"][0]["reason"] == "the vendor answers late"
    assert {p["id"]: p["name"] for p in kept["people"]}[MAX] == "max"
    assert kept["timeline"][-1]["kind"] == "exported"
    (message,) = shared(room)
    assert message.files[0].name.startswith("esc-")
    assert "-0001-acme-20" in message.files[0].name
    assert f"<@{EVA}>" in message.text


def labelled(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if "label" in one] if isinstance(value, list) else []


async def record_labels(war_room: WarRoom) -> set[str]:
    dossier = await war_room.bot.services.dossiers.read(EscalationId(1))
    return {item.label for item in dossier.items}


async def test_the_chain_can_be_checked_from_the_json_alone(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await war_room.types("decide Wait — für 😀", by=EVA, where=room.id)
    await war_room.types("severity s2 it spreads", by=EVA, where=room.id)
    await exports(war_room, room)

    _text, kept = files_of(room)

    previous, rebuilt_all = "", []
    for entry in kept["timeline"]:
        rebuilt = Entry(
            escalation_id=EscalationId(kept["escalation"]["id"]),
            kind=EntryKind(entry["kind"]),
            at=_instant(entry["at"]),
            said_at=_instant(entry["said_at"]) if entry["said_at"] else None,
            actor=entry["actor"],
            text=entry["text"],
            audience=Audience(entry["audience"]),
            link=entry["link"],
            from_state=entry["from_state"],
            to_state=entry["to_state"],
            sequence=entry["sequence"],
            subject=_subject(entry["subject"]),
            payload=decoded(EntryKind(entry["kind"]), entry["payload"]),
            version=entry["version"],
            commitments=entry["commitments"],
            field_keys=entry["field_keys"],
        )
        assert digest(rebuilt, previous) == entry["digest"]
        previous = entry["digest"]
        rebuilt_all.append(replace(rebuilt, digest=previous))
    head = Head(sequence=len(rebuilt_all), digest=kept["chain"]["head"])
    assert list(breaks(EscalationId(1), rebuilt_all, head)) == []
    (graver,) = [entry for entry in kept["timeline"] if entry["kind"] == "severity_changed"]
    assert (graver["from_state"], graver["to_state"]) == ("s3", "s2")
    assert kept["chain"]["head"] == previous
    assert kept["chain"]["entries"] == len(kept["timeline"])


def _subject(found: list[str] | None) -> Subject | None:
    return Subject(kind=SubjectKind(found[0]), id=found[1]) if found else None


def _instant(text: str) -> datetime:
    assert text.endswith("+00:00")
    return datetime.fromisoformat(text)


async def test_an_edited_decision_keeps_both_texts(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    ts = war_room.play.say(EVA, room.id, "We roll back at noon")
    war_room.play.react(EVA, room.id, ts, "scales")
    await war_room.settles()
    war_room.play.edit(EVA, room.id, ts, "We roll back at one")
    await war_room.settles()
    await war_room.types("decide We wait", by=EVA, where=room.id)

    await exports(war_room, room)

    text, kept = files_of(room)
    assert "as it was written: We roll back at noon" in text
    assert "as it was edited: We roll back at one" in text
    assert kept["decisions"][0]["message"]["text"] == "We roll back at noon"
    assert kept["decisions"][0]["message"]["text_now"] == "We roll back at one"


async def test_hostile_words_stay_words(war_room: WarRoom) -> None:
    room = await war_room.opens(title=HOSTILE, problem=HOSTILE, customer_ask=HOSTILE, owner=EVA)
    await war_room.types(f"decide {HOSTILE}", by=EVA, where=room.id)
    pinged = len(war_room.sandbox.workspace.pings)

    await exports(war_room, room)

    text, kept = files_of(room)
    assert kept["escalation"]["problem"] == typed_in_form(HOSTILE)
    for markup in ("<!channel>", "**bold**", "[click]", "https://evil", "<@U", "`z`", "@noor"):
        assert markup not in text
    assert {ping.what for ping in war_room.sandbox.workspace.pings[pinged:]} == {EVA}


async def test_a_guest_is_refused_and_nothing_is_written(war_room: WarRoom) -> None:
    room = await war_room.opens()
    war_room.play.invite(LEA, room.id, KIM)
    await war_room.settles()

    await exports(war_room, room, by=KIM)

    assert "Guests can't" in war_room.ephemerals(KIM)[-1]
    assert shared(room) == []


async def test_any_member_may_have_a_public_one_and_only_its_room_gets_it(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(owner=EVA)
    war_room.play.join(NOOR, room.id)
    await war_room.settles()

    await exports(war_room, room, by=NOOR)

    assert len(shared(room)) == 1


async def test_a_private_one_is_written_for_those_with_a_part_in_it(war_room: WarRoom) -> None:
    room = await war_room.opens(visibility="private", owner=EVA, title="The merger")

    await war_room.types("export", by=NOOR, where="C0GENERAL")
    await exports(war_room, room, by=EVA)

    others = [c for c in war_room.sandbox.workspace.channels.values() if c is not room]
    assert not [message for place in others for message in shared(place)]
    text, _kept = files_of(room)
    assert "private; nobody outside" in text


async def test_somebody_in_a_private_channel_without_a_part_gets_nothing(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(visibility="private", owner=EVA)
    room.members.append(NOOR)  # without an event: the record does not know of them

    await exports(war_room, room, by=NOOR)

    assert "checking with Slack" in war_room.ephemerals(NOOR)[-1]
    assert shared(room) == []


async def test_where_outsiders_read_the_room_the_asker_alone_gets_it(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA, invited=[MAX])
    war_room.play.invite(EVA, room.id, EXT)
    await war_room.settles()

    await exports(war_room, room)

    (message,) = shared(direct(war_room, EVA))
    assert "shared with another organisation" in message.text
    places = war_room.sandbox.workspace.channels.values()
    assert [place.dm_with for place in places if shared(place)] == [EVA]

    war_room.play.kick(EVA, room.id, EXT)
    await exports(war_room, room)

    assert len(shared(room)) == 1
    assert len(shared(direct(war_room, EVA))) == 1


async def test_it_comes_to_the_asker_once_also_when_the_answer_is_lost(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    war_room.play.invite(EVA, room.id, EXT)
    await war_room.settles()
    war_room.sandbox.faults.add(Fault(kind=FaultKind.DONE_NO_ANSWER, method=STEPS[2]))

    await exports(war_room, room)

    assert len(shared(direct(war_room, EVA))) == 1
    assert shared(room) == []


def direct(war_room: WarRoom, user: str) -> Channel:
    found = war_room.sandbox.workspace.dm(user)
    assert found is not None
    return found


STEPS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")


@pytest.mark.parametrize("method", STEPS)
@pytest.mark.parametrize(
    "kind", [FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.DONE_NO_ANSWER]
)
async def test_whatever_fails_on_the_way_there_is_one_message(
    war_room: WarRoom, kind: FaultKind, method: str
) -> None:
    room = await war_room.opens(owner=EVA)
    war_room.sandbox.faults.add(Fault(kind=kind, method=method, retry_after=0.2))

    await exports(war_room, room)

    assert len(shared(room)) == 1
    assert len(shared(room)[0].files) == 2


async def test_asked_for_again_it_comes_again_also_when_the_answer_is_lost(
    war_room: WarRoom,
) -> None:
    room = await war_room.opens(owner=EVA)
    await exports(war_room, room)
    # A second later, so that the two are told apart though their effects may have one number.
    await until(lambda: a_second_after(war_room, shared(room)[0]))
    war_room.sandbox.faults.add(Fault(kind=FaultKind.DONE_NO_ANSWER, method=STEPS[2]))

    await exports(war_room, room)

    first, second = shared(room)
    assert first.text != second.text


async def a_second_after(war_room: WarRoom, message: Message) -> bool:
    return war_room.sandbox.clock.now() > float(message.ts) + 1


async def test_files_that_nobody_saw_are_brought_after_a_second_look(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    war_room.sandbox.faults.add(Fault(kind=FaultKind.NO_ANSWER, method=STEPS[2]))

    await exports(war_room, room)

    assert len(shared(room)) == 1
    assert len(war_room.called("conversations.history")) == 2


async def test_what_slack_does_not_allow_is_told_privately(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    fault = Fault(kind=FaultKind.ERROR, method=STEPS[0], error="file_uploads_disabled", times=9)
    war_room.sandbox.faults.add(fault)

    await exports(war_room, room)

    assert "doesn't let apps upload files" in war_room.dm(EVA)[-1]
    assert "warroom export ESC-" in war_room.dm(EVA)[-1]
    assert shared(room) == []


async def test_export_works_in_a_room_alone(war_room: WarRoom) -> None:
    answer = await war_room.types("export", by=LEA)

    assert "only works in a war room" in str(answer.body)
