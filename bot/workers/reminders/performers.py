"""Who performs the effects of reminders."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.reminders.effects import RefreshReminders, SendReminders
from bot.workers.delivery import Performers
from bot.workers.publishing.publisher import Publisher
from bot.workers.reminders.reminders import ReminderPublisher
from bot.workers.reminders.sweep import ReminderSweep
from bot.workers.scheduler import Sweep


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    reminders = ReminderPublisher(services.reminders, publisher, slack.gateway, parts.policy)
    return {SendReminders: reminders.send, RefreshReminders: reminders.draw}


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield ReminderSweep(parts.services.reminders)
