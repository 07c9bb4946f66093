"""Collects who performs the effects of each capability, and who looks for its deadlines."""

from collections.abc import Iterator, Mapping

from bot.container import Container
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Recipient,
    WarRoomRecipient,
)
from bot.workers.customers import performers as customers
from bot.workers.delivery import Performers
from bot.workers.digest import performers as digest
from bot.workers.escalation import performers as escalation
from bot.workers.lifecycle import performers as lifecycle
from bot.workers.meetings import performers as meetings
from bot.workers.opening import performers as opening
from bot.workers.plan import performers as plan
from bot.workers.publishing.channels import ChannelAudiences
from bot.workers.publishing.publisher import Publisher
from bot.workers.publishing.slack import SlackTransport
from bot.workers.publishing.transport import Transport
from bot.workers.reading import performers as reading
from bot.workers.reminders import performers as reminders
from bot.workers.rooms import performers as rooms
from bot.workers.rooms.reconciliation import Reconciler
from bot.workers.scheduler import Sweep
from bot.workers.sla import performers as sla

Transports = Mapping[type[Recipient], Transport]
NO_MORE: Transports = {}


def performers(parts: Container) -> Performers:
    """Return who performs each kind of effect."""
    slack, services = parts.slack, parts.services
    reconciler = Reconciler(services.reconciliation, services.rooms, slack.gateway, parts.clock)
    publisher = publisher_on(parts, reconciler)
    return {
        **customers.performers(parts),
        **digest.performers(parts, publisher),
        **escalation.performers(parts, publisher),
        **lifecycle.performers(parts, publisher),
        **meetings.performers(parts, publisher),
        **opening.performers(parts, publisher),
        **plan.performers(parts, publisher),
        **reading.performers(parts, publisher),
        **reminders.performers(parts, publisher),
        **rooms.performers(reconciler),
        **sla.performers(parts, publisher),
    }


def sweeps(parts: Container) -> Iterator[Sweep]:
    """Yield everything that looks for deadlines which have come."""
    yield from sla.sweeps(parts)
    yield from digest.sweeps(parts)
    yield from meetings.sweeps(parts)
    yield from reminders.sweeps(parts)
    yield from lifecycle.sweeps(parts)
    yield from rooms.sweeps(parts)


def publisher_on(parts: Container, reconciler: Reconciler, more: Transports = NO_MORE) -> Publisher:
    """Return the one way out; a new transport is registered here, by its kind of recipient."""
    slack, services = parts.slack, parts.services
    channels = ChannelAudiences(services.people, parts.lookup, slack.gateway, parts.metrics)
    through_slack = SlackTransport(
        slack.messages, slack.files, slack.gateway, services.rooms, parts.lookup, channels
    )
    transports: Transports = {
        PersonRecipient: through_slack,
        ChannelRecipient: through_slack,
        WarRoomRecipient: through_slack,
        **more,
    }
    return Publisher(transports, through_slack, services.rooms, reconciler)
