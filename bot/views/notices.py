"""Short statements: changes told in the room, and what happened to a room told to its owner."""

from collections.abc import Sequence

from bot.domain.escalation.payloads import StatusChanged
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.lifecycle.lifecycle import RULES
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import NotifyManager, PostSharingWarning
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import (
    MAX_PARAGRAPH,
    Json,
    Message,
    bold,
    channel,
    fallback,
    italic,
    line,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import literal, one_line
from bot.views.timeline.entries import wording
from bot.views.timeline.wording import Mention, Wording, elements, spelled_out

WHAT_HAPPENED = {
    EntryKind.ROOM_RENAMED: ("was renamed", "Nothing else has changed."),
    EntryKind.ROOM_ARCHIVED: (
        "was archived",
        "Warroom can't post there. Unarchive the channel to continue.",
    ),
    EntryKind.ROOM_UNARCHIVED: ("was unarchived", "The card and the plan are up to date again."),
    EntryKind.ROOM_DELETED: (
        "was deleted",
        "The record is safe, but the channel is gone. Open a new escalation to continue.",
    ),
    EntryKind.ROOM_MADE_PRIVATE: (
        "was made private",
        "The escalation is now private, and its announcement no longer shows details.",
    ),
    EntryKind.ROOM_SHARED: (
        "is now shared with another organisation",
        "Warroom won't post internal details there and sends them to you directly instead. "
        "Remove the other organisation, or continue in another channel.",
    ),
    EntryKind.ROOM_UNSHARED: (
        "is no longer shared with another organisation",
        "The card and the plan are up to date, and Warroom posts there again.",
    ),
    EntryKind.BOT_REMOVED: (
        "no longer has Warroom in it",
        "The card and the plan won't update until someone there runs /invite @Warroom.",
    ),
    EntryKind.BOT_RETURNED: ("has Warroom back", "The card and the plan are up to date again."),
}


SHARED = (
    "This channel is now shared with another organisation. Warroom won't post internal details "
    "here until that changes."
)
UNSHARED = "This channel is no longer shared with another organisation. Warroom posts here again."


def change_noted(by: str, entries: Sequence[Entry], marker: str) -> Message:
    """One message for everything that one person changed at once; there is at least one entry."""
    changes = [wording(entry) for entry in entries]
    rows = [line(person(by), words(" changed:"), *_change(one)) for one in changes[:1]]
    rows += [line(words("and"), *_change(one)) for one in changes[1:]]
    reasons = dict.fromkeys(one.reason for one in changes if one.reason)
    rows += [line(bold("Why: "), words(reason, limit=900)) for reason in reasons]
    rows += [line(italic(f"Next: {advice}")) for advice in _advice(entries)]
    text = "; ".join(_plain(one) for one in changes)
    return Message(fallback(text), [rich(*rows, block_id=marker)])


def told_owner(effect: NotifyManager, war_room: WarRoom, marker: str) -> Message:
    what, advice = WHAT_HAPPENED[effect.what]
    room = war_room.room.channel_id
    where: list[Json] = [words(" "), channel(room)] if room else []
    who: list[Json] = [words(" by "), person(effect.by)] if effect.by else []
    detail: list[Json] = [words(f" (#{one_line(effect.name)})", limit=120)] if effect.name else []
    number = war_room.escalation.number
    rows = [
        line(bold(f"The room of {number}"), *where, words(f" {what}"), *who, *detail, words(".")),
        line(words(advice)),
    ]
    return Message(
        fallback(f"The room of {number} {what}. {advice}"), [rich(*rows, block_id=marker)]
    )


def sharing(effect: PostSharingWarning, marker: str) -> Message:
    """A sentence that anybody may read, people of another organisation as well."""
    text = SHARED if effect.is_shared else UNSHARED
    return Message(fallback(text), [rich(line(words(text)), block_id=marker)])


def marker(identity: int) -> str:
    return Marker.NOTE.of(identity)


def _change(change: Wording) -> list[Json]:
    if not change.after:
        return [words(" "), bold(change.what)]
    parts = change.change()[1:]
    return [words(" "), bold(f"{change.what}: "), *elements(parts, limit=MAX_PARAGRAPH)]


def _advice(entries: Sequence[Entry]) -> list[str]:
    """Return what is useful after somebody moved the escalation on; empty when nobody did."""
    moves = [e.payload.transition for e in entries if isinstance(e.payload, StatusChanged)]
    return [RULES[move].advice for move in moves if move is not None and RULES[move].advice][:1]


def _plain(change: Wording) -> str:
    """The change for a notification; people are left out, so that nobody is pinged twice."""
    if not change.after or any(isinstance(part, Mention) for part in change.after):
        return f"{change.what} changed"
    return literal(spelled_out(change.change(), str))
