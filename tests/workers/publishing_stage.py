"""A stage for the publisher: a served sandbox with one open room, a database, and nothing else."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot import policy_file
from bot.container import Container, Services, SlackClients
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId
from bot.domain.people import SlackUserId
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Posted,
    Recipient,
    WarRoomRecipient,
)
from bot.metrics import Metrics
from bot.sandbox.app import create_app
from bot.sandbox.demo import BOT, ESCALATIONS, EVA, LEA, MAX, demo_workspace
from bot.sandbox.play import Play
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel
from bot.slack.caller import Caller
from bot.views.block_kit.blocks import Message
from bot.wiring.performers import publisher_on
from bot.workers.delivery import Attempt
from bot.workers.publishing.publisher import Publisher
from bot.workers.rooms.reconciliation import Reconciler
from storage.database.database import Database
from storage.rooms import members, rooms
from tests import seeds
from tests.fakes.mailbox import Mailbox, MailTransport
from tests.fakes.moved_clock import MovedClock
from tests.fakes.serving import served
from tests.war_room import MANIFEST, hurried, words_of

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
ONE = EscalationId(1)
ROOM, ANOTHER = ChannelId("C0ROOM001"), ChannelId("C0ROOM002")
SECRET = "Umbrella"
HEARD, LONG_AGO = timedelta(minutes=1), timedelta(hours=2)  # since the room was compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    sandbox: Sandbox
    database: Database
    services: Services
    slack: SlackClients
    publisher: Publisher
    mail: MailTransport

    @property
    def play(self) -> Play:
        return Play(self.sandbox)

    @property
    def room(self) -> Channel:
        return self.sandbox.workspace.channels[ROOM]

    @property
    def announcements(self) -> Channel:
        return self.sandbox.workspace.channels[ESCALATIONS]

    @property
    def to(self) -> WarRoomRecipient:
        return WarRoomRecipient(escalation_id=ONE, channel=ROOM)

    async def compared(self, ago: timedelta) -> None:
        """Have the room be known as it was so long ago."""
        async with self.database.transaction() as tx:
            await rooms.change(tx, ONE, reconciled_at=NOW - ago)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.sandbox.clock.now(), UTC)

    async def stands(self, to: Recipient) -> Posted:
        """Return where a message of ours stands that says nothing yet."""
        target = to.user if isinstance(to, PersonRecipient) else _channel(to)
        return await self.slack.messages.post(target, Message("…", []))

    async def another_room(self) -> WarRoomRecipient:
        """Open a second escalation with its own room, which is public."""
        await _seed(self.database, ANOTHER, first=2)
        made = Channel(id=ANOTHER, name="esc-2", creator=BOT, created=1, members=[LEA, MAX, BOT])
        self.sandbox.workspace.channels[ANOTHER] = made
        return WarRoomRecipient(escalation_id=EscalationId(2), channel=ANOTHER)

    def is_read(self, said: str) -> bool:
        """Say whether a text stands anywhere in Slack."""
        return any(said in _all_of(one) for one in self.sandbox.workspace.channels.values())

    def readers(self) -> set[str]:
        """Return everybody who can read the secret anywhere in Slack."""
        found: set[str] = set()
        for channel in self.sandbox.workspace.channels.values():
            if SECRET in _all_of(channel):
                found |= {*channel.members, *([channel.dm_with] if channel.dm_with else [])}
        return found - {BOT}


def attempt(number: int = 1, *, in_doubt: bool = False) -> Attempt:
    return Attempt(effect_id=1, in_doubt=in_doubt, number=number, asked_at=NOW)


@contextlib.asynccontextmanager
async def open_stage(database_url: str) -> AsyncIterator[Stage]:
    """Serve a sandbox, write down one escalation of Eva's with its open room, and publish."""
    clock, mail = MovedClock(NOW), MailTransport()
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST, clock=clock.of_slack)
    made = Channel(id=ROOM, name="esc-1", creator=BOT, created=1, members=[LEA, EVA, MAX, BOT])
    sandbox.workspace.channels[ROOM] = made
    database = Database(database_url)
    async with served(create_app(sandbox)) as url:
        sandbox.base_url = url
        caller = Caller("xoxb-sandbox", f"{url}/api/", timedelta(seconds=5), None, hurried)
        slack = SlackClients.through(caller)
        policy = policy_file.load(None)
        services = Services.on(database, clock, policy, slack.directory)
        parts = Container(
            slack=slack, services=services, policy=policy, clock=clock, metrics=Metrics()
        )
        reconciler = Reconciler(services.reconciliation, services.rooms, slack.gateway, clock)
        await _seed(database, ROOM, first=1)
        yield Stage(
            sandbox=sandbox,
            database=database,
            services=services,
            slack=slack,
            publisher=publisher_on(parts, reconciler, {Mailbox: mail}),
            mail=mail,
        )
        await slack.gateway.close()
        await sandbox.aclose()
    await database.close()


async def _seed(database: Database, room: ChannelId, *, first: int) -> None:
    def at(_number: int) -> datetime:
        return NOW

    await seeds.escalations(database, 1, owner=lambda _: EVA, due_at=at, remind_at=at, first=first)
    number, before = EscalationId(first), NOW - LONG_AGO
    inside = [SlackUserId(user) for user in (LEA, EVA, MAX)]
    async with database.transaction() as tx:
        await tx.execute(text("DELETE FROM timeline_heads"))  # they say that nothing happened yet
        await rooms.change(tx, number, channel_id=room, reconciled_at=NOW - HEARD)
        await members.record(
            tx, number, inside, is_member=True, changed_at=before, recorded_at=before
        )


def _channel(to: Recipient) -> ChannelId:
    assert isinstance(to, ChannelRecipient | WarRoomRecipient)
    return to.channel


def _all_of(channel: Channel) -> str:
    """Return whatever a member of a channel can read of it."""
    said = [f"{m.text} {words_of(m.blocks)}" for m in channel.visible()]
    files = [str(f.content) for m in channel.visible() for f in m.files]
    links = [f"{b.title} {b.link}" for b in channel.bookmarks]
    return " ".join([channel.name, channel.topic, channel.purpose, *said, *files, *links])
