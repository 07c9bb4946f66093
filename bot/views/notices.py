"""Short statements: changes told in the room, and what happened to a room told to its owner."""

from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.timeline import EntryKind
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import NotifyManager, PostSharingWarning
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import (
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
from bot.views.replies import MENTION

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


def change_noted(effect: PostChange, marker: str) -> Message:
    """One message for everything that one person changed at once."""
    rows = [line(person(effect.by), words(" changed:"), *_change(*c)) for c in effect.changes[:1]]
    rows += [line(words("and "), *_change(*c)) for c in effect.changes[1:]]
    if effect.reason:
        rows.append(line(bold("Why: "), words(effect.reason, limit=900)))
    if effect.advice:
        rows.append(line(italic(f"Next: {effect.advice}")))
    text = "; ".join(_plain(*change) for change in effect.changes)
    return Message(fallback(text), [rich(*rows, block_id=marker)])


def told_owner(effect: NotifyManager, war_room: WarRoom, marker: str) -> Message:
    what, advice = WHAT_HAPPENED[effect.what]
    room = war_room.room.channel_id
    where: list[Json] = [words(" "), channel(room)] if room else []
    who: list[Json] = [words(" by "), person(effect.by)] if effect.by else []
    detail: list[Json] = (
        [words(f" ({one_line(effect.detail)})", limit=120)] if effect.detail else []
    )
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


def _change(what: str, was: str, now: str) -> list[Json]:
    if not now:
        return [words(" "), bold(what)]
    before = [*_value(was), words(" → ")] if was else []
    return [words(" "), bold(f"{what}: "), *before, *_value(now)]


def _value(text: str) -> list[Json]:
    """A value that is nothing but mentions is one of ours; all else stays words."""
    mentioned = [MENTION.fullmatch(part) for part in text.split(" ")]
    if not all(mentioned):
        return [words(text)]
    parts = [(person(found[1]), words(" ")) for found in mentioned if found]
    return [element for part in parts for element in part][:-1]


def _plain(what: str, was: str, now: str) -> str:
    """The change for a notification; people are left out, so that nobody is pinged twice."""
    if not now or now.startswith("<@"):
        return f"{what} changed"
    return f"{what}: {literal(was)} → {literal(now)}" if was else f"{what}: {literal(now)}"
