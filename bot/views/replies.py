"""Short private answers to the person who typed or pressed something."""

import re

from bot.domain.plan.item import Item
from bot.domain.time import due
from bot.views.block_kit.blocks import (
    Message,
    bold,
    bullets,
    fallback,
    line,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.text import escape, one_line
from bot.views.plan.items import state

MUTED = "Muted: no nudge calls you by name any more. /escalate unmute brings them back."
UNMUTED = "You are told by name again when something becomes yours."
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
SIMILAR_TO_WHAT = "Type it in a war room, or with words to look for: /escalate similar login loop"

# Word of the command → what it does, in the order help shows them.
WORDS: dict[str, str] = {
    "/escalate": "open the form for a new escalation; inside a war room, what waits for you "
    "there and a button for everything below; a word with nothing behind it asks in a form",
    "/escalate <text>": "open the form with that text filled in",
    "/escalate acknowledge": "say that you answer for this escalation",
    "/escalate severity s1…s4 why": "change how grave it is",
    "/escalate status <state> [why]": "move it on, for example active, on_hold or mitigated",
    "/escalate resolve [outcome]": "say that it is solved; confirm: the customer agrees; close: "
    "the review is done; deescalate why; reopen why",
    "/escalate assign @user [role]": "give somebody a role; escalation manager when none is named",
    "/escalate unassign @user [role]": "take a role from them, or all of them",
    "/escalate handover @user [note]": "ask somebody to take over as escalation manager",
    "/escalate plan": "all of the plan; plan customer: a copy the customer may read",
    "/escalate action @owner by fri 17:00 …": "add an action; so too milestone, criterion, need, "
    "blocker, risk, dependency, promise, note",
    "/escalate decide …": "log a decision; decisions lists them",
    "/escalate done A-3 [how shown]": "complete it; or start, block, cancel, reopen, edit, take",
    "/escalate give A-3 @user": "give an item to somebody",
    "/escalate postpone A-3 mon 10:00 why": "put it off; the reason is kept",
    "/escalate snooze A-3 2h": "be reminded of it again only then",
    "/escalate remind": "what I will remind you of, and when",
    "/escalate catchup": "what you missed in this room since you last asked",
    "/escalate checkpoint": "hold one now; checkpoint skip why leaves one out",
    "/escalate rhythm": "which calls and updates come next, and when",
    "/escalate timeline [page]": "everything that happened, the newest first",
    "/escalate similar [words]": "escalations like this one, or like the words, and what worked",
    "/escalate export": "the whole record of this room as two files in it",
    "/escalate playbook": "lay down what the playbook says and the plan lacks",
    "/escalate list [mine|open|all] [page]": "escalations you may know of, from anywhere",
    "/escalate mute": "no nudge calls you by name any more; unmute brings them back",
    "/escalate digest here weekdays 09:00": "have this channel get the daily digest; digest off, "
    "digest now",
    "/escalate clocks": "what was promised, by when, and why then",
    "/escalate pause <reason> [until …] <evidence>": "stop the clocks that may stop for it; resume "
    "lets them run on",
    "/escalate replied <link or what>": "the customer answered elsewhere; what waited runs on",
    "/escalate met <clock> <how>": "record that a promise was kept, for example an update sent",
    "/escalate accepted <who, how>": "the customer accepts the workaround; `rejected <why>` if not",
    "/escalate waive <clock> <why>": "give a promise up; it never counts as kept",
    "/escalate breach [clock]": "write down a broken promise: cause, effect, what is promised now",
    "/escalate recovery [clock]": "write down how a promise in danger is kept, and by when",
    "/escalate up": "show who is next on the ladder, and tell them now",
    "/escalate help": "this table",
}


def help_text() -> Message:
    rows = [line(bold(word), words(f"  {meaning}")) for word, meaning in WORDS.items()]
    where = (
        "All but the first two, list, remind, similar with words, digest, mute and help act on the "
        "war room they are typed in."
    )
    text = "Warroom runs customer escalations. Try /escalate"
    return Message(text, [rich(line(words(text))), rich(bullets(*rows)), rich(line(words(where)))])


def item_logged(item: Item, time_zone: str, read: due.Reading | None = None) -> Message:
    """Echo an item as it stands now.

    Its due time is said absolutely in the reader's zone, and in the one in which it was typed.
    """
    named = read.zone if isinstance(read, due.Understood) else None
    said = [bold(item.label), words(f" {state(item)}: {one_line(item.content.text)}", limit=300)]
    if item.content.owner:
        said += [words(" · "), person(item.content.owner)]
    if item.content.due_at and item.stands:
        said.append(words(f" · by {due.absolute(item.content.due_at, time_zone, named)}"))
    return Message(f"{item.label} {state(item)}", [rich(line(*said))])


def form_could_not_open(reason: str, typed: str) -> Message:
    """Say why there is no form, and give back what was typed."""
    told = line(words(f"The form could not be opened. {reason} Type /escalate to try again."))
    kept = [line(words("You had typed:")), quote(typed)] if typed else []
    return Message(fallback(escape(reason)), [rich(told, *kept)])


def unexpected(reference: str) -> Message:
    return plain(
        "Something went wrong on our side, and nothing was changed by this. Try again; if it "
        f"happens once more, give your admin this reference: {reference}"
    )


def plain(text: str) -> Message:
    """One private sentence; other people's words in it stay literal."""
    return Message(fallback(escape(text)), [rich(line(*with_people(text)))])


def with_people(text: str, *, limit: int = 2500) -> list[dict[str, object]]:
    """Our own mentions (<@U…>) in a sentence become names; they do not ping in private."""
    elements: list[dict[str, object]] = []
    for place, piece in enumerate(MENTION.split(text)):
        if place % 2:
            elements.append(person(piece))
        elif piece:
            elements.append(words(piece, limit=limit))
    return elements or [words(" ")]
