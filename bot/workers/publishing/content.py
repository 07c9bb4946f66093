"""Content: what leaves, rendered, with what decides who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Audience
from bot.domain.publishing.upload import Upload
from bot.views.block_kit.blocks import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingContent:
    """Something that people will read.

    Attributes:
        about: The escalations it speaks of; empty when it speaks of none, or only of what every
            member may know.
        audience: For whom it was written.
    """

    about: tuple[EscalationId, ...] = ()
    audience: Audience = Audience.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContent(OutgoingContent):
    """A message, known by the block_id of its first block.

    Attributes:
        is_news: Somebody has to hear of it: what a room or channel may not read goes to the
            escalation manager instead. What only stands somewhere is left out.
    """

    message: Message
    is_news: bool = False

    @property
    def marker(self) -> str:
        marker: str = self.message.blocks[0]["block_id"]
        return marker


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesContent(OutgoingContent):
    """Files that are shared in one message.

    Attributes:
        comment: The words above them, in mrkdwn; no words of other people belong in it.
        marker: By which the message is found again; it stands in the comment or in a title.
    """

    uploads: Sequence[Upload]
    comment: str
    marker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicContent(OutgoingContent):
    """The topic of a room's channel."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeContent(OutgoingContent):
    """The purpose of a room's channel."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookmarkContent(OutgoingContent):
    """A link at the head of a room's channel."""

    title: str
    url: str


ChannelHeadContent = TopicContent | PurposeContent | BookmarkContent


def news(message: Message, *about: EscalationId) -> MessageContent:
    """Return an internal message that somebody has to hear of."""
    return MessageContent(message=message, about=about, is_news=True)


def standing(message: Message, *about: EscalationId) -> MessageContent:
    """Return an internal message that stands somewhere and is kept up to date there."""
    return MessageContent(message=message, about=about)
