"""Channels other than rooms: who reads them, as Slack said a short while ago."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audience import ChannelReaders
from bot.domain.escalation.room import ChannelId
from bot.domain.people import PersonKind, SlackUserId
from bot.domain.time.clock import Clock
from bot.metrics import Metrics
from bot.services.people.lookup import PersonLookup
from bot.services.people.people import People
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway, SeenChannel

MOST_KNOWN = 1_000  # channels
BELIEVED = timedelta(minutes=10)  # how long an answer is used without asking again
MOST_ASKED = 20  # unknown people of a channel who are looked up at once; the others follow later


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAudience:
    """A channel and who reads it."""

    channel: SeenChannel
    readers: ChannelReaders


class Places:
    def __init__(
        self,
        people: People,
        lookup: PersonLookup,
        gateway: Gateway,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._metrics = metrics
        self._people = people
        self._lookup = lookup
        self._gateway = gateway
        self._clock = clock
        self._known: dict[ChannelId, tuple[ChannelAudience, datetime]] = {}
        self._asking: dict[ChannelId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def look(self, channel: ChannelId, *, again: bool = False) -> ChannelAudience:
        """Return who reads a channel; with `again` Slack is asked whatever is believed.

        Two calls at the same time, and in a channel of people nobody knows one more for each of
        the first MOST_ASKED.
        """
        async with self._asking[channel]:
            now = self._clock.now()
            place, until = self._known.get(channel, (None, now))
            if place is None or again or now >= until:
                place = await self._look(channel)
                self._believe(channel, place, now)
            return place

    def _believe(self, channel: ChannelId, place: ChannelAudience, now: datetime) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
            free = [one for one, lock in self._asking.items() if not lock.locked()]
            for one in free:
                del self._asking[one]
        self._known[channel] = (place, now + BELIEVED)
        self._metrics.cached("channels", len(self._known))

    async def _look(self, channel: ChannelId) -> ChannelAudience:
        seen, members = await asyncio.gather(self._gateway.channel(channel), self._members(channel))
        kinds = await self._people.kinds(members)
        unknown = [user for user in members if user not in kinds][:MOST_ASKED]
        asked = await asyncio.gather(*map(self._lookup.kind, unknown))
        kinds |= dict(zip(unknown, asked, strict=True))
        outside = PersonKind.EXTERNAL in kinds.values()
        readers = ChannelReaders(
            is_shared=seen.is_shared or outside, has_guests=PersonKind.GUEST in kinds.values()
        )
        return ChannelAudience(channel=seen, readers=readers)

    async def _members(self, channel: ChannelId) -> list[SlackUserId]:
        """Return who is in it; nobody where Slack does not tell us, who may still write there."""
        try:
            return await self._gateway.members(channel)
        except PermanentError:
            return []
