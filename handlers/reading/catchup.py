"""`/escalate catchup`: what somebody missed in the room they are in."""

from bot.domain.people import Person
from bot.services.reading.catchup import CatchUps
from bot.views.block_kit.blocks import Message
from bot.views.reading import catchup as catchup_view
from handlers.words import RoomCommand, RoomCommands, Takes, Words


class CatchUpListeners:
    def __init__(self, catchups: CatchUps) -> None:
        self._catchups = catchups

    def words(self, in_room: RoomCommands) -> Words:
        return {"catchup": in_room.at_once(self._catchup, Takes.NOTHING)}

    async def _catchup(self, said: RoomCommand, person: Person) -> Message | None:
        return catchup_view.catchup(await self._catchups.look(said.escalation_id, by=person))
