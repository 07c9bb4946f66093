"""What the clocks message and the messages about clocks are drawn from, and where they stand."""

from datetime import datetime, timedelta

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.policy.policy import Policy
from bot.domain.reading.clock_picture import ClockNow, ClocksPicture
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.domain.sla.notice import Notice, NoticeId, on_it
from bot.domain.sla.record import ClockRecord, RungRecord
from bot.domain.time.clock import Clock
from bot.services.rooms.rooms import read_war_room
from storage.database.database import Database
from storage.queue import outbox
from storage.rooms import rooms
from storage.sla import clocks as sla_clocks
from storage.sla import notices, rungs

DRAWN_FOR = timedelta(days=1)  # messages older than that stay as they are


class ClockNotices:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def picture(self, escalation_id: EscalationId) -> ClocksPicture:
        """Return what the room's clocks message is drawn from; raises NotFound."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            war_room = await read_war_room(tx, escalation_id, at=now)
            records = await sla_clocks.of(tx, escalation_id)
            climbed = await rungs.of(tx, [record.id for record in records])
        latest = {record.clock.kind: record.id for record in records}
        shown = [
            self._now(r, climbed[r.id], now, is_latest=r.id in latest.values()) for r in records
        ]
        return ClocksPicture(war_room=war_room, clocks={one.clock_id: one for one in shown})

    async def notice(self, notice_id: NoticeId) -> Notice | None:
        async with self._database.reading() as tx:
            return await notices.find(tx, notice_id)

    async def told(
        self, notice_id: NoticeId, channel: ChannelId, ts: MessageTs, digest: str
    ) -> None:
        """Write down where a message stands and what it shows."""
        async with self._database.transaction() as tx:
            await notices.told(tx, notice_id, channel, ts, digest)

    async def drawn(self, escalation_id: EscalationId, ts: MessageTs, digest: str) -> None:
        """Write down where the clocks message stands, and have what it speaks of drawn again."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await rooms.change(tx, escalation_id, clocks_ts=ts, clocks_digest=digest)
            for notice in await notices.since(tx, escalation_id, now - DRAWN_FOR):
                if notice.ts is not None:
                    tell = PostClockNotice(escalation_id=escalation_id, notice_id=notice.id)
                    await outbox.enqueue(tx, tell, at=now)

    async def lost(self, escalation_id: EscalationId) -> None:
        """Have the clocks message posted again, because somebody deleted it."""
        async with self._database.transaction() as tx:
            await rooms.change(tx, escalation_id, clocks_ts=None, clocks_digest="")
            refresh = RefreshClocks(escalation_id=escalation_id)
            await outbox.enqueue(tx, refresh, at=self._clock.now())

    def _now(
        self,
        record: ClockRecord,
        climbed: tuple[RungRecord, ...],
        now: datetime,
        *,
        is_latest: bool,
    ) -> ClockNow:
        clock: SlaClock = record.clock.at(now)
        told = {rung.rung for rung in climbed}
        keys = [rung.key for rung in self._policy.ladder.rungs_of(clock) if rung.key in told]
        return ClockNow(
            clock_id=record.id,
            title=self._policy.clock_title(clock.kind),
            state=clock.state(now),
            due_at=clock.due_at,
            until_at=clock.pause.until_at if clock.pause else None,
            stopped_at=clock.stopped_at,
            point=(keys or sorted(told) or [""])[-1],
            times=sum(rung.times for rung in climbed),
            on_it=on_it(self._policy.ladder, clock, climbed),
            is_latest=is_latest,
        )
