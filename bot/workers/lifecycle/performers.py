"""Who performs the effects of the lifecycle."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.lifecycle.effects import (
    ArchiveRoom,
    InviteToRole,
    NotifyRequester,
    NotifySponsor,
    ShowInvitationAnswer,
    UnarchiveRoom,
)
from bot.workers.delivery import Performers
from bot.workers.lifecycle.lifecycle import Archiver, ArchiveSweep, RoleInvitations
from bot.workers.publishing.publisher import Publisher
from bot.workers.scheduler import Sweep


def performers(parts: Container, publisher: Publisher) -> Performers:
    slack, services = parts.slack, parts.services
    invitations = RoleInvitations(services.rooms, publisher, parts.policy)
    archiver = Archiver(services.rooms, services.lifecycle, publisher, slack.gateway)
    return {
        InviteToRole: invitations.offer,
        ShowInvitationAnswer: invitations.show_answer,
        NotifyRequester: invitations.tell_requester,
        NotifySponsor: invitations.tell_reopened,
        ArchiveRoom: archiver.archive,
        UnarchiveRoom: archiver.unarchive,
    }


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield ArchiveSweep(parts.services.lifecycle)
