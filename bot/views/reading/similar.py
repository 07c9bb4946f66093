"""Similar escalations as a private list: where, when, how they stand, and what worked."""

from collections.abc import Sequence

from bot.domain.reading.similar import SimilarEscalation
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    bullets,
    channel,
    instant,
    italic,
    line,
    rich,
    words,
)
from bot.views.block_kit.text import one_line

TITLE = "Similar escalations"
LONGEST_TITLE = 150  # characters
LONGEST_WORKED = 240  # characters of one thing that helped
NONE_FOUND = "No similar escalations. Try other words: /escalate similar login loop"


def similar(found: Sequence[SimilarEscalation]) -> Message:
    blocks = [rich(line(bold(TITLE)))]
    blocks += [rich(*_one(alike)) for alike in found]
    return Message(TITLE, blocks if found else [*blocks, rich(line(italic(NONE_FOUND)))])


def _one(alike: SimilarEscalation) -> list[Json]:
    escalation = alike.escalation
    where = [words(" · "), channel(alike.channel_id)] if alike.channel_id else []
    head = line(
        bold(escalation.number),
        words(f" {one_line(alike.customer)}: ", limit=LONGEST_TITLE),
        words(one_line(escalation.title), limit=LONGEST_TITLE),
        *where,
    )
    ended = [words(", ended "), instant(escalation.ended_at)] if escalation.ended_at else []
    stands = line(
        words(f"{escalation.severity.label} · {escalation.status.label} · raised "),
        instant(escalation.raised_at),
        *ended,
        italic(f" · {', '.join(why.value for why in alike.why)}"),
    )
    helped = [line(words(one_line(text), limit=LONGEST_WORKED)) for text in alike.worked]
    if not helped:
        return [head, stands]
    return [head, stands, line(bold("What worked")), bullets(*helped)]
