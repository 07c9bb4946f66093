"""Words about an escalation as a whole: acknowledge it, rate it anew, see how it went."""

from bot.domain.errors import InvalidInput
from bot.domain.escalation.changes import EscalationPatch
from bot.domain.escalation.escalation import Severity
from bot.domain.people import Person
from bot.domain.text.words import first_word
from bot.services.escalation.escalations import Escalations
from bot.services.reading.timelines import Timelines
from bot.views import replies
from bot.views.block_kit.blocks import Message
from bot.views.reading import timeline as timeline_view
from handlers.escalation.room_menu import RoomMenuListeners
from handlers.words import RoomCommand, RoomCommands, Takes, Words

DONE = "Done. The card and the plan are being updated."
USAGE = (
    "Add a severity from s1 (worst) to s4 and a reason: /escalate severity s2 second site affected"
)


class EscalationWords:
    def __init__(
        self, escalations: Escalations, timelines: Timelines, menu: RoomMenuListeners
    ) -> None:
        self._escalations = escalations
        self._timelines = timelines
        self._menu = menu

    def words(self, in_room: RoomCommands) -> Words:
        return {
            "acknowledge": in_room.at_once(self._acknowledge, Takes.NOTHING),
            "severity": in_room.at_once(self._severity),
            "timeline": in_room.at_once(self._timeline, Takes.PAGE),
        }

    async def _acknowledge(self, said: RoomCommand, person: Person) -> Message | None:
        done = await self._escalations.acknowledge(said.escalation_id, by=person)
        return replies.plain(f"You own {done.number}. Next: tell the customer who owns it.")

    async def _severity(self, said: RoomCommand, person: Person) -> Message | None:
        """Change the severity; what was not said, the reason for example, is asked in the form."""
        word, why = first_word(said.typed.rest)
        if not word:
            self._menu.show(said.actor, said.escalation_id)
            return None
        try:
            severity = Severity(word.casefold())
        except ValueError:
            raise InvalidInput({"severity": USAGE}) from None
        if not why.strip():
            self._menu.show(said.actor, said.escalation_id, severity=severity)
            return None
        wish = EscalationPatch(severity=severity, reason=why.strip())
        await self._escalations.change(said.escalation_id, wish, by=person)
        return replies.plain(DONE)

    async def _timeline(self, said: RoomCommand, person: Person) -> Message | None:
        wanted = said.typed.number()
        found = await self._timelines.page(said.escalation_id, wanted, to=person)
        return timeline_view.timeline(found.escalation, found.entries, found.page, found.pages)
