"""A second way out: a transport that keeps what it was given, and whose readers are outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.publishing.audience import OutsideReaders, Readers
from bot.domain.publishing.recipients import Posted, Recipient
from bot.slack.failures import PermanentError
from bot.views.block_kit.blocks import Message
from bot.workers.publishing.content import FilesContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox(Recipient):
    """Somebody by mail."""

    address: str


@dataclass
class MailTransport:
    """What was sent, by address."""

    sent: dict[str, list[str]] = field(default_factory=dict)

    async def readers(self, to: Mailbox, private: Sequence[EscalationId]) -> Readers:
        return OutsideReaders()

    async def post(
        self, to: Mailbox, message: Message, *, thread_ts: MessageTs | None = None
    ) -> Posted:
        self.sent.setdefault(to.address, []).append(message.text)
        return Posted(channel=ChannelId(to.address), ts=MessageTs(f"{len(self.sent)}.0"))

    async def find(
        self, to: Mailbox, marker: str, *, since: datetime, thread_ts: MessageTs | None = None
    ) -> Posted | None:
        return None

    async def update(self, at: Posted, message: Message) -> None:
        raise PermanentError("sent", "What was sent by mail cannot be changed.")

    async def delete(self, at: Posted) -> None:
        raise PermanentError("sent", "What was sent by mail cannot be taken back.")

    async def share(self, to: Mailbox, files: FilesContent) -> None:
        self.sent.setdefault(to.address, []).extend(file.name for file in files.uploads)

    async def is_shared(self, to: Mailbox, files: FilesContent, *, since: datetime) -> bool:
        return False
