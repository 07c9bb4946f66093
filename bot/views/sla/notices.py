"""SLA clocks in words: what a rung of the ladder says, and what was done about it."""

from collections.abc import Sequence

from bot.domain.people import SlackUserId
from bot.domain.sla.ladder import NoticePlace, Rung
from bot.views import replies
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import Message, bold, fallback, line, link, person, rich, words
from bot.views.block_kit.text import literal
from bot.views.replies import with_people
from bot.views.sla.clock_notices import percent

PLACES = {
    NoticePlace.CLOCKS: "in the clocks message",
    NoticePlace.ROOM: "in this room",
    NoticePlace.DIRECT: "directly",
    NoticePlace.LEADERSHIP: "in the leadership channel",
}


def taken(title: str) -> Message:
    """Answer whoever takes care of what a rung told."""
    return replies.plain(
        f"You're on it: {title}. Reminders are off unless the target is missed or twice its time "
        "has passed."
    )


def climbed(title: str, rung: Rung, people: Sequence[SlackUserId]) -> Message:
    """Answer whoever climbed the ladder by hand: who hears of it, and where."""
    who = [part for user in people for part in (person(user), words(" "))]
    places = ", ".join(PLACES[place] for place in rung.where)
    heard = who or [words("nobody, because the policy has no one for this level")]
    told = line(bold(f"{title} ({percent(rung.key)})"), words(f": notified {places}: "), *heard)
    return Message(fallback(f"{title}: notified."), [rich(told)])


def said(text: str, marker: str, link_to: str | None = None) -> Message:
    there = [words(" "), link(link_to, "View message")] if link_to else []
    row = line(*with_people(text), *there)
    return Message(fallback(literal(text)), [rich(row, block_id=marker)])


def marker(identity: int) -> str:
    return Marker.SAID.of(identity)
