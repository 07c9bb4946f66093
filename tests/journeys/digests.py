"""A workspace whose clock can be moved, and what its digests say."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.digest.digest import Subscription
from bot.main import Warroom
from bot.sandbox.demo import LEADERSHIP, NOOR
from bot.sandbox.workspace import Channel, Message
from bot.workers.digest.sweep import DigestSweep
from storage.digest import digests
from tests.fakes.moved_clock import MovedClock
from tests.fakes.serving import served
from tests.war_room import WarRoom, marked, open_war_room, settings_for, words_of

LATELY = timedelta(seconds=2)


@dataclass
class Leadership:
    """The leadership channel of a war room, and the clock on its wall."""

    room: WarRoom
    clock: MovedClock
    database_url: str
    channel_id: str = field(default=LEADERSHIP)

    @property
    def channel(self) -> Channel:
        return self.room.sandbox.workspace.channels[self.channel_id]

    async def types(self, text: str, *, by: str = NOOR, where: str | None = None) -> str:
        """Type `/escalate digest text` and return the last private answer."""
        await self.room.types(f"digest {text}", by=by, where=where or self.channel_id)
        return self.room.ephemerals(by)[-1]

    async def subscription(self) -> Subscription | None:
        async with self.room.bot.database.reading() as tx:
            return await digests.of_channel(tx, self.channel_id)  # type: ignore[arg-type]

    async def comes(self, at: datetime | None = None) -> datetime:
        """Let time come to an instant, None: to the next digest; and everything be done."""
        if at is None:
            found = await self.subscription()
            assert found is not None
            at = found.next_send_at
        self.clock.moves_to(at)
        await self.swept()
        return at

    async def swept(self) -> None:
        for bot in self.room.bots:
            await DigestSweep(bot.services.digests).sweep()
        await self.room.settles()

    def digests(self) -> list[Message]:
        return marked(self.channel, "digest")

    def said(self) -> list[str]:
        return [words_of(message.blocks) for message in self.digests()]

    def thread(self, message: Message) -> list[str]:
        replies = [m for m in self.channel.visible() if m.thread_ts == message.ts]
        return [words_of(m.blocks) for m in replies if m.ts != message.ts]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Warroom]:
        """Have a process of the bot run for a while, where the war room has none of its own."""
        sandbox = self.room.sandbox
        bot = Warroom(settings_for(self.database_url, sandbox.base_url), clock=self.clock)
        async with served(bot.app) as address:
            sandbox.delivery.http.urls = [f"{address}/slack/events"]
            self.room.bots = [bot]
            yield bot


@contextlib.asynccontextmanager
async def leading(
    database_url: str, at: datetime, *, replicas: int = 1
) -> AsyncIterator[Leadership]:
    clock = MovedClock(at)
    async with open_war_room(
        database_url, replicas=replicas, clock=clock, slack_clock=clock.of_slack
    ) as room:
        yield Leadership(room, clock, database_url)
