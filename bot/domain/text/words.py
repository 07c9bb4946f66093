"""Where a word ends in what people type."""

import re

# What applications paste around a text and nobody sees: byte order marks, joiners, directions.
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_FIRST = re.compile(rf"[\s{_UNSEEN}]*(\S*)\s*(.*)", re.DOTALL)


def first_word(text: str) -> tuple[str, str]:
    """Return the first word of a text and what follows it, as it was typed; maybe both empty.

    White space of every kind ends a word: a line break, a tab, a no-break or an ideographic
    space. What nobody sees before the first word is no part of it.
    """
    found = _FIRST.match(text)
    return (found[1], found[2].rstrip()) if found else ("", "")
