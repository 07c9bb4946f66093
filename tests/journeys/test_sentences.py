"""Sentences that begin with a word: nothing is lost, nothing happens by accident."""

from bot.sandbox.demo import EVA, LEA
from bot.views.block_kit.action_ids import Action
from tests.war_room import SUPPORT, WarRoom, marked, words_of

OUTSIDE = [
    "status page is down for Acme",
    "plan B failed",
    "close to losing Acme",
    "up and running again?",
    "resume of the outage: orders are stuck",
    "action needed at Acme",
    "list of broken invoices keeps growing",
    "help us, Acme is down",
    "mute alarms hide the outage at Acme",
    "remind me why Acme pays us",
    "timeline of Acme is empty",
    "stauts page is down",
]
# Word that takes nothing, or a page, and a sentence that begins with it.
INSIDE = [
    "up and running again?",
    "resume the import at nine",
    "clocks are wrong in Lisbon",
    "acknowledge receipts are missing",
    "playbook two worked",
    "catchup with the vendor at noon",
    "export to the warehouse fails",
    "rhythm of the failures: hourly",
    "timeline slipped by a day",
    "decisions are needed from finance",
    "plan B failed",
]


async def presses(war_room: WarRoom, where: str, action: Action, *, by: str = LEA) -> None:
    """Press the button of the newest private answer."""
    shown = [e for e in war_room.sandbox.workspace.ephemerals if e.user == by][-1]
    await war_room.play.click(by, where, shown.ts, action.value)
    await war_room.settles()


async def test_outside_a_room_a_sentence_is_offered_as_an_escalation(war_room: WarRoom) -> None:
    for sentence in OUTSIDE:
        await war_room.types(sentence, where=SUPPORT)

    asked = [str(shown.blocks) for shown in war_room.sandbox.workspace.ephemerals]
    assert [s for s, seen in zip(OUTSIDE, asked, strict=True) if s not in seen] == []
    assert [seen for seen in asked if "Open an escalation" not in seen] == []


async def test_inside_a_room_a_word_that_takes_no_text_asks(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    before = len(room.messages)

    for sentence in INSIDE:
        await war_room.types(sentence, where=room.id)
    await war_room.settles()

    asked = war_room.ephemerals()[-len(INSIDE) :]
    assert [s for s, seen in zip(INSIDE, asked, strict=True) if s not in seen] == []
    assert [seen for seen in asked if "Nothing happened" not in seen] == []
    assert len(room.messages) == before


async def test_what_was_typed_can_be_logged_as_a_note_instead(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await war_room.types("up and running again?", where=room.id)

    await presses(war_room, room.id, Action.COMMAND_NOTE)

    noted = [words_of(m.blocks) for m in marked(room, "item")]
    assert any("up and running again?" in text for text in noted), noted


async def test_the_word_that_was_meant_can_be_run(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await war_room.types("clocks are wrong in Lisbon", where=room.id)

    await presses(war_room, room.id, Action.COMMAND_RUN)

    assert "Time to acknowledge" in war_room.ephemerals()[-1]


async def test_a_mistyped_word_runs_with_what_stood_behind_it(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)
    await war_room.types("decde ship the patch", where=room.id)
    assert "Did you mean /escalate decide" in war_room.ephemerals()[-1]

    await presses(war_room, room.id, Action.COMMAND_RUN)

    assert any("ship the patch" in words_of(m.blocks) for m in marked(room, "item"))


async def test_the_form_opens_with_the_sentence(war_room: WarRoom) -> None:
    await war_room.types("status page is down for Acme", where=SUPPORT)

    await presses(war_room, SUPPORT, Action.OPENING_ANYWAY)

    assert "status page is down for Acme" in str(war_room.form().view)


async def test_a_refused_word_gives_back_what_was_typed(war_room: WarRoom) -> None:
    room = await war_room.opens(owner=EVA)

    await war_room.types("status page is down for Acme", where=room.id)

    seen = war_room.ephemerals()[-1]
    assert "Choose a status" in seen
    assert "status page is down for Acme" in seen
