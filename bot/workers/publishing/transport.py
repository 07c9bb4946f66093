"""Transports: how content reaches the recipients of one kind, and who reads there.

A new way out is one package with a Recipient and its Transport, and one line in the wiring.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import MessageTs
from bot.domain.publishing.audience import Readers
from bot.domain.publishing.recipients import Posted, WarRoomRecipient
from bot.views.block_kit.blocks import Message
from bot.workers.publishing.content import ChannelHeadContent, FilesContent


class Transport(Protocol):
    """Every method may raise a SlackFailure; `to` is a recipient of the kind it is registered for.

    What a transport cannot do, such as editing, it refuses with a PermanentError.
    """

    async def readers(self, to: Any, private: Sequence[EscalationId]) -> Readers:
        """Return who would read it there at this moment.

        Args:
            to: The recipient.
            private: The private escalations that the content is about, but for the one whose room
                it goes to.
        """

    async def post(
        self, to: Any, message: Message, *, thread_ts: MessageTs | None = None
    ) -> Posted: ...

    async def find(
        self, to: Any, marker: str, *, since: datetime, thread_ts: MessageTs | None = None
    ) -> Posted | None:
        """Return where our message with that marker stands, None when there is none.

        Only what was posted since that instant is found.
        """

    async def update(self, at: Posted, message: Message) -> None: ...

    async def delete(self, at: Posted) -> None: ...

    async def share(self, to: Any, files: FilesContent) -> None: ...

    async def is_shared(self, to: Any, files: FilesContent, *, since: datetime) -> bool:
        """Return whether files with that marker have been shared since that instant."""


class RoomTransport(Transport, Protocol):
    """Writes what stands at the head of a room as well."""

    async def set_head(self, to: WarRoomRecipient, content: ChannelHeadContent) -> None: ...

    async def pin(self, at: Posted) -> None: ...

    async def unpin(self, at: Posted) -> None: ...
