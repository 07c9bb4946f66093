"""Who performs the effects on an escalation and its room."""

from bot.container import Container
from bot.domain.escalation.effects import PostChange
from bot.domain.rooms.effects import (
    InviteToRoom,
    NotifyManager,
    PostSharingWarning,
    RefreshRoom,
)
from bot.workers.delivery import Performers
from bot.workers.escalation.notices import Notices
from bot.workers.escalation.refresh import Refresher
from bot.workers.publishing.publisher import Publisher


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    notices = Notices(services.rooms, services.timelines, publisher, slack.gateway, parts.clock)
    return {
        RefreshRoom: Refresher(services.rooms, publisher, parts.policy).perform,
        PostChange: notices.note_change,
        InviteToRoom: notices.invite,
        NotifyManager: notices.tell_owner,
        PostSharingWarning: notices.warn_of_sharing,
    }
