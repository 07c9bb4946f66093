"""`/escalate mute` and `unmute`: whether somebody is called by nudges."""

from bot.domain.people import Person
from bot.services.people.preferences import Preferences
from bot.views import replies
from bot.views.block_kit.blocks import Message
from handlers.listening import Ack, RequestContext
from handlers.payloads import Actor
from handlers.words import CommandText, Words, alone


class PreferenceListeners:
    def __init__(self, doorway: RequestContext, preferences: Preferences) -> None:
        self._doorway = doorway
        self._preferences = preferences

    def words(self) -> Words:
        return dict.fromkeys(("mute", "unmute"), alone(self.choose))

    async def choose(self, ack: Ack, actor: Actor, typed: CommandText) -> None:
        """Mute or unmute whoever typed it."""

        async def choose(person: Person) -> Message | None:
            if typed.word == "mute":
                await self._preferences.mute(by=person)
                return replies.plain(replies.MUTED)
            await self._preferences.unmute(by=person)
            return replies.plain(replies.UNMUTED)

        await self._doorway.act(ack, actor, choose)
