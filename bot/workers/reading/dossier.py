"""Bringing a dossier: rendered from what is true then, once, and never before outsiders."""

import asyncio
from datetime import timedelta

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.room import ChannelId, RoomState
from bot.domain.policy.policy import Policy
from bot.domain.reading.dossier import Dossier
from bot.domain.reading.effects import ExportDossier
from bot.services.people.lookup import PersonLookup
from bot.services.reading.dossiers import Dossiers
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError, TransientError
from bot.slack.files import Files, Upload
from bot.slack.gateway import Gateway
from bot.views.reading import dossier as dossier_view
from bot.views.reading import dossier_json
from bot.views.reading import dossier_notices as notices
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.publishing.publisher import Publisher, ToPerson

SOON = timedelta(seconds=2)
# Slack shows files some moments after it has answered: one look may come too early.
LOOKS = 2
NO_ROOM = "The room is archived, or Warroom is no longer in it."


class DossierWriter:
    """Performs ExportDossier."""

    def __init__(  # noqa: PLR0913  # what is written, where, and before whom
        self,
        dossiers: Dossiers,
        rooms: Rooms,
        names: "Names",
        files: Files,
        gateway: Gateway,
        publisher: Publisher,
        policy: Policy,
    ) -> None:
        self._dossiers = dossiers
        self._rooms = rooms
        self._publisher = publisher
        self._names = names
        self._files = files
        self._gateway = gateway
        self._policy = policy

    async def perform(self, effect: ExportDossier, attempt: Attempt) -> None:
        """Bring the files into the escalation's own room, or to whoever asked for them.

        Into a room that outsiders read they are not brought: it tells them all that is internal.
        """
        war_room = await self._rooms.war_room(effect.escalation_id)
        bind_contextvars(room=war_room.room.channel_id)
        asker = ToPerson(user=effect.by, about=effect.escalation_id)
        try:
            room = _open_channel(war_room.room.state, war_room.room.channel_id)
            is_shared = (await self._gateway.channel(room)).is_shared
            if is_shared and (reason := await self._publisher.why_not(asker)):
                raise WithheldText(reason)
            channel = await self._gateway.open_dm(effect.by) if is_shared else room
            if not await self._is_there(channel, attempt):
                await self._write(effect, channel, attempt, is_direct=is_shared)
        except PermanentError as failure:
            message = notices.failed(war_room.escalation, failure.reason, attempt.effect_id)
            await self._publisher.post(asker, message, attempt)
            raise

    async def _is_there(self, channel: ChannelId, attempt: Attempt) -> bool:
        """Say whether an earlier attempt has brought them.

        Raises:
            RetryLater: It is too early to say no.
        """
        if not attempt.in_doubt:
            return False
        if await self._files.is_shared(channel, _marker(attempt), since=attempt.asked_at):
            return True
        if attempt.number <= LOOKS:
            raise TransientError(SOON, "Slack may still be about to show the files.")
        return False

    async def _write(
        self, effect: ExportDossier, channel: ChannelId, attempt: Attempt, *, is_direct: bool
    ) -> None:
        dossier = await self._names.completed(await self._dossiers.read(effect.escalation_id))
        marked = _marker(attempt)
        # A long record takes seconds to write; nobody else waits for it.
        uploads = await asyncio.to_thread(self._rendered, dossier, marked)
        said = notices.comment_to_asker if is_direct else notices.comment
        await self._files.share(channel, uploads, said(dossier, effect.by, marked))

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


def _open_channel(state: RoomState, channel: ChannelId | None) -> ChannelId:
    """Return the room's channel.

    Raises:
        RetryLater: It is being opened.
        GiveUp: There is none to write in.
    """
    if state is RoomState.OPENING:
        raise TransientError(SOON, "The room is still being opened.")
    if state is not RoomState.OPEN or channel is None:
        raise PermanentError("no_room", NO_ROOM)
    return channel
