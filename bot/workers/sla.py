"""Clocks in Slack: rungs told to people, sentences said in the room, and the bell of the sweep."""

from structlog.contextvars import bind_contextvars

from bot.domain.effects import SayInRoom, TellRung
from bot.domain.ladder import AHEAD
from bot.domain.people import SlackUserId
from bot.domain.policy import Policy
from bot.domain.room import ChannelId, RoomState
from bot.domain.sla_record import ClockId
from bot.services.rooms import Rooms
from bot.services.sla_clocks import SlaClocks
from bot.services.sla_sweep import SlaSweep
from bot.slack.failures import RetryLater
from bot.slack.gateway import Gateway
from bot.views import sla_notices
from bot.workers.delivery import Attempt
from bot.workers.notices import SOON
from bot.workers.posting import post_once, tell_once

MOST_AT_ONCE = 100  # clocks of one transaction: short enough that nobody waits for it


class SlaBell:
    """Looks at the clocks that are due until none is left."""

    def __init__(self, sweep: SlaSweep) -> None:
        self._sweep = sweep

    async def sweep(self) -> None:
        while await self._sweep.mark_due(most=MOST_AT_ONCE) == MOST_AT_ONCE:
            pass


class SlaTeller:
    """Performs TellRung and SayInRoom."""

    def __init__(self, clocks: SlaClocks, rooms: Rooms, gateway: Gateway, policy: Policy) -> None:
        self._clocks = clocks
        self._rooms = rooms
        self._gateway = gateway
        self._policy = policy

    async def tell(self, effect: TellRung, attempt: Attempt) -> None:
        """Tell a rung, unless the clock has ended or somebody has answered meanwhile."""
        told = await self._clocks.to_tell(ClockId(effect.clock_id), effect.rung)
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        if told is None:
            return
        clock = told.record.clock
        rung = self._policy.ladder.rung(clock, effect.rung.removesuffix(AHEAD))
        marker = sla_notices.marker(attempt.effect_id)
        message = sla_notices.rung_told(told.title, clock, rung, effect, war_room, marker)
        if effect.to is None:
            channel = await self._open_channel(effect)
            if channel is not None:
                await post_once(self._gateway, channel, message, attempt)
        elif effect.to.startswith(("U", "W")):
            await tell_once(self._gateway, SlackUserId(effect.to), message, attempt)
        elif not war_room.escalation.is_private:
            await post_once(self._gateway, ChannelId(effect.to), message, attempt)

    async def say(self, effect: SayInRoom, attempt: Attempt) -> None:
        channel = await self._open_channel(effect)
        if channel is not None:
            marker = sla_notices.marker(attempt.effect_id)
            message = sla_notices.said(effect.text, marker, effect.link)
            await post_once(self._gateway, channel, message, attempt)

    async def _open_channel(self, effect: TellRung | SayInRoom) -> ChannelId | None:
        """Return where to say it; None when there is no room to say it in.

        Raises:
            RetryLater: The room is being opened.
        """
        room = (await self._rooms.war_room(effect.escalation_id)).room
        if room.state is RoomState.OPENING:
            raise RetryLater(SOON, "The room is being opened.")
        return room.channel_id if room.state is RoomState.OPEN else None
