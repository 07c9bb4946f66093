"""Clocks in Slack: rungs told to people, sentences said in the room, and the bell of the sweep."""

from structlog.contextvars import bind_contextvars

from bot.domain.effects import SayInRoom, TellRung
from bot.domain.ladder import AHEAD
from bot.domain.people import SlackUserId
from bot.domain.policy import Policy
from bot.domain.room import ChannelId
from bot.domain.sla_record import ClockId
from bot.domain.war_room import WarRoom
from bot.services.rooms import Rooms
from bot.services.sla_clocks import SlaClocks
from bot.services.sla_sweep import SlaSweep
from bot.views import sla_notices
from bot.workers.delivery import Attempt
from bot.workers.notices import open_room
from bot.workers.publishing.publisher import InChannel, Place, Publisher, ToPerson
from storage.deadlines import Deadline

MOST_AT_ONCE = 100  # clocks of one transaction: short enough that nobody waits for it


class SlaBell:
    """Looks at the clocks that are due until none is left."""

    deadline = Deadline.CLOCK

    def __init__(self, sweep: SlaSweep) -> None:
        self._sweep = sweep

    async def sweep(self) -> None:
        while await self._sweep.mark_due(most=MOST_AT_ONCE) == MOST_AT_ONCE:
            pass


class SlaTeller:
    """Performs TellRung and SayInRoom."""

    def __init__(
        self, clocks: SlaClocks, rooms: Rooms, publisher: Publisher, policy: Policy
    ) -> None:
        self._clocks = clocks
        self._rooms = rooms
        self._publisher = publisher
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
        place = await self._place(effect, war_room)
        if place is not None:
            await self._publisher.post(place, message, attempt)

    async def say(self, effect: SayInRoom, attempt: Attempt) -> None:
        room = await open_room(self._rooms, effect)
        if room is not None:
            marker = sla_notices.marker(attempt.effect_id)
            message = sla_notices.said(effect.text, marker, effect.link)
            await self._publisher.post(room, message, attempt)

    async def _place(self, effect: TellRung, war_room: WarRoom) -> Place | None:
        """Return where a rung is told; None when there is no room to tell it in."""
        about = effect.escalation_id
        if effect.to is None:
            return await open_room(self._rooms, effect)
        if effect.to.startswith(("U", "W")):
            return ToPerson(user=SlackUserId(effect.to), about=about)
        owner = war_room.escalation.owner
        return InChannel(channel=ChannelId(effect.to), about=about, instead=owner)
