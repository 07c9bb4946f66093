"""A broken promise that is kept after all: recovered, said once in the room.

The functions work inside the transaction of whoever stops the clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.escalation.effects import PostInRoom
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.record import ClockRecord
from bot.domain.time.business_hours import NOTHING
from bot.domain.time.duration import spelled
from storage.database.database import Transaction
from storage.queue import outbox

MINUTE = timedelta(minutes=1)


def late_seconds(clock: SlaClock, at: datetime) -> int:
    """Return how late a promise is kept, in seconds of the time that the clock counts.

    What ended while that time stood still is late in real time.
    """
    late = clock.elapsed(at) - (clock.length or NOTHING)
    if late < MINUTE and clock.breached_at is not None:
        late = max(at - clock.breached_at, NOTHING)
    return int(late.total_seconds())


async def tell(
    tx: Transaction,
    policy: Policy,
    before: Sequence[ClockRecord],
    after: Sequence[ClockRecord],
    *,
    at: datetime,
) -> None:
    """Have the room hear of every promise that is kept late by this very change."""
    was_open = {record.id for record in before if not record.clock.is_ended}
    for record in after:
        if record.id in was_open and record.clock.is_recovered:
            title = policy.clock_title(record.clock.kind)
            late = timedelta(seconds=late_seconds(record.clock, at))
            text = f"{title}: recovered, {spelled(late)} late."
            said = PostInRoom(escalation_id=record.escalation_id, text=text)
            await outbox.enqueue(tx, said, at=at)
