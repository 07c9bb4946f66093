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
        "is off: the channel is gone, or Warroom is no longer in it",
        "To turn it back on, run /invite @Warroom there, then:",
    ),
    DigestFailure.ARCHIVED: (
        "is off: the channel is archived",
        "To turn it back on, unarchive the channel, then run there:",
    ),
    DigestFailure.REFUSED: (
        "is off: Slack doesn't let Warroom post there",
        "Once that's fixed, turn it back on there:",
    ),
    DigestFailure.SHARED: (
        "wasn't sent: the channel is shared with another organisation, who would see it",
        "Run /escalate digest off there and set it up in an internal channel:",
    ),
    DigestFailure.GUESTS: (
        "wasn't sent: the channel has guests, who would see escalations they aren't part of",
        "Remove the guests, or set up the digest in another channel:",
    ),
}


def subscribed(found: Subscription, upcoming: Sequence[datetime]) -> Message:
    """Echo what a channel gets, with the next times said absolutely."""
    head = line(
        words("This channel gets the digest: "), bold(found.words.partition("here ")[2]), words(".")
    )
    asked = line(words("Set up by "), person(found.asked_by), words(". Next:"))
    return Message(
        fallback("This channel gets the digest."),
        [rich(head, asked, bullets(*(_time(at, found.schedule) for at in upcoming)))],
    )


def usage() -> Message:
    """Say that a channel gets no digest, and how it would."""
    rows = [
        line(bold(EXAMPLE), words("  send it to this channel")),
        line(bold("/escalate digest now"), words("  preview it now")),
        line(bold("/escalate digest off"), words("  stop it")),
    ]
    head = line(words("This channel doesn't get a digest yet."))
    return Message("This channel doesn't get a digest yet.", [rich(head, bullets(*rows))])


def told_channel(told: ConfirmSubscription, marker: str) -> Message:
    if not told.words:
        row = line(person(told.by), words(" turned off the digest in this channel."))
        return Message("The digest is off.", [rich(row, block_id=marker)])
    row = line(
        words("This channel now gets the customer escalation digest: "),
        bold(told.words.partition("here ")[2]),
        words(". Set up by "),
        person(told.by),
        words(". To stop it: /escalate digest off"),
    )
    return Message("This channel now gets the digest.", [rich(row, block_id=marker)])


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
