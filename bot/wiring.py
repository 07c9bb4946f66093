"""What is made of what: the services, the doors to Slack, the performers and the listeners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.domain.clock import Clock
from bot.domain.effects import (
    ArchiveRoom,
    DrawReminders,
    ExportDossier,
    InviteToRoom,
    LookAtMessage,
    NoteChange,
    OfferRole,
    OpenRoom,
    RefreshRoom,
    SendReminders,
    ShowAnswer,
    TellItem,
    TellItemOwner,
    TellOwner,
    TellRequester,
    UnarchiveRoom,
)
from bot.domain.policy import Policy
from bot.metrics import Metrics
from bot.services.catchup import CatchUps
from bot.services.dossiers import Dossiers
from bot.services.escalations import Escalations
from bot.services.home import Homes
from bot.services.items import Items
from bot.services.lifecycle import Lifecycle
from bot.services.marks import Marks
from bot.services.opening import Opening
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.reminder_answers import ReminderAnswers
from bot.services.reminders import Reminders
from bot.services.roles import Roles
from bot.services.rooms import Rooms
from bot.services.similar import Similar
from bot.services.timelines import Timelines
from bot.slack.caller import Caller
from bot.slack.directory import Directory
from bot.slack.files import Files
from bot.slack.forms import Forms, Replies
from bot.slack.gateway import Gateway
from bot.workers.delivery import Performer
from bot.workers.dossier import DossierWriter, Names
from bot.workers.items import ItemTeller, Looker
from bot.workers.lifecycle import Archiver, Offers
from bot.workers.notices import Notices
from bot.workers.opening import RoomOpener
from bot.workers.opening_steps import StepTools
from bot.workers.progress import Progress
from bot.workers.refresh import Refresher
from bot.workers.reminder_sweep import ReminderSweep
from bot.workers.reminders import Reminding
from bot.workers.scheduler import Sweep
from handlers.catch_all import CatchAll
from handlers.catchup import CatchUpListeners
from handlers.dossier import DossierListeners
from handlers.escalation import EscalationWords
from handlers.home import HomeListeners
from handlers.items import ItemListeners
from handlers.lifecycle import LifecycleListeners, reopening
from handlers.listening import Doorway
from handlers.listing import ListingListeners
from handlers.marks import MarkListeners
from handlers.opening import OpeningListeners
from handlers.plan import PlanListeners
from handlers.preferences import PreferenceListeners
from handlers.reminders import ReminderListeners
from handlers.roles import RoleListeners
from handlers.room_menu import RoomMenuListeners
from handlers.rooms import RoomListeners
from handlers.similar import SimilarListeners
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
    roles: Roles
    lifecycle: Lifecycle
    homes: Homes
    preferences: Preferences
    catchups: CatchUps
    similar: Similar
    dossiers: Dossiers
    reminders: Reminders
    reminder_answers: ReminderAnswers

    @classmethod
    def on(cls, database: Database, clock: Clock, policy: Policy) -> "Services":
        escalations = Escalations(database, clock, policy)
        roles = Roles(database, clock, policy, escalations)
        return cls(
            opening=Opening(database, clock, policy),
            escalations=escalations,
            rooms=Rooms(database, clock),
            people=People(database, clock),
            items=Items(database, clock, policy),
            marks=Marks(database, clock),
            timelines=Timelines(database),
            roles=roles,
            lifecycle=Lifecycle(database, clock, policy),
            homes=Homes(database, clock, policy),
            preferences=Preferences(database),
            catchups=CatchUps(database, clock),
            similar=Similar(database),
            dossiers=Dossiers(database, clock),
            reminders=Reminders(database, clock, policy),
            reminder_answers=ReminderAnswers(database, clock, policy, roles),
        )


@dataclass(frozen=True, slots=True)
class SlackDoors:
    gateway: Gateway
    forms: Forms
    replies: Replies
    directory: Directory
    files: Files

    @classmethod
    def through(cls, caller: Caller) -> "SlackDoors":
        gateway = Gateway(caller)
        files = Files(caller, gateway)
        return cls(gateway, Forms(caller), Replies(caller), Directory(caller), files)


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
        archiver = Archiver(services.rooms, services.lifecycle, slack.gateway)
        offers = Offers(services.rooms, slack.gateway, self.policy)
        teller = ItemTeller(services.items, services.rooms, services.preferences, slack.gateway)
        return {
            OpenRoom: RoomOpener(services.opening, services.rooms, tools).perform,
            RefreshRoom: Refresher(services.rooms, slack.gateway, self.policy).perform,
            NoteChange: notices.note_change,
            InviteToRoom: notices.invite,
            TellOwner: notices.tell_owner,
            LookAtMessage: looker.perform,
            TellItem: teller.tell,
            TellItemOwner: teller.tell_owner,
            ArchiveRoom: archiver.archive,
            UnarchiveRoom: archiver.unarchive,
            OfferRole: offers.offer,
            ShowAnswer: offers.show_answer,
            TellRequester: offers.tell_requester,
            ExportDossier: self._dossier_writer().perform,
            SendReminders: self._reminding().send,
            DrawReminders: self._reminding().draw,
        }

    def sweeps(self) -> tuple[Sweep, ...]:
        """Return what looks for deadlines that have come."""
        return (ReminderSweep(self.services.reminders),)

    def _reminding(self) -> Reminding:
        slack, services = self.slack, self.services
        return Reminding(
            services.reminders, services.people, slack.directory, slack.gateway, self.policy
        )

    def _dossier_writer(self) -> DossierWriter:
        slack, services = self.slack, self.services
        names = Names(services.dossiers, services.people, slack.directory, slack.gateway)
        return DossierWriter(
            services.dossiers, services.rooms, names, slack.files, slack.gateway, self.policy
        )

    def listeners(self, doorway: Doorway) -> Iterator[Listener]:
        """Yield everything that listens to Slack; what catches the rest comes last."""
        slack, services, policy = self.slack, self.services, self.policy
        opening = OpeningListeners(doorway, services.opening, slack.forms, slack.gateway, policy)
        menu = RoomMenuListeners(doorway, services.rooms, services.escalations, slack.forms, policy)
        home = self._home(doorway, opening)
        items = ItemListeners(
            doorway, services.items, services.rooms, slack.forms, slack.gateway, home
        )
        plan = PlanListeners(
            doorway, services.rooms, services.items, services.escalations, slack.forms, policy
        )
        lifecycle = LifecycleListeners(doorway, services.lifecycle, services.rooms, slack.forms)
        roles = RoleListeners(doorway, services.roles)
        escalation = EscalationWords(services.escalations, services.timelines, menu)
        reminders = ReminderListeners(
            doorway, services.reminders, services.reminder_answers, services.items, policy
        )
        in_room = RoomWords(doorway, services.rooms)
        words: dict[str, Word] = {"reopen": in_room.at_once(reopening(lifecycle, items))}
        for speaker in (
            escalation,
            lifecycle,
            roles,
            items,
            plan,
            CatchUpListeners(services.catchups),
            DossierListeners(services.dossiers),
            reminders,
        ):
            words |= speaker.words(in_room)
        words |= SimilarListeners(doorway, services.similar, services.rooms).words()
        words |= ListingListeners(doorway, services.homes).words()
        words |= PreferenceListeners(doorway, services.preferences).words()
        yield SlashCommand(services.rooms, opening, menu, words)
        yield opening
        yield menu
        yield home
        yield items
        yield plan
        yield lifecycle
        yield roles
        yield reminders
        yield MarkListeners(services.marks, policy)
        yield RoomListeners(services.rooms, services.marks, slack.gateway)
        yield CatchAll()

    def _home(self, doorway: Doorway, opening: OpeningListeners) -> HomeListeners:
        services = self.services
        return HomeListeners(
            doorway,
            services.homes,
            services.preferences,
            services.escalations,
            opening,
            self.slack.gateway,
        )
