"""What makes escalations alike, and what may be learnt from one: which words count, what worked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation.escalation import Escalation

MOST_WORDS = 32  # words that are looked for; the first ones count
LONGEST_WORD = 64  # characters; longer ones are keys and noise, and Postgres refuses them
WORD = re.compile(r"[^\W_]+")
# Words that stand in every text and tell nothing; longer ones bear meaning.
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about after all also an and any are as at be been but by can could did do does for from "
        "had has have he her his how i if in into is it its just may me my near no nor not of on "
        "or our she should so than that the their them then there these they this to too up us "
        "very was we were what when where which while who why will with would you your",
    )
)


class Similarity(StrEnum):
    """Why an escalation was found."""

    CUSTOMER = "same customer"
    CATEGORY = "same category"
    WORDS = "similar text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarEscalation:
    """An escalation that is like another, or like some words.

    Attributes:
        channel_id: Its room; None while there is none.
        why: What it has in common, the strongest first.
        worked: What helped, in people's words: its outcome, its evidence, decisions that stand,
            actions that were done. Empty when nobody wrote any of it down.
    """

    escalation: Escalation
    customer: str
    channel_id: str | None
    why: tuple[Similarity, ...]
    worked: tuple[str, ...] = ()


def telling_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words of some texts by which others may be found, in their order, each once.

    Letters and digits only, in lower case: nothing in them can be an operator of a search.
    """
    found: dict[str, None] = {}
    for text in texts:
        for match in WORD.finditer(text.lower()):
            word = match[0]
            if 1 < len(word) <= LONGEST_WORD and word not in EMPTY_WORDS:
                found[word] = None
            if len(found) == MOST_WORDS:
                return tuple(found)
    return tuple(found)


def words_of(escalation: Escalation) -> tuple[str, ...]:
    """Return the words by which escalations like this one are found, the most telling first."""
    return telling_words(
        (
            escalation.title,
            escalation.customer_ask,
            escalation.problem,
            escalation.business_impact,
            escalation.situation,
            escalation.outcome,
        )
    )
