"""The sweep that asks for digests whose time has come."""

import structlog

from bot.services.digest.digests import Digests
from storage.queue.deadlines import Deadline

log = structlog.get_logger(__name__)


class DigestSweep:
    """Rung by each replica; what is late because none was running is found as well."""

    deadline = Deadline.DIGEST

    def __init__(self, digests: Digests) -> None:
        self._digests = digests

    async def sweep(self) -> None:
        if claimed := await self._digests.claim_due():
            log.info("digests_due", claimed=claimed)
