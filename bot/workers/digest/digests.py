"""Digests in Slack: post one with its thread, once; tell channels and subscribers about theirs."""

from collections.abc import Mapping
from dataclasses import replace

from structlog.contextvars import bind_contextvars

from bot.domain.digest.effects import (
    ConfirmSubscription,
    DigestFailure,
    ReportDigestFailure,
    SendDigest,
)
from bot.domain.publishing.audience import Withheld
from bot.domain.publishing.recipients import ChannelRecipient, PersonRecipient
from bot.services.digest.digests import Digests, Due
from bot.services.reading.audit import Audit
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from bot.views import notices
from bot.views.block_kit.action_ids import Marker
from bot.views.digest import digest as digest_view
from bot.views.digest import subscription as subscription_view
from bot.workers.delivery import Attempt
from bot.workers.publishing.content import MessageContent, OutgoingContent
from bot.workers.publishing.publisher import Publisher

# Slack's word → what became of the channel; anything else is for an admin to look at.
TROUBLES: Mapping[str, DigestFailure] = {
    "channel_not_found": DigestFailure.GONE,
    "not_in_channel": DigestFailure.GONE,
    "is_archived": DigestFailure.ARCHIVED,
    "restricted_action": DigestFailure.REFUSED,
    "restricted_action_read_only_channel": DigestFailure.REFUSED,
    "restricted_action_thread_only_channel": DigestFailure.REFUSED,
    "permission_denied": DigestFailure.REFUSED,
}
# Why the channel may not read it → what whoever asked for it is told.
WITHHELD: Mapping[Withheld, DigestFailure] = {
    Withheld.SHARED: DigestFailure.SHARED,
    Withheld.GUESTS: DigestFailure.GUESTS,
    Withheld.ARCHIVED: DigestFailure.ARCHIVED,
}
# They may go away again: the digest stays asked for.
READ_BY_OTHERS = frozenset({DigestFailure.SHARED, DigestFailure.GUESTS})


class DigestSender:
    """Performs SendDigest, ConfirmSubscription and ReportDigestFailure."""

    def __init__(
        self, digests: Digests, audit: Audit, publisher: Publisher, gateway: Gateway
    ) -> None:
        self._digests = digests
        self._audit = audit
        self._publisher = publisher
        self._gateway = gateway

    async def send(self, effect: SendDigest, attempt: Attempt) -> None:
        """Post the digest of this moment, unless it is posted, or no longer wanted.

        A channel that cannot be written to gets none any more; one that outsiders read gets none
        as long as they do. Whoever asked for it is told either way.
        """
        due = await self._digests.due(effect)
        if due is None:
            return
        bind_contextvars(room=due.subscription.channel_id)
        try:
            trouble = await self._trouble(due)
            if trouble in READ_BY_OTHERS:
                await self._digests.withheld(effect, trouble)
            elif trouble is not None:
                await self._digests.switched_off(effect, trouble)
            else:
                await self._post(due, attempt)
                await self._digests.sent(effect, due.digest)
        except PermanentError as failure:
            if failure.code not in TROUBLES:
                raise
            await self._digests.switched_off(effect, TROUBLES[failure.code])

    async def tell_channel(self, effect: ConfirmSubscription, attempt: Attempt) -> None:
        message = subscription_view.told_channel(effect, notices.marker(attempt.effect_id))
        try:
            to = ChannelRecipient(channel=effect.channel_id)
            await self._publisher.post(MessageContent(message=message), to, attempt)
        except PermanentError as failure:
            # The channel went away meanwhile; whoever wanted the digest hears at its time.
            if failure.code not in TROUBLES:
                raise

    async def tell_subscriber(self, effect: ReportDigestFailure, attempt: Attempt) -> None:
        message = subscription_view.told_subscriber(effect, notices.marker(attempt.effect_id))
        person = PersonRecipient(user=effect.user)
        await self._publisher.post(MessageContent(message=message), person, attempt)

    async def _trouble(self, due: Due) -> DigestFailure | None:
        """Return why the channel must not be written to now, None when all is well."""
        channel = due.subscription.channel_id
        reason = await self._publisher.why_not(OutgoingContent(), ChannelRecipient(channel=channel))
        if reason is not None:
            return WITHHELD[reason]
        # Whoever removed the bot from a public channel wants nothing from it, though it may write.
        is_member = (await self._gateway.channel(channel)).is_member
        return None if is_member else DigestFailure.GONE

    async def _post(self, due: Due, attempt: Attempt) -> None:
        """Post the message and then its thread, whatever an earlier attempt got done of both."""
        # A later attempt looks first even when the last call certainly failed: the ones before it
        # may have gone through.
        careful = replace(attempt, in_doubt=attempt.in_doubt or attempt.number > 1)
        channel, zone = due.subscription.channel_id, due.subscription.schedule.zone
        marker = Marker.DIGEST.of(attempt.effect_id)
        message = digest_view.digest(due.digest, marker, zone=zone)
        to = ChannelRecipient(channel=channel)
        posted = await self._publisher.post(MessageContent(message=message), to, careful)
        below = Marker.DIGEST_DETAILS.of(attempt.effect_id)
        anchor = await self._audit.anchor()
        for part in digest_view.details(due.digest, lambda number: f"{below}.{number}", anchor):
            content = MessageContent(message=part)
            await self._publisher.post(content, to, careful, thread_ts=posted.ts)
