"""Who performs the effects of the plan."""

from bot.container import Container
from bot.domain.plan.effects import NotifyItemOwner, PostItem, ReconcileMessage
from bot.workers.delivery import Performers
from bot.workers.plan.items import ItemPublisher, MessageReconciler
from bot.workers.publishing.publisher import Publisher


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    messages = MessageReconciler(services.reactions, parts.lookup, slack.gateway, parts.policy)
    items = ItemPublisher(services.items, services.rooms, services.preferences, publisher)
    return {
        ReconcileMessage: messages.perform,
        PostItem: items.tell,
        NotifyItemOwner: items.tell_owner,
    }
