"""What is made of what: the services, the doors to Slack, the performers and the listeners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.domain.clock import Clock
from bot.domain.effects import (
    InviteToRoom,
    LookAtMessage,
    NoteChange,
    OpenRoom,
    RefreshRoom,
    SayInRoom,
    TellItem,
    TellItemOwner,
    TellOwner,
    TellRung,
)
from bot.domain.policy import Policy
from bot.metrics import Metrics
from bot.services.escalations import Escalations
from bot.services.items import Items
from bot.services.marks import Marks
from bot.services.opening import Opening
from bot.services.people import People
from bot.services.rooms import Rooms
from bot.services.sla_clocks import SlaClocks
from bot.services.sla_sweep import SlaSweep
from bot.services.timelines import Timelines
from bot.slack.caller import Caller
from bot.slack.directory import Directory
from bot.slack.forms import Forms, Replies
from bot.slack.gateway import Gateway
from bot.workers.delivery import Performer
from bot.workers.items import ItemTeller, Looker
from bot.workers.notices import Notices
from bot.workers.opening import RoomOpener
from bot.workers.opening_steps import StepTools
from bot.workers.progress import Progress
from bot.workers.refresh import Refresher
from bot.workers.sla import SlaTeller
from handlers.catch_all import CatchAll
from handlers.items import ItemListeners
from handlers.lifecycle import LifecycleListeners
from handlers.listening import Doorway
from handlers.marks import MarkListeners
from handlers.opening import OpeningListeners
from handlers.plan import PlanListeners
from handlers.room_menu import RoomMenuListeners
from handlers.rooms import RoomListeners
from handlers.sla import SlaListeners
from handlers.slash_command import SlashCommand
from handlers.words import RoomWords, Word
from storage.database import Database


class Listener(Protocol):
    """Something that listens to Slack."""

    def register(self, app: AsyncApp) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    opening: Opening
    escalations: Escalations
    rooms: Rooms
    people: People
    items: Items
    marks: Marks
    timelines: Timelines
    sla_clocks: SlaClocks
    sla_sweep: SlaSweep

    @classmethod
    def on(cls, database: Database, clock: Clock, policy: Policy) -> "Services":
        return cls(
            Opening(database, clock, policy),
            Escalations(database, clock, policy),
            Rooms(database, clock),
            People(database, clock),
            Items(database, clock, policy),
            Marks(database, clock),
            Timelines(database),
            SlaClocks(database, clock, policy),
            SlaSweep(database, clock, policy),
        )


@dataclass(frozen=True, slots=True)
class SlackDoors:
    gateway: Gateway
    forms: Forms
    replies: Replies
    directory: Directory

    @classmethod
    def through(cls, caller: Caller) -> "SlackDoors":
        return cls(Gateway(caller), Forms(caller), Replies(caller), Directory(caller))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The parts of one process, and what is made of them."""

    slack: SlackDoors
    services: Services
    policy: Policy
    clock: Clock
    metrics: Metrics

    def performers(self) -> Mapping[type, Performer]:
        """Return who performs each kind of effect."""
        slack, services = self.slack, self.services
        tools = StepTools(
            gateway=slack.gateway,
            directory=slack.directory,
            policy=self.policy,
            progress=Progress(slack.gateway, slack.forms, slack.replies),
            clock=self.clock,
            metrics=self.metrics,
        )
        notices = Notices(services.rooms, slack.gateway)
        looker = Looker(
            services.marks, services.people, slack.directory, slack.gateway, self.policy
        )
        teller = ItemTeller(services.items, services.rooms, slack.gateway)
        sla = SlaTeller(services.sla_clocks, services.rooms, slack.gateway, self.policy)
        return {
            OpenRoom: RoomOpener(services.opening, services.rooms, tools).perform,
            RefreshRoom: Refresher(services.rooms, slack.gateway, self.policy).perform,
            NoteChange: notices.note_change,
            InviteToRoom: notices.invite,
            TellOwner: notices.tell_owner,
            LookAtMessage: looker.perform,
            TellItem: teller.tell,
            TellItemOwner: teller.tell_owner,
            TellRung: sla.tell,
            SayInRoom: sla.say,
        }

    def listeners(self, doorway: Doorway) -> Iterator[Listener]:
        """Yield everything that listens to Slack; what catches the rest comes last."""
        slack, services, policy = self.slack, self.services, self.policy
        opening = OpeningListeners(doorway, services.opening, slack.forms, slack.gateway, policy)
        menu = RoomMenuListeners(doorway, services.rooms, services.escalations, slack.forms, policy)
        items = ItemListeners(doorway, services.items, services.rooms, slack.forms, slack.gateway)
        plan = PlanListeners(
            doorway, services.rooms, services.items, services.escalations, slack.forms, policy
        )
        lifecycle = LifecycleListeners(services.escalations, services.timelines)
        sla = SlaListeners(doorway, services.sla_clocks, services.rooms, self.clock)
        in_room = RoomWords(doorway, services.rooms)
        words: dict[str, Word] = {}
        for speaker in (lifecycle, items, plan, sla):
            words |= speaker.words(in_room)
        yield SlashCommand(services.rooms, opening, menu, words)
        yield opening
        yield menu
        yield items
        yield plan
        yield sla
        yield MarkListeners(services.marks, policy)
        yield RoomListeners(services.rooms, services.marks, slack.gateway)
        yield CatchAll()
