"""Who performs the effects of an opening."""

from bot.container import Container
from bot.domain.escalation.effects import OpenRoom
from bot.workers.delivery import Performers
from bot.workers.opening.opening import RoomOpener
from bot.workers.opening.progress import Progress
from bot.workers.opening.steps import StepTools
from bot.workers.publishing.publisher import Publisher


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    tools = StepTools(
        gateway=slack.gateway,
        publisher=publisher,
        directory=slack.directory,
        policy=parts.policy,
        progress=Progress(publisher, slack.forms, slack.replies),
        clock=parts.clock,
        metrics=parts.metrics,
    )
    return {OpenRoom: RoomOpener(services.opening, services.rooms, tools).perform}
