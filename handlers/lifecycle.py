"""Words that move an escalation on, and the one that shows how it moved."""

from bot.domain.changes import Wish
from bot.domain.due import MENTION
from bot.domain.errors import InvalidInput
from bot.domain.escalation import Severity, Status
from bot.domain.people import ESCALATION_MANAGER, Person, RoleKey, SlackUserId
from bot.services.escalations import Escalations
from bot.services.timelines import Timelines
from bot.views import replies
from bot.views import timeline as timeline_view
from bot.views.block_kit import Message
from handlers.words import RoomWords, Said, Words

DONE = "Done. The card and the plan follow."


class LifecycleListeners:
    def __init__(self, escalations: Escalations, timelines: Timelines) -> None:
        self._escalations = escalations
        self._timelines = timelines

    def words(self, in_room: RoomWords) -> Words:
        return {
            "acknowledge": in_room.at_once(self._acknowledge),
            "severity": in_room.at_once(self._severity),
            "status": in_room.at_once(self._status),
            "assign": in_room.at_once(self._assign),
            "timeline": in_room.at_once(self._timeline),
        }

    async def _acknowledge(self, said: Said, person: Person) -> Message | None:
        done = await self._escalations.acknowledge(said.escalation_id, by=person)
        return replies.plain(f"{done.number} is yours. Tell the customer who owns it.")

    async def _severity(self, said: Said, person: Person) -> Message | None:
        await self._escalations.change(said.escalation_id, _severity(said.typed.rest), by=person)
        return replies.plain(DONE)

    async def _status(self, said: Said, person: Person) -> Message | None:
        await self._escalations.change(said.escalation_id, _status(said.typed.rest), by=person)
        return replies.plain(DONE)

    async def _assign(self, said: Said, person: Person) -> Message | None:
        user, role = _assignee(said.typed.rest)
        await self._escalations.assign(said.escalation_id, role, user, by=person)
        return replies.plain(DONE)

    async def _timeline(self, said: Said, person: Person) -> Message | None:
        wanted = said.typed.number()
        found = await self._timelines.page(said.escalation_id, wanted, to=person)
        return timeline_view.timeline(found.escalation, found.entries, found.page, found.pages)


def _severity(rest: str) -> Wish:
    word, _, why = rest.partition(" ")
    try:
        return Wish(severity=Severity(word.casefold()), reason=why.strip())
    except ValueError:
        raise InvalidInput(
            {"severity": "Name a severity, from s1 (worst) to s4: /escalate severity s2 why"}
        ) from None


def _status(rest: str) -> Wish:
    word, _, why = rest.partition(" ")
    try:
        return Wish(status=Status(word.casefold().replace("-", "_")), reason=why.strip())
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise InvalidInput({"status": f"Name a status: {known}."}) from None


def _assignee(rest: str) -> tuple[SlackUserId, RoleKey]:
    found = MENTION.search(rest)
    if found is None:
        raise InvalidInput(
            {"user": "Name the person with an @, for example: /escalate assign @eva comms_lead"}
        )
    role = MENTION.sub("", rest).strip().casefold().replace(" ", "_")
    return SlackUserId(found[1]), RoleKey(role) if role else ESCALATION_MANAGER
