"""Who performs the effects of clocks."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.escalation.effects import PostInRoom
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.workers.delivery import Performers
from bot.workers.publishing.publisher import Publisher
from bot.workers.scheduler import Sweep
from bot.workers.sla.notices import ClockNoticePublisher, SlaClockSweep


def performers(parts: Container, publisher: Publisher) -> Performers:
    services = parts.services
    notices = ClockNoticePublisher(services.clock_notices, services.rooms, publisher)
    return {
        RefreshClocks: notices.refresh,
        PostClockNotice: notices.tell,
        PostInRoom: notices.say,
    }


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield SlaClockSweep(parts.services.sla_sweep)
