"""The one way out for texts about escalations: who will read it is asked the moment it leaves."""

from dataclasses import dataclass

import structlog

from bot.domain.audience import OneReader, Readers, RoomReaders, Withheld, withheld
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import Audience
from bot.domain.people import SlackUserId
from bot.domain.reading.war_room import WarRoom
from bot.services.people.lookup import PersonLookup
from bot.services.rooms.rooms import Rooms
from bot.slack.gateway import Gateway, Posted
from bot.views.block_kit.blocks import Message
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.posting import post_once, tell_once
from bot.workers.publishing.places import Places
from bot.workers.rooms.reconciliation import Reconciler

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class InRoom:
    """The escalation's own room; `war_room` as it is known now."""

    war_room: WarRoom
    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class InChannel:
    """Any other channel.

    Attributes:
        about: The escalation it speaks of; None when of none or of many public ones.
        instead: Who is told directly when the channel may not read it; None tells nobody.
    """

    channel: ChannelId
    about: EscalationId | None = None
    instead: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """A direct message; `about` as for a channel."""

    user: SlackUserId
    about: EscalationId | None = None


Place = InRoom | InChannel | ToPerson


class Publisher:
    """Posts and edits; every method may raise a SlackFailure, or WithheldText.

    What the room or a channel may not read goes to the escalation manager directly, where they may
    read it, so that nobody waits for something that was said nowhere.
    """

    def __init__(  # who is asked about readers
        self,
        gateway: Gateway,
        rooms: Rooms,
        lookup: PersonLookup,
        places: Places,
        reconciler: Reconciler,
    ) -> None:
        self._gateway = gateway
        self._rooms = rooms
        self._lookup = lookup
        self._reconciler = reconciler
        self.places = places

    async def post(
        self,
        place: Place,
        message: Message,
        attempt: Attempt,
        *,
        thread_ts: MessageTs | None = None,
        audience: Audience = Audience.INTERNAL,
    ) -> Posted:
        """Post once, whatever earlier attempts did; return where it stands.

        Raises:
            WithheldText: Whoever would read it must not, and nobody can be told instead.
        """
        reason = await self.why_not(place, audience)
        if reason is None:
            return await self._post(place, message, attempt, thread_ts)
        instead = _instead(place)
        if instead is None or await self.why_not(instead, audience) is not None:
            raise WithheldText(reason)
        log.info("told_directly_instead", reason=reason.value)
        return await self._post(instead, message, attempt, None)

    async def update(
        self,
        place: Place,
        channel: ChannelId,
        ts: MessageTs,
        message: Message,
        *,
        audience: Audience = Audience.INTERNAL,
    ) -> None:
        """Edit what stands in a place.

        Raises:
            WithheldText: Whoever reads it there must not; it stays as it is.
        """
        reason = await self.why_not(place, audience)
        if reason is not None:
            raise WithheldText(reason)
        await self._gateway.update(channel, ts, message)

    async def why_not(
        self, place: Place, audience: Audience = Audience.INTERNAL
    ) -> Withheld | None:
        """Return why a text must not go there now; None when it may."""
        match place:
            case InRoom():
                readers: Readers = RoomReaders(is_shared=place.war_room.room.is_shared)
                return withheld(audience, readers, is_private=False)
            case InChannel():
                is_private = await self._is_private(place.about)
                readers = (await self.places.look(place.channel)).readers
                return withheld(audience, readers, is_private=is_private)
            case ToPerson():
                return await self._why_not_to(place, audience)

    async def _why_not_to(self, place: ToPerson, audience: Audience) -> Withheld | None:
        is_private, is_inside = False, False
        if place.about is not None and await self._rooms.is_private(place.about):
            await self._reconciler.fresh(place.about)
            is_private, is_inside = True, await self._rooms.is_inside(place.about, place.user)
        readers = OneReader(kind=await self._lookup.kind(place.user), is_inside=is_inside)
        return withheld(audience, readers, is_private=is_private)

    async def _is_private(self, about: EscalationId | None) -> bool:
        if about is None:
            return False
        return (await self._reconciler.fresh(about)).escalation.is_private

    async def _post(
        self, place: Place, message: Message, attempt: Attempt, thread_ts: MessageTs | None
    ) -> Posted:
        if isinstance(place, ToPerson):
            return await tell_once(self._gateway, place.user, message, attempt)
        return await post_once(self._gateway, place.channel, message, attempt, thread_ts=thread_ts)


def _instead(place: Place) -> ToPerson | None:
    match place:
        case InRoom():
            escalation = place.war_room.escalation
            return ToPerson(user=escalation.owner, about=escalation.id)
        case InChannel() if place.instead is not None:
            return ToPerson(user=place.instead, about=place.about)
        case _:
            return None
