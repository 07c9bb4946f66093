"""Who performs each kind of effect, and who looks for deadlines that have come."""

from collections.abc import Iterator, Mapping

from bot.domain.customers.effects import RecordCustomerReply
from bot.domain.digest.effects import ConfirmSubscription, ReportDigestFailure, SendDigest
from bot.domain.escalation.effects import OpenRoom, PostChange, PostInRoom
from bot.domain.lifecycle.effects import (
    ArchiveRoom,
    InviteToRole,
    NotifyRequester,
    NotifySponsor,
    ShowInvitationAnswer,
    UnarchiveRoom,
)
from bot.domain.meetings.effects import RecordMinute, RefreshMeeting
from bot.domain.plan.effects import NotifyItemOwner, PostItem, ReconcileMessage
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Recipient,
    WarRoomRecipient,
)
from bot.domain.reading.effects import ExportDossier
from bot.domain.reminders.effects import RefreshReminders, SendReminders
from bot.domain.rooms.effects import (
    InviteToRoom,
    NotifyManager,
    PostSharingWarning,
    ReconcileRoom,
    RefreshRoom,
)
from bot.domain.sla.effects import PostClockNotice, RefreshClocks
from bot.wiring.parts import Container
from bot.workers.customers.replies import CustomerReplyDetector
from bot.workers.delivery import Performer
from bot.workers.digest.digests import DigestSender
from bot.workers.digest.sweep import DigestSweep
from bot.workers.lifecycle.lifecycle import Archiver, ArchiveSweep, RoleInvitations
from bot.workers.meetings.meetings import MeetingPublisher
from bot.workers.meetings.sweep import CadenceSweep
from bot.workers.notices import Notices
from bot.workers.opening.opening import RoomOpener
from bot.workers.opening.progress import Progress
from bot.workers.opening.steps import StepTools
from bot.workers.plan.items import ItemPublisher, MessageReconciler
from bot.workers.publishing.channels import ChannelAudiences
from bot.workers.publishing.publisher import Publisher
from bot.workers.publishing.slack import SlackTransport
from bot.workers.publishing.transport import Transport
from bot.workers.reading.dossier import DossierWriter, Names
from bot.workers.refresh import Refresher
from bot.workers.reminders.reminders import ReminderPublisher
from bot.workers.reminders.sweep import ReminderSweep
from bot.workers.rooms.reconciliation import Reconciler, ReconcileSweep
from bot.workers.scheduler import Sweep
from bot.workers.sla.notices import ClockNoticePublisher, SlaClockSweep

Performers = Mapping[type, Performer]
Transports = Mapping[type[Recipient], Transport]
NO_MORE: Transports = {}


def performers(parts: Container) -> Performers:
    """Return who performs each kind of effect."""
    slack, services = parts.slack, parts.services
    reconciler = Reconciler(services.reconciliation, services.rooms, slack.gateway, parts.clock)
    publisher = publisher_on(parts, reconciler)
    return {
        **_rooms(parts, publisher),
        **_people(parts, publisher),
        **_items(parts, publisher),
        **_clocks(parts, publisher),
        **_digests(parts, publisher),
        **_reminders(parts, publisher),
        ReconcileRoom: reconciler.perform,
        ExportDossier: _dossiers(parts, publisher).perform,
    }


def publisher_on(parts: Container, reconciler: Reconciler, more: Transports = NO_MORE) -> Publisher:
    """Return the one way out; a new transport is registered here, by its kind of recipient."""
    slack, services = parts.slack, parts.services
    channels = ChannelAudiences(services.people, parts.lookup, slack.gateway, parts.metrics)
    through_slack = SlackTransport(
        slack.messages, slack.files, slack.gateway, services.rooms, parts.lookup, channels
    )
    transports: Transports = {
        PersonRecipient: through_slack,
        ChannelRecipient: through_slack,
        WarRoomRecipient: through_slack,
        **more,
    }
    return Publisher(transports, through_slack, services.rooms, reconciler)


def sweeps(parts: Container) -> Iterator[Sweep]:
    """Yield everything that looks for deadlines which have come."""
    yield SlaClockSweep(parts.services.sla_sweep)
    yield DigestSweep(parts.services.digests)
    yield CadenceSweep(parts.services.rhythms, parts.clock)
    yield ReminderSweep(parts.services.reminders)
    yield ArchiveSweep(parts.services.lifecycle)
    yield ReconcileSweep(parts.services.reconciliation)


def _rooms(parts: Container, publisher: Publisher) -> Performers:
    slack, services, policy = parts.slack, parts.services, parts.policy
    tools = StepTools(
        gateway=slack.gateway,
        publisher=publisher,
        directory=slack.directory,
        policy=policy,
        progress=Progress(publisher, slack.forms, slack.replies),
        clock=parts.clock,
        metrics=parts.metrics,
    )
    notices = Notices(services.rooms, services.timelines, publisher, slack.gateway, parts.clock)
    archiver = Archiver(services.rooms, services.lifecycle, publisher, slack.gateway)
    return {
        OpenRoom: RoomOpener(services.opening, services.rooms, tools).perform,
        RefreshRoom: Refresher(services.rooms, publisher, policy).perform,
        PostChange: notices.note_change,
        InviteToRoom: notices.invite,
        NotifyManager: notices.tell_owner,
        PostSharingWarning: notices.warn_of_sharing,
        ArchiveRoom: archiver.archive,
        UnarchiveRoom: archiver.unarchive,
    }


def _people(parts: Container, publisher: Publisher) -> Performers:
    offers = RoleInvitations(parts.services.rooms, publisher, parts.policy)
    return {
        InviteToRole: offers.offer,
        ShowInvitationAnswer: offers.show_answer,
        NotifyRequester: offers.tell_requester,
        NotifySponsor: offers.tell_reopened,
    }


def _items(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    looker = MessageReconciler(services.marks, parts.lookup, slack.gateway, parts.policy)
    calls = MeetingPublisher(
        services.minutes, looker, parts.lookup, publisher, slack.gateway, parts.policy
    )
    teller = ItemPublisher(services.items, services.rooms, services.preferences, publisher)
    return {
        ReconcileMessage: looker.perform,
        PostItem: teller.tell,
        NotifyItemOwner: teller.tell_owner,
        RefreshMeeting: calls.draw,
        RecordMinute: calls.note,
    }


def _clocks(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    teller = ClockNoticePublisher(services.clock_notices, services.rooms, publisher)
    hearer = CustomerReplyDetector(services.customer_replies, parts.lookup, slack.gateway)
    return {
        RefreshClocks: teller.refresh,
        PostClockNotice: teller.tell,
        PostInRoom: teller.say,
        RecordCustomerReply: hearer.hear,
    }


def _reminders(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    reminding = ReminderPublisher(
        services.reminders,
        publisher,
        slack.gateway,
        parts.policy,
    )
    return {SendReminders: reminding.send, RefreshReminders: reminding.draw}


def _digests(parts: Container, publisher: Publisher) -> Performers:
    sender = DigestSender(parts.services.digests, publisher, parts.slack.gateway)
    return {
        SendDigest: sender.send,
        ConfirmSubscription: sender.tell_channel,
        ReportDigestFailure: sender.tell_subscriber,
    }


def _dossiers(parts: Container, publisher: Publisher) -> DossierWriter:
    services = parts.services
    names = Names(services.dossiers, parts.lookup)
    return DossierWriter(
        services.dossiers,
        services.rooms,
        names,
        publisher,
        parts.policy,
    )
