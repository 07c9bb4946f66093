"""The line in the announcement channel; private escalations never have one."""

from bot.domain.escalation.escalation import Escalation
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import (
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
from bot.views.block_kit.text import literal
from bot.views.escalation.room_card import headline


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
    text = "This escalation is now private."
    return Message(text, [rich(line(words(text)), block_id=Marker.ANNOUNCEMENT.of(escalation.id))])
