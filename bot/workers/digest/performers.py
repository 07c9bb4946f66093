"""Who performs the effects of the digest."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.digest.effects import ConfirmSubscription, ReportDigestFailure, SendDigest
from bot.workers.delivery import Performers
from bot.workers.digest.digests import DigestSender
from bot.workers.digest.sweep import DigestSweep
from bot.workers.publishing.publisher import Publisher
from bot.workers.scheduler import Sweep


def performers(parts: Container, publisher: Publisher) -> Performers:
    sender = DigestSender(
        parts.services.digests, parts.services.audit, publisher, parts.slack.gateway
    )
    return {
        SendDigest: sender.send,
        ConfirmSubscription: sender.tell_channel,
        ReportDigestFailure: sender.tell_subscriber,
    }


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield DigestSweep(parts.services.digests)
