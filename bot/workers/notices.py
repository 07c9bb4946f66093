"""Short statements: changes told in the room, people brought in, owners told."""

from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.effects import EscalationEffect, PostChange
from bot.domain.escalation.room import RoomState
from bot.domain.escalation.timeline import Audience
from bot.domain.rooms.effects import InviteToRoom, NotifyManager, PostSharingWarning
from bot.domain.time.clock import Clock
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import TransientError
from bot.slack.gateway import Gateway
from bot.views import notices
from bot.workers.delivery import Attempt
from bot.workers.publishing.publisher import InRoom, Publisher, ToPerson

SOON = timedelta(seconds=2)


class Notices:
    """Performs PostChange, InviteToRoom, NotifyManager and PostSharingWarning."""

    def __init__(self, rooms: Rooms, publisher: Publisher, gateway: Gateway, clock: Clock) -> None:
        self._rooms = rooms
        self._publisher = publisher
        self._gateway = gateway
        self._clock = clock

    async def note_change(self, effect: PostChange, attempt: Attempt) -> None:
        room = await open_room(self._rooms, effect)
        if room is not None:
            marker = notices.marker(attempt.effect_id)
            message = notices.change_noted(effect, marker)
            await self._publisher.post(room, message, attempt)

    async def invite(self, effect: InviteToRoom, _attempt: Attempt) -> None:
        room = await open_room(self._rooms, effect)
        if room is not None:
            asked_at = self._clock.now()
            refused = {one.user for one in await self._gateway.invite(room.channel, effect.users)}
            came = [user for user in effect.users if user not in refused]
            await self._rooms.invited(effect.escalation_id, came, at=asked_at)

    async def warn_of_sharing(self, effect: PostSharingWarning, attempt: Attempt) -> None:
        room = await open_room(self._rooms, effect)
        if room is not None:
            message = notices.sharing(effect, notices.marker(attempt.effect_id))
            await self._publisher.post(room, message, attempt, audience=Audience.CUSTOMER)

    async def tell_owner(self, effect: NotifyManager, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        message = notices.told_owner(effect, war_room, notices.marker(attempt.effect_id))
        owner = ToPerson(user=war_room.escalation.owner, about=effect.escalation_id)
        await self._publisher.post(owner, message, attempt)


async def open_room(rooms: Rooms, effect: EscalationEffect) -> InRoom | None:
    """Return where to say it; None when there is no room to say it in.

    Raises:
        RetryLater: The room is being opened.
    """
    war_room = await rooms.war_room(effect.escalation_id)
    bind_contextvars(room=war_room.room.channel_id)
    if war_room.room.state is RoomState.OPENING:
        raise TransientError(SOON, "The room is still being opened.")
    if war_room.room.state is not RoomState.OPEN or war_room.room.channel_id is None:
        return None
    return InRoom(war_room=war_room, channel=war_room.room.channel_id)
