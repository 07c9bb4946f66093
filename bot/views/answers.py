"""An answer as a form: shown over the one in which somebody pressed a button."""

from bot.views.block_kit.action_ids import View
from bot.views.block_kit.blocks import MAX_VIEW_BLOCKS, Json, Message, modal

TITLE = "Warroom"


def over(*messages: Message, title: str = TITLE) -> Json:
    """Return the blocks of messages as a form to read and close."""
    blocks = [_unnamed(block) for message in messages for block in message.blocks]
    return modal(title, blocks[:MAX_VIEW_BLOCKS], callback_id=View.ANSWER.value)


def _unnamed(block: Json) -> Json:
    """Return a block without the name by which messages of ours are found again."""
    return {key: value for key, value in block.items() if key != "block_id"}
