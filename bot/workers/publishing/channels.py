"""Channels other than rooms: who reads them at this moment, as Slack tells."""

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass

from bot.domain.escalation.room import ChannelId
from bot.domain.people import PersonKind, SlackUserId
from bot.domain.publishing.audience import ChannelReaders
from bot.metrics import Metrics
from bot.services.people.lookup import PersonLookup
from bot.services.people.people import People
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway, SeenChannel

MOST_KNOWN = 1_000  # channels
MOST_ASKED = 20  # unknown people of a channel who are looked up at once; the others follow later


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAudience:
    """A channel and who reads it."""

    channel: SeenChannel
    readers: ChannelReaders


class ChannelAudiences:
    """Asks Slack each time; those who ask at the same moment share one answer."""

    def __init__(
        self, people: People, lookup: PersonLookup, gateway: Gateway, metrics: Metrics
    ) -> None:
        self._metrics = metrics
        self._people = people
        self._lookup = lookup
        self._gateway = gateway
        self._moments = itertools.count()
        self._last: dict[ChannelId, tuple[int, ChannelAudience]] = {}
        self._asking: dict[ChannelId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read(self, channel: ChannelId) -> ChannelAudience:
        """Return who reads a channel, as Slack tells after this was called.

        Two calls at the same time, and in a channel of people nobody knows one more for each of
        the first MOST_ASKED.
        """
        wanted_at = next(self._moments)
        async with self._asking[channel]:
            last = self._last.get(channel)
            if last is not None and last[0] > wanted_at:
                return last[1]
            asked_at = next(self._moments)
            found = await self._ask(channel)
            self._keep(channel, asked_at, found)
            return found

    def _keep(self, channel: ChannelId, asked_at: int, found: ChannelAudience) -> None:
        if len(self._last) >= MOST_KNOWN:
            self._last.clear()
            free = [one for one, lock in self._asking.items() if not lock.locked()]
            for one in free:
                del self._asking[one]
        self._last[channel] = (asked_at, found)
        self._metrics.cached("channels", len(self._last))

    async def _ask(self, channel: ChannelId) -> ChannelAudience:
        seen, members = await asyncio.gather(self._gateway.channel(channel), self._members(channel))
        kinds = await self._people.kinds(members)
        unknown = [user for user in members if user not in kinds][:MOST_ASKED]
        asked = await asyncio.gather(*map(self._lookup.kind, unknown))
        kinds |= dict(zip(unknown, asked, strict=True))
        outside = PersonKind.EXTERNAL in kinds.values()
        readers = ChannelReaders(
            is_shared=seen.is_shared or outside,
            has_guests=PersonKind.GUEST in kinds.values(),
            is_archived=seen.is_archived,
        )
        return ChannelAudience(channel=seen, readers=readers)

    async def _members(self, channel: ChannelId) -> list[SlackUserId]:
        """Return who is in it; nobody where Slack does not tell us, who may still write there."""
        try:
            return await self._gateway.members(channel)
        except PermanentError:
            return []
