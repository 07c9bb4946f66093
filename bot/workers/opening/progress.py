"""Keeping the requester informed: their direct message, their open form, or a private reply."""

import asyncio
import contextlib

import structlog

from bot.domain.escalation.room import Room
from bot.domain.publishing.recipients import PersonRecipient, Posted
from bot.domain.reading.war_room import WarRoom
from bot.slack.failures import OutcomeUnknown, PermanentError, SlackFailure
from bot.slack.forms import Forms, Replies
from bot.views.block_kit.blocks import Message
from bot.views.escalation.opening_progress import as_modal
from bot.workers.publishing.content import MessageContent, standing
from bot.workers.publishing.publisher import EditResult, Publisher

log = structlog.get_logger(__name__)


class Progress:
    def __init__(self, publisher: Publisher, forms: Forms, replies: Replies) -> None:
        self._publisher = publisher
        self._forms = forms
        self._replies = replies

    async def show(self, war_room: WarRoom, message: Message) -> None:
        """Say how the opening stands wherever the requester looks, if they still may know.

        When no direct message can be sent, the private reply of the command takes its place.

        Raises:
            SlackFailure: It has to be said again later; saying it twice does no harm.
        """
        content = standing(message, war_room.escalation.id)
        requester = PersonRecipient(user=war_room.escalation.raised_by)
        if await self._publisher.why_not(content, requester) is not None:
            return
        room = war_room.room
        await asyncio.gather(
            self._in_message(room, content, requester), self._in_form(room, message)
        )

    async def _in_message(
        self, room: Room, content: MessageContent, requester: PersonRecipient
    ) -> None:
        try:
            if room.dm_channel is not None and room.dm_ts is not None:
                at = Posted(channel=room.dm_channel, ts=room.dm_ts)
                if await self._publisher.update(content, requester, at) is EditResult.DONE:
                    return
        except PermanentError as failure:
            log.warning("progress_not_shown", code=failure.code)
        if room.response_url is not None:
            with contextlib.suppress(PermanentError, OutcomeUnknown):
                await self._replies.send(room.response_url, content.message, replace=True)

    async def _in_form(self, room: Room, message: Message) -> None:
        """The form may be closed, and what it shows stands in the message as well."""
        if room.progress_view_id is None:
            return
        try:
            await self._forms.update(room.progress_view_id, as_modal(message))
        except SlackFailure as failure:
            log.info("form_not_updated", reason=failure.reason)
