"""The one way out for whatever people read: who will read it is asked the moment it leaves."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import MessageTs
from bot.domain.publishing.audience import Withheld, withheld
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Posted,
    Recipient,
    WarRoomRecipient,
)
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError, TransientError
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.publishing.content import (
    ChannelHeadContent,
    FilesContent,
    MessageContent,
    OutgoingContent,
)
from bot.workers.publishing.transport import RoomTransport, Transport
from bot.workers.rooms.reconciliation import Reconciler

log = structlog.get_logger(__name__)

SHOWN_AFTER = timedelta(seconds=2)
# Slack shows files some moments after it has answered: one look may come too early.
LOOKS = 2


class EditResult(StrEnum):
    """What became of the edit of a message."""

    DONE = "done"
    GONE = "gone"  # somebody deleted it
    CLOSED = "closed"  # it may not be edited any more, and says what it said


REFUSED_EDITS = {
    "message_not_found": EditResult.GONE,
    "cant_update_message": EditResult.CLOSED,
    "edit_window_closed": EditResult.CLOSED,
}


class Publisher:
    """Posts, edits, shares; every method may raise a SlackFailure, or WithheldText.

    Attempts that may have gone through are looked for before anything is repeated.
    """

    def __init__(
        self,
        transports: Mapping[type[Recipient], Transport],
        head: RoomTransport,
        rooms: Rooms,
        reconciler: Reconciler,
    ) -> None:
        self._transports = transports
        self._head = head
        self._rooms = rooms
        self._reconciler = reconciler

    async def why_not(self, content: OutgoingContent, to: Recipient) -> Withheld | None:
        """Return why content must not reach a recipient now; None when it may."""
        # In its own room an escalation is read by whoever is there, private or not.
        others = [one for one in content.about if not _is_own(one, to)]
        private = [one for one in others if await self._is_private(one, to)]
        readers = await self._transport(to).readers(to, private)
        return withheld(content.audience, readers, is_private=bool(private))

    async def post(
        self,
        content: MessageContent,
        to: Recipient,
        attempt: Attempt,
        *,
        thread_ts: MessageTs | None = None,
    ) -> Posted:
        """Post once, whatever earlier attempts did; return where it stands.

        News that the place may not read goes to the escalation manager directly, where they may
        read it, so that nobody waits for something that was said nowhere.

        Raises:
            WithheldText: Whoever would read it must not, and nobody can be told instead.
        """
        reason = await self.why_not(content, to)
        if reason is None:
            return await self._post(content, to, attempt, thread_ts)
        manager = await self._manager(content, to, reason)
        if manager is None or await self.why_not(content, manager) is not None:
            raise WithheldText(reason)
        log.info("told_directly_instead", reason=reason.value)
        return await self._post(content, manager, attempt, None)

    async def update(self, content: MessageContent, to: Recipient, at: Posted) -> EditResult:
        """Edit what stands in a place, and say what became of it.

        Raises:
            WithheldText: Whoever reads it there must not, or it stands elsewhere, because it was
                withheld when it was posted; it stays as it is.
        """
        if isinstance(to, ChannelRecipient | WarRoomRecipient) and at.channel != to.channel:
            raise WithheldText(Withheld.ELSEWHERE)
        await self._check(content, to)
        try:
            await self._transport(to).update(at, content.message)
        except PermanentError as failure:
            if failure.code not in REFUSED_EDITS:
                raise
            return REFUSED_EDITS[failure.code]
        return EditResult.DONE

    async def replace(
        self, content: MessageContent, to: Recipient, at: Posted, attempt: Attempt
    ) -> Posted:
        """Edit a message, or post it anew where it is gone or may not be edited any more."""
        if await self.update(content, to, at) is EditResult.DONE:
            return at
        if attempt.in_doubt:
            found = await self._transport(to).find(to, content.marker, since=attempt.asked_at)
            if found is not None and found != at:
                return found
        return await self._transport(to).post(to, content.message)

    async def delete(self, to: Recipient, at: Posted) -> None:
        """Delete a message of ours; what nobody can read any more needs no question."""
        await self._transport(to).delete(at)

    async def share(self, content: FilesContent, to: Recipient, attempt: Attempt) -> None:
        """Share files once. Slack is asked about the rooms first: files hold whole records.

        Raises:
            WithheldText: Whoever would read them must not.
            TransientError: It is too early to say whether an earlier attempt shared them.
        """
        for escalation_id in content.about:
            await self._reconciler.reconcile(escalation_id)
        await self._check(content, to)
        transport = self._transport(to)
        if attempt.in_doubt:
            if await transport.is_shared(to, content, since=attempt.asked_at):
                return
            if attempt.number <= LOOKS:
                raise TransientError(SHOWN_AFTER, "Slack may still be about to show the files.")
        await transport.share(to, content)

    async def set_head(self, content: ChannelHeadContent, to: WarRoomRecipient) -> None:
        """Write topic, purpose or a bookmark of a room.

        Raises:
            WithheldText: Whoever reads it there must not; it stays as it is.
        """
        await self._check(content, to)
        await self._head.set_head(to, content)

    async def pin(self, at: Posted) -> None:
        """Pin a message of ours; whoever sees the pin reads the message as well."""
        await self._head.pin(at)

    async def unpin(self, at: Posted) -> None:
        await self._head.unpin(at)

    async def _check(self, content: OutgoingContent, to: Recipient) -> None:
        reason = await self.why_not(content, to)
        if reason is not None:
            raise WithheldText(reason)

    async def _is_private(self, about: EscalationId, to: Recipient) -> bool:
        """Say whether an escalation is private, asking Slack where that was not heard lately."""
        access = await self._rooms.access(about)
        if self._reconciler.is_fresh(access):
            return access.is_private
        # Of what was public lately, whoever is inside may read either way.
        if access.is_private or not await self._is_inside(about, to):
            await self._reconciler.reconcile(about)
        return (await self._rooms.access(about)).is_private

    async def _is_inside(self, about: EscalationId, to: Recipient) -> bool:
        return isinstance(to, PersonRecipient) and await self._rooms.is_inside(about, to.user)

    async def _post(
        self,
        content: MessageContent,
        to: Recipient,
        attempt: Attempt,
        thread_ts: MessageTs | None,
    ) -> Posted:
        transport = self._transport(to)
        if attempt.in_doubt:
            marker, since = content.marker, attempt.asked_at
            found = await transport.find(to, marker, since=since, thread_ts=thread_ts)
            if found is not None:
                return found
        return await transport.post(to, content.message, thread_ts=thread_ts)

    async def _manager(
        self, content: MessageContent, to: Recipient, reason: Withheld
    ) -> PersonRecipient | None:
        """Return whom to tell instead; nobody where a room is archived, or was left."""
        is_room = isinstance(to, WarRoomRecipient)
        if not content.is_news or not content.about or isinstance(to, PersonRecipient):
            return None
        if is_room and reason in {Withheld.ARCHIVED, Withheld.UNREACHABLE}:
            return None
        return PersonRecipient(user=(await self._rooms.access(content.about[0])).owner)

    def _transport(self, to: Recipient) -> Transport:
        return self._transports[type(to)]


def _is_own(about: EscalationId, to: Recipient) -> bool:
    return isinstance(to, WarRoomRecipient) and to.escalation_id == about
