"""What is said about a channel's digest: to whoever asks, to the channel, and when it fails."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest.asks import EXAMPLE
from bot.domain.digest.digest import Schedule, Subscription
from bot.domain.digest.effects import ConfirmSubscription, DigestFailure, ReportDigestFailure
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    bullets,
    channel,
    fallback,
    line,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import escape

TROUBLES = {
    DigestFailure.GONE: (
        "is switched off: the channel is gone, or Warroom is no longer in it",
        "Type /invite @Warroom there, and then, to have it again:",
    ),
    DigestFailure.ARCHIVED: (
        "is switched off: the channel is archived",
        "Unarchive it, and then type there, to have it again:",
    ),
    DigestFailure.REFUSED: (
        "is switched off: Slack does not let Warroom write there",
        "When that has changed, type there, to have it again:",
    ),
    DigestFailure.SHARED: (
        "was not sent: the channel is shared with another organisation, whose people would read it",
        "Type /escalate digest off there, and have it in a channel of your own:",
    ),
    DigestFailure.GUESTS: (
        "was not sent: guests are in the channel, who would read of escalations they have no part "
        "in",
        "Take them out of the channel, or have the digest in another one:",
    ),
}


def subscribed(found: Subscription, upcoming: Sequence[datetime]) -> Message:
    """Echo what a channel gets, with the next times said absolutely."""
    head = line(
        words("This channel gets the digest: "), bold(found.words.partition("here ")[2]), words(".")
    )
    asked = line(words("Asked for by "), person(found.asked_by), words(". The next ones:"))
    return Message(
        fallback("This channel gets the digest."),
        [rich(head, asked, bullets(*(_time(at, found.schedule) for at in upcoming)))],
    )


def usage() -> Message:
    """Say that a channel gets no digest, and how it would."""
    rows = [
        line(bold(EXAMPLE), words("  this channel gets it from then on")),
        line(bold("/escalate digest now"), words("  read it yourself, now")),
        line(bold("/escalate digest off"), words("  no more")),
    ]
    head = line(words("This channel gets no digest yet."))
    return Message("This channel gets no digest yet.", [rich(head, bullets(*rows))])


def told_channel(told: ConfirmSubscription, marker: str) -> Message:
    if not told.words:
        row = line(person(told.by), words(" switched the digest of this channel off."))
        return Message("The digest is switched off.", [rich(row, block_id=marker)])
    row = line(
        words("From now on this channel gets the digest of customer escalations: "),
        bold(told.words.partition("here ")[2]),
        words(". Asked for by "),
        person(told.by),
        words(". /escalate digest off ends it."),
    )
    return Message("This channel gets the digest from now on.", [rich(row, block_id=marker)])


def told_subscriber(told: ReportDigestFailure, marker: str) -> Message:
    what, advice = TROUBLES[told.trouble]
    detail = f" {told.detail}" if told.detail else ""
    rows = [
        line(words("The digest of "), channel(told.channel_id), words(f" {what}.{detail}")),
        line(words(f"{advice} "), bold(told.words)),
    ]
    return Message(fallback(f"A digest {escape(what)}."), [rich(*rows, block_id=marker)])


def _time(at: datetime, schedule: Schedule) -> Json:
    local = at.astimezone(ZoneInfo(schedule.zone))
    return line(words(f"{local:%a %d %b %Y %H:%M} {schedule.zone}"))
