"""Files: bring some into a channel in one message, and find out whether that has been done."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.escalation.room import ChannelId
from bot.domain.publishing.upload import Upload
from bot.slack.caller import Caller
from bot.slack.failures import DEFAULT_WAIT, OutcomeUnknown, TransientError
from bot.slack.gateway import CLOCK_SKEW, Gateway


class Files:
    """Files of channels. Every method may raise a SlackFailure, and raises nothing else."""

    def __init__(self, caller: Caller, gateway: Gateway) -> None:
        self._caller = caller
        self._gateway = gateway

    async def share(self, channel: ChannelId, files: Sequence[Upload], comment: str) -> None:
        """Bring files into a channel in one message, which says `comment`.

        Args:
            channel: Where to; we have to be in it.
            files: In their order.
            comment: In mrkdwn; no words of other people belong in it.

        Raises:
            OutcomeUnknown: They may be there. Before the last of its calls nothing shows, so
                that what is lost earlier is only to be tried again.
        """
        ids = [await self._upload(file) for file in files]
        named = [{"id": i, "title": file.title} for i, file in zip(ids, files, strict=True)]
        await self._caller.call(
            "files.completeUploadExternal",
            files=json.dumps(named),
            channel_id=channel,
            initial_comment=comment,
        )

    async def is_shared(self, channel: ChannelId, marker: str, *, since: datetime) -> bool:
        """Return whether a message of ours holds `marker`, posted since that instant.

        It is looked for in the message's words and in its files' titles, because Slack shows an
        app the files of a message only with a permission that we do without.
        """
        me = await self._gateway.identity()
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        pages = self._caller.pages(
            "conversations.history", "messages", channel=channel, oldest=oldest
        )
        async for message in pages:
            ours = message.get("user") == me.user_id or message.get("bot_id") == me.bot_id
            titles = (file.get("title") for file in message.get("files") or ())
            if ours and any(marker in str(said) for said in (message.get("text"), *titles)):
                return True
        return False

    async def _upload(self, file: Upload) -> str:
        try:
            answer = await self._caller.call(
                "files.getUploadURLExternal", filename=file.name, length=len(file.content)
            )
        except OutcomeUnknown as failure:
            raise TransientError(DEFAULT_WAIT, failure.reason) from None
        await self._caller.upload(answer["upload_url"], file.content)
        return str(answer["file_id"])
