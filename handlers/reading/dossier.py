"""`/escalate export`: the whole record of a room as files in it."""

from bot.domain.people import Person
from bot.services.reading.dossiers import Dossiers
from bot.views.block_kit.blocks import Message
from bot.views.reading import dossier_notices
from handlers.words import RoomCommand, RoomCommands, Takes, Words


class DossierListeners:
    def __init__(self, dossiers: Dossiers) -> None:
        self._dossiers = dossiers

    def words(self, in_room: RoomCommands) -> Words:
        return {"export": in_room.at_once(self._export, Takes.NOTHING)}

    async def _export(self, said: RoomCommand, person: Person) -> Message | None:
        escalation = await self._dossiers.ask(said.escalation_id, by=person)
        return dossier_notices.being_written(escalation)
