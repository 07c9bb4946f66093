"""Names of war-room channels within Slack's rules."""

import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

# Marks of the letter before, and characters that show nothing.
NOT_WRITTEN = frozenset({"Mn", "Me", "Cf", "Cc"})
MAX_CHANNEL_NAME = 80  # characters; Slack, conversations.create
CUSTOMER_SHARE = 24  # characters of the customer's name, so that words of the title still fit
RANDOM_TRIES = 3  # names with a random tail after the numbered ones
NUMBERED_TRIES = 4


def slug(text: str) -> str:
    """Return `text` in lowercase ASCII letters, digits and single hyphens; maybe empty.

    Letters are written in Latin ones (é → e, ß → ss, ø → o, ж → zh). Han characters disappear,
    because how they are read depends on the language; so do symbols. That is why the number in
    the channel's name carries the identity.
    """
    composed = unicodedata.normalize("NFKC", text)
    latin = "".join(_latin(character) for character in composed)
    return re.sub(r"[^a-z0-9]+", "-", latin.lower()).strip("-")


def _latin(character: str) -> str:
    """Return a letter or digit in ASCII; a blank for what is neither, or has no one reading."""
    if character.isascii():
        return character
    if unicodedata.category(character) in NOT_WRITTEN:
        return ""
    is_han = unicodedata.name(character, "").startswith("CJK")
    return anyascii(character) if character.isalnum() and not is_han else " "


def room_name(prefix: str, number: str, customer: str, title: str) -> str:
    """Return `esc-<number>-<customer>-<words>`, cut at a word within Slack's 80 characters."""
    plain_number = number.removeprefix("ESC-").lower()
    parts = [prefix, plain_number, slug(customer)[:CUSTOMER_SHARE].strip("-"), slug(title)]
    name = "-".join(part for part in parts if part)
    if len(name) <= MAX_CHANNEL_NAME:
        return name
    cut = name[:MAX_CHANNEL_NAME]
    if name[MAX_CHANNEL_NAME] != "-":
        cut = cut.rpartition("-")[0]
    return cut.strip("-")


def candidates(name: str, seed: str) -> Iterator[str]:
    """Yield the names to try in turn when one is taken: plain, `-2`…, then with a tail of `seed`.

    The order depends on nothing but the arguments, so that a search after a crash knows
    every name that may have been used.
    """
    yield name
    for count in range(2, 2 + NUMBERED_TRIES):
        yield _with_tail(name, str(count))
    for start in range(RANDOM_TRIES):
        yield _with_tail(name, seed[start * 4 : start * 4 + 4])


def _with_tail(name: str, tail: str) -> str:
    return f"{name[: MAX_CHANNEL_NAME - len(tail) - 1].rstrip('-')}-{tail}"
