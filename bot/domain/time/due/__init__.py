"""Times as people write them: "fri 17:00", "tomorrow 9am PST", "in 2 hours", "1st of December".

A time is read whole or not at all. What can mean two instants, or is not understood to its last
word, is asked and never decided in silence. Only English is read.
"""

from bot.domain.time.due.reading import MENTION, TypedTask, leading, read, until, whole
from bot.domain.time.due.readings import (
    END_OF_DAY,
    Ambiguous,
    Doubt,
    NotUnderstood,
    Past,
    Reading,
    SaidTime,
    Understood,
    Writer,
    instant,
)
from bot.domain.time.due.saying import absolute, question

__all__ = [
    "END_OF_DAY",
    "MENTION",
    "Ambiguous",
    "Doubt",
    "NotUnderstood",
    "Past",
    "Reading",
    "SaidTime",
    "TypedTask",
    "Understood",
    "Writer",
    "absolute",
    "instant",
    "leading",
    "question",
    "read",
    "until",
    "whole",
]
