"""A promise kept too late has its record opened, even where nobody had looked at its clock."""

from datetime import UTC, datetime, timedelta

from bot.domain.escalation.escalation import EscalationId
from bot.sandbox.demo import EVA
from bot.services.sla import record as sla_record
from storage.sla import breaches, clocks
from tests.war_room import WarRoom


async def test_stopping_a_clock_late_opens_the_record_of_its_breach(war_room: WarRoom) -> None:
    await war_room.opens(owner=EVA, severity="s1")
    late = datetime.now(UTC) + timedelta(hours=5)
    bot = war_room.bot

    async with bot.database.transaction() as tx:
        for record in await clocks.of(tx, EscalationId(1)):
            await sla_record.change(
                tx,
                bot.policy,
                record,
                lambda clock: clock.stopped(at=late, how="at last"),
                now=late,
            )
        records = await clocks.of(tx, EscalationId(1))
        found = await breaches.of(tx, [record.id for record in records])

    broken = {r.clock.kind for r in records if r.id in found}
    assert broken == {r.clock.kind for r in records if r.clock.breached_at is not None}
    assert "acknowledge" in broken
