"""What the requester sees while their room opens: a small modal and one direct message."""

from collections.abc import Sequence

from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.room import MISSING_WORDS, ChannelId, StepRecord
from bot.views.block_kit.action_ids import Action, Marker, View
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    channel,
    fallback,
    line,
    modal,
    rich,
    words,
)
from bot.views.block_kit.text import literal, one_line

TITLE = "Open an escalation"


def opening(escalation: Escalation) -> Message:
    return _message(
        escalation,
        f"Opening {escalation.number}…",
        [line(bold(f"Opening {escalation.number}… "), _title(escalation))],
    )


def waiting(escalation: Escalation, reason: str) -> Message:
    return _message(
        escalation,
        f"Still opening {escalation.number}",
        [
            line(bold(f"Still opening {escalation.number}… "), _title(escalation)),
            line(words(f"{reason} Nothing is lost. Warroom keeps trying.")),
        ],
    )


def opened(
    escalation: Escalation, channel_id: ChannelId, problems: Sequence[StepRecord]
) -> Message:
    parts = [
        line(
            bold(f"{escalation.number} is open: "),
            channel(channel_id),
            words("  "),
            _title(escalation),
        ),
        line(words("Next: press Acknowledge on the card, then tell the customer who owns it.")),
    ]
    return _message(
        escalation,
        f"{escalation.number} is open: <#{channel_id}>",
        [*parts, *missing(problems)],
        *([retry_button(escalation)] if problems else []),
    )


def failed(escalation: Escalation, reason: str) -> Message:
    return _message(
        escalation,
        f"Couldn't open the room for {escalation.number}",
        [
            line(bold(f"Couldn't open the room for {escalation.number}. "), words(reason)),
            line(words("Your input is saved. Once the problem is fixed, press Retry.")),
        ],
        retry_button(escalation),
    )


def retry_button(escalation: Escalation) -> Json:
    return actions(
        button("Retry", Action.OPENING_RETRY, str(escalation.id), style="primary"),
        block_id="retry",
    )


def missing(problems: Sequence[StepRecord]) -> list[Json]:
    """Say what of a room did not work, in the order it was tried."""
    if not problems:
        return []
    items = [
        line(bold(f"{MISSING_WORDS[p.step].capitalize()}: "), words(p.problem, limit=300))
        for p in problems
    ]
    return [line(words("Some steps failed:")), bullets(*items)]


def as_modal(message: Message) -> Json:
    """The same words in the modal the form has become."""
    blocks = [{k: v for k, v in block.items() if k != "block_id"} for block in message.blocks]
    return modal(TITLE, blocks, callback_id=View.OPENING_PROGRESS.value)


def refused(reason: str) -> Json:
    """A form that must not be filled in, saying why."""
    return modal(TITLE, [rich(line(words(reason)))], callback_id=View.OPENING_PROGRESS.value)


def _title(escalation: Escalation) -> Json:
    return words(one_line(escalation.title), limit=150)


def _message(escalation: Escalation, headline: str, parts: Sequence[Json], *more: Json) -> Message:
    marker = Marker.PROGRESS.of(escalation.id)
    # The headline holds our own channel link at most, everything else of it is fixed words.
    text = f"{headline} ({literal(escalation.title)})"
    return Message(fallback(text), [rich(*parts, block_id=marker), *more])
