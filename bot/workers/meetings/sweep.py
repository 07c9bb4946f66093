"""The sweep that calls rhythms whose time has come."""

from datetime import datetime, timedelta

import structlog

from bot.domain.time.clock import Clock
from bot.services.meetings.meetings import AT_A_TIME, Meetings
from storage.queue.deadlines import Deadline

log = structlog.get_logger(__name__)

LOOK_AGAIN = timedelta(hours=1)  # at everything unfinished, for what nobody began


class CadenceSweep:
    """Rung by each replica; what is late because none was running is found as well."""

    deadline = Deadline.RHYTHM

    def __init__(self, rhythms: Meetings, clock: Clock) -> None:
        self._rhythms = rhythms
        self._clock = clock
        self._looked_at: datetime | None = None

    async def sweep(self) -> None:
        """Call what is due; at first, and then every hour, see that every rhythm has begun."""
        now = self._clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            await self._rhythms.follow_all()
            self._looked_at = now
        while (called := await self._rhythms.call_due()) > 0:
            log.info("rhythms_due", called=called)
            if called < AT_A_TIME:
                return
