"""Answers to typed words that did nothing: why, what was typed, and what to do with it.

What was typed comes twice: `text` as a person reads it, which is shown, and `source` in Slack's
notation, which the buttons carry so that it can be read once more with the people it names.
"""

from bot.domain.errors import WarRoomError
from bot.views.block_kit.action_ids import Action
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    button,
    fallback,
    line,
    quote,
    rich,
    words,
)
from bot.views.block_kit.text import cut, escape
from bot.views.replies import explained

MAX_KEPT = 2000  # characters a button can carry
MAX_NAMED = 40  # characters of a mistyped word that are shown


def did_you_mean(word: str, source: str, *, suggestion: str, run: str, in_room: bool) -> Message:
    """Answer a word that is nearly one of ours; `run` is the command with the suggested one."""
    question = line(
        words("Unknown command "),
        bold(cut(word, MAX_NAMED)),
        words(". Did you mean "),
        bold(f"/escalate {suggestion}"),
        words("?"),
    )
    ways = _ways(source, run=run, named=suggestion, in_room=in_room)
    return Message(f"Did you mean /escalate {suggestion}?", [rich(question), actions(*ways)])


def takes_no_text(word: str, text: str, source: str, *, in_room: bool) -> Message:
    """Answer a word with more behind it than it takes, which may have been meant as a sentence."""
    told = line(
        words("Nothing happened: "),
        bold(f"/escalate {word}"),
        words(" doesn't take this text. What would you like to do?"),
    )
    ways = _ways(source, run=word, named=word, in_room=in_room)
    return Message(
        f"Nothing happened. What would you like to do with /escalate {word}?",
        [rich(told, *_typed(text)), actions(*ways)],
    )


def only_in_room(word: str, text: str, source: str) -> Message:
    """Answer a word that acts on a war room and was typed elsewhere; a sentence is kept."""
    told = f"/escalate {word} only works in a war room. Run it in the room's channel."
    if text == word:
        return Message(fallback(told), [rich(line(words(told)))])
    ways = _ways(source, run=None, named=word, in_room=False)
    return Message(fallback(told), [rich(line(words(told)), *_typed(text)), actions(*ways)])


def refused(error: WarRoomError, text: str, source: str, *, in_room: bool) -> Message:
    """Say why a word did nothing, and give back what was typed."""
    told = rich(line(*explained(error)), *_typed(text))
    ways = _ways(source, run=None, named="", in_room=in_room)
    return Message(fallback(escape(error.message)), [told, actions(*ways)])


def _typed(text: str) -> list[Json]:
    return [line(words("You typed:")), quote(f"/escalate {text}")]


def _ways(source: str, *, run: str | None, named: str, in_room: bool) -> list[Json]:
    """Return what can be done with a text instead: run a word, log a note, open an escalation."""
    kept = cut(source.strip(), MAX_KEPT)
    found = []
    if run is not None:
        command = cut(run.strip(), MAX_KEPT)
        found.append(button(f"Run /escalate {named}", Action.COMMAND_RUN, command))
    if in_room:
        found.append(button("Log as a note", Action.COMMAND_NOTE, cut(kept, MAX_KEPT)))
    found.append(button("Open an escalation", Action.OPENING_ANYWAY, kept))
    return found
