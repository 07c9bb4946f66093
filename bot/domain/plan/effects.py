"""Effects on items: reading the message behind one, posting about it, notifying its owner."""

from dataclasses import dataclass

from bot.domain.effect import Effect
from bot.domain.escalation.effects import EscalationEffect
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.plan.item import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileMessage(EscalationEffect):
    """Make the record equal to a message and the reactions on it."""

    channel: ChannelId
    ts: MessageTs

    @property
    def key(self) -> str:
        return f"message:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostItem(EscalationEffect):
    """Post the message about an item, or bring it up to date."""

    item_id: ItemId

    @property
    def key(self) -> str:
        return f"item:{self.item_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyItemOwner(EscalationEffect):
    """Notify somebody once, in the item's thread, that they own it now."""

    item_id: ItemId
    user: SlackUserId


EFFECTS: tuple[type[Effect], ...] = (
    ReconcileMessage,
    PostItem,
    NotifyItemOwner,
)
