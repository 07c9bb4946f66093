"""The line in the announcement channel; private escalations never have one."""

from bot.domain.escalation import Escalation
from bot.domain.policy import Policy
from bot.domain.war_room import WarRoom
from bot.views.action_ids import Marker
from bot.views.block_kit import (
    Message,
    bold,
    channel,
    fallback,
    header,
    line,
    person,
    rich,
    words,
)
from bot.views.room_card import headline
from bot.views.text import literal


def announcement(war_room: WarRoom, policy: Policy) -> Message:
    escalation, room = war_room.escalation, war_room.room
    head = headline(war_room, policy)
    where = [channel(room.channel_id)] if room.channel_id else [words("being opened")]
    body = rich(
        line(bold("Status: "), words(escalation.status.label)),
        line(bold("Escalation manager: "), person(escalation.owner)),
        line(bold("Room: "), *where),
    )
    marker = Marker.ANNOUNCEMENT.of(escalation.id)
    return Message(fallback(literal(head)), [header(head, block_id=marker), body])


def withdrawn(escalation: Escalation) -> Message:
    """What stays of an announcement once the room is private: nothing of its content."""
    text = "This escalation has been made private."
    return Message(text, [rich(line(words(text)), block_id=Marker.ANNOUNCEMENT.of(escalation.id))])
