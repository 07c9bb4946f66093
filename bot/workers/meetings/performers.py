"""Who performs the effects of meetings."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.meetings.effects import RecordMinute, RefreshMeeting
from bot.workers.delivery import Performers
from bot.workers.meetings.meetings import MeetingPublisher
from bot.workers.meetings.sweep import CadenceSweep
from bot.workers.plan.items import MessageReconciler
from bot.workers.publishing.publisher import Publisher
from bot.workers.scheduler import Sweep


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    messages = MessageReconciler(services.reactions, parts.lookup, slack.gateway, parts.policy)
    meetings = MeetingPublisher(
        services.minutes, messages, parts.lookup, publisher, slack.gateway, parts.policy
    )
    return {RefreshMeeting: meetings.draw, RecordMinute: meetings.note}


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield CadenceSweep(parts.services.meetings, parts.clock)
