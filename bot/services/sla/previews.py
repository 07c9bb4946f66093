"""What words about clocks would do, read before anybody is asked to confirm it."""

from datetime import datetime

from bot.domain.errors import NotNow
from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import Person, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.sla.ladder import AHEAD, Rung
from bot.domain.sla.record import ClockRecord
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.sla.notifier import RungNotifier
from storage.database.database import Database, Transaction
from storage.sla import clocks, rungs

NOBODY_LEFT = "Every escalation level has already been notified."


class ClockPreviews:
    """Reads only."""

    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def next_climb(
        self, escalation_id: EscalationId, *, by: Person
    ) -> tuple[ClockRecord, Rung, tuple[SlackUserId, ...]]:
        """Return the clock and the rung that would be told by hand, and whom it would reach.

        Raises:
            NotNow: No clock runs, or all have been told everything.
        """
        by.must_be_member()
        at = self._clock.now()
        async with self._database.reading() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            found = await next_rung(tx, self._policy, escalation_id, at=at)
            if found is None:
                raise NotNow(NOBODY_LEFT)
            record, rung = found
            telling = await RungNotifier.of(tx, self._policy, escalation, now=at)
            return record, rung, telling.audience(record, rung)


async def next_rung(
    tx: Transaction, policy: Policy, escalation_id: EscalationId, *, at: datetime
) -> tuple[ClockRecord, Rung] | None:
    """Return the next rung of the clock that has run down furthest; None when all are told."""
    records = [r for r in await clocks.of(tx, escalation_id) if not r.clock.is_ended]
    climbed = await rungs.of(tx, [record.id for record in records])
    for record in sorted(records, key=lambda r: r.clock.share(at), reverse=True):
        keys = {rung.rung for rung in climbed[record.id]}
        ladder = policy.ladder.rungs_of(record.clock)
        told = [rung for rung in ladder if not rung.is_shown_only]
        left = [rung for rung in told if not keys & {rung.key, rung.key + AHEAD}]
        if left and record.clock.target is not None:
            return record, left[0]
    return None
