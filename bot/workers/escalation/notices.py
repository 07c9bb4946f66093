"""Short statements: changes told in the room, people brought in, owners told."""

from dataclasses import dataclass
from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.effects import EscalationEffect, PostChange
from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import Audience
from bot.domain.publishing.recipients import PersonRecipient, WarRoomRecipient, room_recipient
from bot.domain.reading.war_room import WarRoom
from bot.domain.rooms.effects import InviteToRoom, NotifyManager, PostSharingWarning
from bot.domain.time.clock import Clock
from bot.services.reading.timelines import Timelines
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import TransientError
from bot.slack.gateway import Gateway
from bot.views import notices
from bot.workers.delivery import Attempt
from bot.workers.publishing.content import MessageContent, news
from bot.workers.publishing.publisher import Publisher

SOON = timedelta(seconds=2)


class Notices:
    """Performs PostChange, InviteToRoom, NotifyManager and PostSharingWarning."""

    def __init__(
        self,
        rooms: Rooms,
        timelines: Timelines,
        publisher: Publisher,
        gateway: Gateway,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._timelines = timelines
        self._publisher = publisher
        self._gateway = gateway
        self._clock = clock

    async def note_change(self, effect: PostChange, attempt: Attempt) -> None:
        found = await open_room(self._rooms, effect)
        if found is not None:
            entries = await self._timelines.at(effect.escalation_id, effect.entries)
            marker = notices.marker(attempt.effect_id)
            message = notices.change_noted(effect.by, entries, marker)
            await self._publisher.post(news(message, effect.escalation_id), found.to, attempt)

    async def invite(self, effect: InviteToRoom, _attempt: Attempt) -> None:
        found = await open_room(self._rooms, effect)
        if found is not None:
            asked_at = self._clock.now()
            refused = await self._gateway.invite(found.to.channel, effect.users)
            outside = {one.user for one in refused}
            came = [user for user in effect.users if user not in outside]
            await self._rooms.invited(effect.escalation_id, came, at=asked_at)

    async def warn_of_sharing(self, effect: PostSharingWarning, attempt: Attempt) -> None:
        found = await open_room(self._rooms, effect)
        if found is not None:
            message = notices.sharing(effect, notices.marker(attempt.effect_id))
            content = MessageContent(message=message, audience=Audience.CUSTOMER)
            await self._publisher.post(content, found.to, attempt)

    async def tell_owner(self, effect: NotifyManager, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        message = notices.told_owner(effect, war_room, notices.marker(attempt.effect_id))
        owner = PersonRecipient(user=war_room.escalation.owner)
        await self._publisher.post(news(message, effect.escalation_id), owner, attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRoom:
    """A room that can be written to; `to` as a recipient."""

    war_room: WarRoom
    to: WarRoomRecipient


async def open_room(rooms: Rooms, effect: EscalationEffect) -> OpenedRoom | None:
    """Return where to say it; None when there is no room to say it in.

    Raises:
        TransientError: The room is being opened.
    """
    war_room = await rooms.war_room(effect.escalation_id)
    bind_contextvars(room=war_room.room.channel_id)
    return opened(war_room)


def opened(war_room: WarRoom) -> OpenedRoom | None:
    """Return a room that can be written to; None when it cannot.

    Raises:
        TransientError: The room is being opened.
    """
    if war_room.room.state is RoomState.OPENING:
        raise TransientError(SOON, "The room is still being opened.")
    to = room_recipient(war_room.room)
    if war_room.room.state is not RoomState.OPEN or to is None:
        return None
    return OpenedRoom(war_room=war_room, to=to)
