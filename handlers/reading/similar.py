"""`/escalate similar`: escalations like the room's, or like the words behind it, anywhere."""

from bot.services.reading.similar import Similar
from bot.services.rooms.rooms import Rooms
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.reading import similar as similar_view
from handlers.listening import Ack, RequestContext, answer
from handlers.payloads import Actor
from handlers.words import CommandText, Words


class SimilarListeners:
    def __init__(self, doorway: RequestContext, similar: Similar, rooms: Rooms) -> None:
        self._doorway = doorway
        self._similar = similar
        self._rooms = rooms

    def words(self) -> Words:
        return {"similar": self.look}

    async def look(self, ack: Ack, actor: Actor, typed: CommandText) -> None:
        """Look after acknowledging: a search may take longer than a word should."""
        room = await self._rooms.in_channel(actor.channel) if actor.channel else None
        here = room.escalation_id if room is not None else None
        if here is None and not typed.rest:
            await answer(ack, replies.plain(replies.SIMILAR_TO_WHAT))
            return
        await ack()

        async def look() -> Message | None:
            person = await self._doorway.person(actor)
            if here is None or typed.rest:
                found = await self._similar.to_words(typed.rest, by=person, but=here)
            else:
                found = await self._similar.to_escalation(here, by=person)
            return similar_view.similar(found)

        self._doorway.later(actor, look)
