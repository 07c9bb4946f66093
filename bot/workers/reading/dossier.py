"""Bringing a dossier: rendered from what is true then, once, and never before outsiders."""

import asyncio

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import Room, RoomState
from bot.domain.policy.policy import Policy
from bot.domain.publishing.audience import Withheld
from bot.domain.publishing.recipients import (
    PersonRecipient,
    Recipient,
    WarRoomRecipient,
    room_recipient,
)
from bot.domain.publishing.upload import Upload
from bot.domain.reading.dossier import Dossier
from bot.domain.reading.effects import ExportDossier
from bot.services.people.lookup import PersonLookup
from bot.services.reading.dossiers import Dossiers
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError, TransientError
from bot.views.reading import dossier as dossier_view
from bot.views.reading import dossier_json
from bot.views.reading import dossier_notices as notices
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.escalation.notices import SOON
from bot.workers.publishing.content import FilesContent, news
from bot.workers.publishing.publisher import Publisher

NO_ROOM = "The room is archived, or Warroom is no longer in it."


class DossierWriter:
    """Performs ExportDossier."""

    def __init__(
        self,
        dossiers: Dossiers,
        rooms: Rooms,
        names: "Names",
        publisher: Publisher,
        policy: Policy,
    ) -> None:
        self._dossiers = dossiers
        self._rooms = rooms
        self._publisher = publisher
        self._names = names
        self._policy = policy

    async def perform(self, effect: ExportDossier, attempt: Attempt) -> None:
        """Bring the files into the escalation's own room, or to whoever asked for them.

        Into a room that outsiders read they are not brought: it tells them all that is internal.
        """
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        asker = PersonRecipient(user=effect.by)
        try:
            room = _open_room(war_room.room)
            dossier = await self._names.completed(await self._dossiers.read(effect.escalation_id))
            # A long record takes seconds to write; nobody else waits for it.
            uploads = await asyncio.to_thread(self._rendered, dossier, _marker(attempt))
            try:
                await self._share(dossier, uploads, effect, room, attempt)
            except WithheldText as refused:
                if refused.reason is not Withheld.SHARED:
                    raise PermanentError("no_room", NO_ROOM) from refused
                await self._share(dossier, uploads, effect, asker, attempt)
        except PermanentError as failure:
            message = notices.failed(war_room.escalation, failure.reason, attempt.effect_id)
            await self._publisher.post(news(message, effect.escalation_id), asker, attempt)
            raise

    async def _share(
        self,
        dossier: Dossier,
        uploads: list[Upload],
        effect: ExportDossier,
        to: Recipient,
        attempt: Attempt,
    ) -> None:
        marked = _marker(attempt)
        is_direct = isinstance(to, PersonRecipient)
        said = notices.comment_to_asker if is_direct else notices.comment
        files = FilesContent(
            about=(effect.escalation_id,),
            uploads=uploads,
            comment=said(dossier, effect.by, marked),
            marker=marked,
        )
        await self._publisher.share(files, to, attempt)

    def _rendered(self, dossier: Dossier, marked: str) -> list[Upload]:
        return [
            _upload(dossier, "md", dossier_view.markdown(dossier, self._policy), marked),
            _upload(dossier, "json", dossier_json.text(dossier, self._policy), marked),
        ]


class Names:
    """Asks Slack for the names that a record lacks."""

    def __init__(self, dossiers: Dossiers, lookup: PersonLookup) -> None:
        self._dossiers = dossiers
        self._lookup = lookup

    async def completed(self, dossier: Dossier) -> Dossier:
        """Return the record with the names it lacked; whom Slack does not know keeps their id.

        Where nothing was lacking it is not read again.
        """
        missing = dossier.nameless()
        if not missing:
            return dossier
        for user in missing:
            await self._lookup.find(user)
        return await self._dossiers.read(dossier.war_room.escalation.id)


def _marker(attempt: Attempt) -> str:
    return notices.marker(attempt.effect_id)


def _upload(dossier: Dossier, ending: str, text: str, marked: str) -> Upload:
    return Upload(
        name=f"{dossier.stem}.{ending}",
        title=notices.title(dossier, ending, marked),
        content=text.encode(),
    )


def _open_room(room: Room) -> WarRoomRecipient:
    """Return the room as a recipient.

    Raises:
        TransientError: It is being opened.
        PermanentError: There is none to write in.
    """
    if room.state is RoomState.OPENING:
        raise TransientError(SOON, "The room is still being opened.")
    to = room_recipient(room)
    if room.state is not RoomState.OPEN or to is None:
        raise PermanentError("no_room", NO_ROOM)
    return to
