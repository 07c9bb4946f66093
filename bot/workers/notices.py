"""Short statements: changes told in the room, people brought in, owners told."""

from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.clock import Clock
from bot.domain.effects import EscalationEffect, InviteToRoom, NoteChange, TellOwner
from bot.domain.reconciliation import WarnOfSharing
from bot.domain.room import ChannelId, RoomState
from bot.services.rooms import Rooms
from bot.slack.failures import RetryLater
from bot.slack.gateway import Gateway
from bot.views import notices
from bot.workers.delivery import Attempt
from bot.workers.posting import post_once, tell_once

SOON = timedelta(seconds=2)


class Notices:
    """Performs NoteChange, InviteToRoom, TellOwner and WarnOfSharing."""

    def __init__(self, rooms: Rooms, gateway: Gateway, clock: Clock) -> None:
        self._rooms = rooms
        self._gateway = gateway
        self._clock = clock

    async def note_change(self, effect: NoteChange, attempt: Attempt) -> None:
        channel = await self._open_channel(effect)
        if channel is not None:
            marker = notices.marker(attempt.effect_id)
            message = notices.change_noted(effect, marker)
            await post_once(self._gateway, channel, message, attempt)

    async def invite(self, effect: InviteToRoom, _attempt: Attempt) -> None:
        channel = await self._open_channel(effect)
        if channel is not None:
            asked_at = self._clock.now()
            refused = {one.user for one in await self._gateway.invite(channel, effect.users)}
            came = [user for user in effect.users if user not in refused]
            await self._rooms.invited(effect.escalation_id, came, at=asked_at)

    async def warn_of_sharing(self, effect: WarnOfSharing, attempt: Attempt) -> None:
        channel = await self._open_channel(effect)
        if channel is not None:
            message = notices.sharing(effect, notices.marker(attempt.effect_id))
            await post_once(self._gateway, channel, message, attempt)

    async def tell_owner(self, effect: TellOwner, attempt: Attempt) -> None:
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        message = notices.told_owner(effect, war_room, notices.marker(attempt.effect_id))
        await tell_once(self._gateway, war_room.escalation.owner, message, attempt)

    async def _open_channel(self, effect: EscalationEffect) -> ChannelId | None:
        """Return where to say it; None when there is no room to say it in.

        Raises:
            RetryLater: The room is being opened.
        """
        room = (await self._rooms.war_room(effect.escalation_id)).room
        bind_contextvars(room=room.channel_id)
        if room.state is RoomState.OPENING:
            raise RetryLater(SOON, "The room is being opened.")
        return room.channel_id if room.state is RoomState.OPEN else None
