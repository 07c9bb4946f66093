"""What is said about a dossier: that it is being written, where it stands, why there is none."""

from bot.domain.escalation.escalation import Escalation
from bot.domain.people import SlackUserId
from bot.domain.reading.dossier import Dossier
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import Message, bold, fallback, line, rich, words
from bot.views.block_kit.text import escape
from bot.views.replies import plain


def being_written(escalation: Escalation) -> Message:
    return plain(
        f"Exporting the dossier of {escalation.number}. It will appear in this room as a Markdown "
        "file and a JSON file. If the room is shared with another organisation, you'll get them "
        "as a direct message instead."
    )


def marker(effect_id: int) -> str:
    """The words by which the message with the files is found again."""
    return f"(export {effect_id})"


def comment(dossier: Dossier, by: SlackUserId, marked: str) -> str:
    """The words above the files, in mrkdwn: ours alone, and a mention of who asked."""
    return f"Dossier of {dossier.war_room.escalation.number}, requested by <@{by}> {marked}"


def comment_to_asker(dossier: Dossier, by: SlackUserId, marked: str) -> str:
    """The words above the files where they do not come into the room, and why; in mrkdwn."""
    number = dossier.war_room.escalation.number
    return (
        f"<@{by}> Here's the dossier of {number} {marked}. It wasn't posted in the room, because "
        "the room is shared with another organisation."
    )


def title(dossier: Dossier, ending: str, marked: str) -> str:
    return f"Dossier of {dossier.war_room.escalation.number}.{ending} {marked}"


def failed(escalation: Escalation, reason: str, effect_id: int) -> Message:
    """Say why there are no files, and what else there is."""
    instead = f"Your admin can export it: warroom export {escalation.number}"
    row = line(bold(f"Couldn't export the dossier of {escalation.number}. "))
    told = line(words(reason), words(f" {instead}"))
    text = fallback(escape(f"No dossier of {escalation.number}: {reason}"))
    return Message(text, [rich(row, told, block_id=Marker.NOTE.of(effect_id))])
