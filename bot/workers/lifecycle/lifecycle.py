"""What moves bring about in Slack: rooms archived and brought back, roles offered, news told."""

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import EntryKind
from bot.domain.lifecycle.effects import (
    ArchiveRoom,
    InviteToRole,
    NotifyRequester,
    NotifySponsor,
    ShowInvitationAnswer,
    UnarchiveRoom,
)
from bot.domain.policy.policy import Policy
from bot.domain.publishing.recipients import PersonRecipient, Posted
from bot.domain.reading.war_room import WarRoom
from bot.services.lifecycle.lifecycle import Lifecycle
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from bot.views import notices
from bot.views.lifecycle import lifecycle as lifecycle_view
from bot.views.lifecycle import role_invitations
from bot.workers.delivery import Attempt
from bot.workers.escalation.notices import open_room
from bot.workers.publishing.content import news, standing
from bot.workers.publishing.publisher import EditResult, Publisher
from storage.queue.deadlines import Deadline

GONE_ALREADY = frozenset({"channel_not_found", "is_archived"})


class ArchiveSweep:
    """Looks for rooms whose time of grace is over."""

    deadline = Deadline.ARCHIVING

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle

    async def sweep(self) -> None:
        await self._lifecycle.archive_due()


class Archiver:
    """Performs ArchiveRoom and UnarchiveRoom."""

    def __init__(
        self, rooms: Rooms, lifecycle: Lifecycle, publisher: Publisher, gateway: Gateway
    ) -> None:
        self._rooms = rooms
        self._lifecycle = lifecycle
        self._publisher = publisher
        self._gateway = gateway

    async def archive(self, effect: ArchiveRoom, attempt: Attempt) -> None:
        """Archive the room; one that was reopened meanwhile, or is gone, is left alone."""
        war_room = await self._rooms.war_room(effect.escalation_id)
        channel = war_room.room.channel_id
        bind_contextvars(room=channel)
        is_open = war_room.room.state is RoomState.OPEN
        if channel is None or not war_room.escalation.is_over or not is_open:
            return
        await self._gateway.archive(channel)
        key = f"archived-{attempt.effect_id}"
        await self._rooms.followed(key, channel, EntryKind.ROOM_ARCHIVED, by=None, is_ours=True)

    async def unarchive(self, effect: UnarchiveRoom, attempt: Attempt) -> None:
        """Bring the room back, or tell who reopened it that they have to."""
        war_room = await self._rooms.war_room(effect.escalation_id)
        channel = war_room.room.channel_id
        bind_contextvars(room=channel)
        if channel is None:
            return
        try:
            await self._gateway.unarchive(channel)
            if not war_room.room.is_private:
                # Slack does not say whether an app is still in a channel it brings back.
                await self._gateway.join(channel)
        except PermanentError as failure:
            marker = notices.marker(attempt.effect_id)
            message = lifecycle_view.still_archived(war_room, failure.reason, marker)
            asker = PersonRecipient(user=effect.by)
            await self._publisher.post(news(message, effect.escalation_id), asker, attempt)
            return
        await self._lifecycle.unarchived(effect, effect_id=attempt.effect_id)


class RoleInvitations:
    """Performs InviteToRole, ShowInvitationAnswer, NotifyRequester and NotifySponsor."""

    def __init__(self, rooms: Rooms, publisher: Publisher, policy: Policy) -> None:
        self._rooms = rooms
        self._publisher = publisher
        self._policy = policy

    async def offer(self, effect: InviteToRole, attempt: Attempt) -> None:
        """Ask in the room, unless it was answered or given to somebody else meanwhile."""
        found = await open_room(self._rooms, effect)
        if found is not None and _is_waiting(effect, found.war_room):
            marker = notices.marker(attempt.effect_id)
            message = role_invitations.offer(effect, found.war_room, self._policy, marker)
            await self._publisher.post(news(message, effect.escalation_id), found.to, attempt)

    async def show_answer(self, effect: ShowInvitationAnswer, attempt: Attempt) -> None:
        """Put the answer where the buttons were; an offer that is gone needs none."""
        found = await open_room(self._rooms, effect)
        if found is None:
            return
        message = role_invitations.answered(effect, self._policy, notices.marker(attempt.effect_id))
        content = standing(message, effect.escalation_id)
        at = Posted(channel=effect.channel, ts=effect.ts)
        try:
            edit = await self._publisher.update(content, found.to, at)
        except PermanentError as failure:
            if failure.code not in GONE_ALREADY:
                raise
            return
        if edit is EditResult.CLOSED:
            await self._publisher.post(content, found.to, attempt)

    async def tell_requester(self, effect: NotifyRequester, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        marker = notices.marker(attempt.effect_id)
        message = lifecycle_view.declined(war_room, effect.by, marker)
        requester = PersonRecipient(user=war_room.escalation.raised_by)
        await self._publisher.post(news(message, effect.escalation_id), requester, attempt)

    async def tell_reopened(self, effect: NotifySponsor, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        marker = notices.marker(attempt.effect_id)
        message = lifecycle_view.reopened(war_room, effect, marker)
        sponsor = PersonRecipient(user=effect.to)
        await self._publisher.post(news(message, effect.escalation_id), sponsor, attempt)


def _is_waiting(effect: InviteToRole, war_room: WarRoom) -> bool:
    if effect.is_handover:
        return war_room.escalation.handover_to == effect.user
    held = war_room.holding(effect.role)
    return any(a.user_id == effect.user and a.accepted_at is None for a in held)
