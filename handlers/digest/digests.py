"""`/escalate digest …`: have it in this channel, end it, read it now."""

from functools import partial

from bot.domain.digest import asks
from bot.domain.errors import NotNow
from bot.domain.escalation.room import ChannelId, is_direct_message
from bot.domain.people import Person
from bot.domain.time.clock import Clock
from bot.services.digest.digests import Digests
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from bot.views import replies
from bot.views.block_kit.action_ids import Marker
from bot.views.block_kit.blocks import Message
from bot.views.digest import digest as digest_view
from bot.views.digest import subscription as subscription_view
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.words import CommandText, Words, keeping

UPCOMING = 3  # times that are echoed
PREVIEW_PARTS = 3  # messages of the thread that a preview shows; five answers are allowed in all
NOT_A_CHANNEL = (
    "Digests go to channels, and this is a direct message. Run the command in a channel, or "
    "preview the digest here with /escalate digest now."
)
NOT_IN = (
    "Warroom isn't in this channel, so it can't post here. Run /invite @Warroom, then try again."
)
ARCHIVED = "This channel is archived. Unarchive it or choose another one."
SHARED = (
    "This channel is shared with another organisation, who would see the digest. Choose an "
    "internal channel."
)
UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


class DigestListeners:
    def __init__(
        self, doorway: RequestContext, digests: Digests, gateway: Gateway, clock: Clock
    ) -> None:
        self._doorway = doorway
        self._digests = digests
        self._gateway = gateway
        self._clock = clock

    def words(self) -> Words:
        return {"digest": self.digest}

    async def digest(self, ack: Ack, actor: Actor, typed: CommandText) -> None:
        """Show, end or preview this channel's digest, or have the channel get one."""
        inner = typed.behind()
        if inner.word in {"", "off"}:
            work = self._off if inner.word else self._show
            await self._doorway.act(ack, actor, partial(work, actor))
            return
        await ack()
        later = self._now if inner.word == "now" else self._here

        async def act() -> Message | None:
            person = await self._doorway.person(actor)
            return await keeping(typed, later(actor, inner, person))

        self._doorway.later(actor, act)

    async def _show(self, actor: Actor, person: Person) -> Message | None:
        found = await self._digests.of_channel(_channel(actor), to=person)
        if found is None:
            return subscription_view.usage()
        upcoming = found.schedule.next_sends(self._clock.now(), UPCOMING)
        return subscription_view.subscribed(found, upcoming)

    async def _off(self, actor: Actor, person: Person) -> Message | None:
        await self._digests.unsubscribe(_channel(actor), by=person)
        return replies.plain("This channel no longer gets the digest.")

    async def _here(self, actor: Actor, typed: CommandText, person: Person) -> Message | None:
        person.must_be_member()
        return await self.subscribed(_channel(actor), typed.text, person)

    async def subscribed(self, channel: ChannelId, typed: str, person: Person) -> Message:
        """Have a channel get the digest that is typed, and echo when it comes."""
        asked = asks.read(typed, time_zone=person.time_zone)
        await self._must_be_writable(channel)
        team = await self._doorway.team()
        found = await self._digests.subscribe(channel, asked, by=person, team=team)
        upcoming = found.schedule.next_sends(self._clock.now(), UPCOMING)
        return subscription_view.subscribed(found, upcoming)

    async def _now(self, actor: Actor, typed: CommandText, person: Person) -> Message | None:
        """Tell only the asker, and only what they may see."""
        for message in await self.preview(actor.channel, typed.rest, person):
            await self._doorway.tell(actor, message)
        return None

    async def preview(
        self, channel: ChannelId | None, filters: str, person: Person
    ) -> list[Message]:
        """Return the digest as this person may see it now."""
        asked = asks.read_filters(filters)
        written = await self._digests.preview(channel, asked, to=person)
        main = digest_view.digest(
            written.digest, Marker.DIGEST.value, zone=written.zone, is_preview=True
        )
        parts = digest_view.details(
            written.digest, lambda number: f"{Marker.DIGEST_DETAILS.value}.{number}"
        )
        return [main, *parts[:PREVIEW_PARTS]]

    async def _must_be_writable(self, channel: ChannelId) -> None:
        """See to it that we can write there, and that only our own people read it.

        Raises:
            NotNow: We cannot, or outsiders would read it; the message says what to do.
        """
        try:
            seen = await self._gateway.channel(channel)
        except PermanentError as failure:
            if failure.code in UNSEEN:
                raise NotNow(NOT_IN) from None
            raise
        if seen.is_archived:
            raise NotNow(ARCHIVED)
        if seen.is_shared:
            raise NotNow(SHARED)
        if not seen.is_member and seen.is_private:
            raise NotNow(NOT_IN)
        if not seen.is_member:
            await self._gateway.join(channel)


def _channel(actor: Actor) -> ChannelId:
    """Return where it was typed.

    Raises:
        NotNow: In a direct message.
    """
    if actor.channel is None or is_direct_message(actor.channel):
        raise NotNow(NOT_A_CHANNEL)
    return actor.channel
