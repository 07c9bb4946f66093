"""Keeping the requester informed: their direct message, their open form, or a private reply."""

import asyncio
import contextlib

import structlog

from bot.domain.escalation.room import Room
from bot.slack.failures import OutcomeUnknown, PermanentError, SlackFailure
from bot.slack.forms import Forms, Replies
from bot.slack.gateway import Gateway
from bot.views.block_kit.blocks import Message
from bot.views.escalation.opening_progress import as_modal

log = structlog.get_logger(__name__)


class Progress:
    def __init__(self, gateway: Gateway, forms: Forms, replies: Replies) -> None:
        self._gateway = gateway
        self._forms = forms
        self._replies = replies

    async def show(self, room: Room, message: Message) -> None:
        """Say how the opening stands wherever the requester looks.

        When no direct message can be sent, the private reply of the command takes its place.

        Raises:
            SlackFailure: It has to be said again later; saying it twice does no harm.
        """
        await asyncio.gather(self._in_message(room, message), self._in_form(room, message))

    async def _in_message(self, room: Room, message: Message) -> None:
        try:
            if room.dm_channel is not None and room.dm_ts is not None:
                await self._gateway.update(room.dm_channel, room.dm_ts, message)
                return
        except PermanentError as failure:
            log.warning("progress_not_shown", code=failure.code)
        if room.response_url is not None:
            with contextlib.suppress(PermanentError, OutcomeUnknown):
                await self._replies.send(room.response_url, message, replace=True)

    async def _in_form(self, room: Room, message: Message) -> None:
        """The form may be closed, and what it shows stands in the message as well."""
        if room.progress_view_id is None:
            return
        try:
            await self._forms.update(room.progress_view_id, as_modal(message))
        except SlackFailure as failure:
            log.info("form_not_updated", reason=failure.reason)
