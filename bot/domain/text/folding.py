"""The form in which two spellings of one name are equal."""

import re
import unicodedata

# Quotes and dashes that keyboards, phones and word processors put for one another.
_SAME = str.maketrans(
    {
        **dict.fromkeys(
            "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8`\u00b4\uff07\u2039\u203a",
            "'",
        ),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02\u3003", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043", "-"),
    }
)
# Characters that show nothing although Unicode does not file them under "format".
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "#39": "'", "nbsp": " "}
_ENTITY = re.compile(rf"&(?:amp;)*({'|'.join(_ENTITIES)});")
_AMPERSAND = re.compile(r"&(?:amp;)+")


def fold(name: str) -> str:
    """Return the form in which two spellings of one name are equal; empty when nothing shows.

    Letter case, composed and decomposed letters, full and half width, typographic quotes and
    dashes, every kind and number of spaces, characters that show nothing, and `&` written as
    `&amp;` make no difference. Folding twice is folding once. Accents and punctuation do make a
    difference: what is folded to one is stored as one.
    """
    shown = _visible(name).translate(_SAME)
    # Unicode's NFKC_Casefold: folding the case may undo the normal form, and the other way round.
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", shown).casefold())
    equal = _visible(unicodedata.normalize("NFKC", lower.casefold()))
    plain = _ENTITY.sub(lambda found: _ENTITIES[found[1]], equal)
    return " ".join(_AMPERSAND.sub("&", plain).translate(_SAME).split())


def _visible(text: str) -> str:
    """Return `text` without the characters that show nothing; other white space is a blank."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    is_blank = character in _BLANK or "\ufe00" <= character <= "\ufe0f"
    if is_blank or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character
