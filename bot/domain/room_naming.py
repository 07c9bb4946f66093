"""Names of war-room channels within Slack's rules."""

import re
import unicodedata
from collections.abc import Iterator

MAX_CHANNEL_NAME = 80  # characters; Slack, conversations.create
CUSTOMER_SHARE = 24  # characters of the customer's name, so that words of the title still fit
RANDOM_TRIES = 3  # names with a random tail after the numbered ones
NUMBERED_TRIES = 4


def slug(text: str) -> str:
    """Return `text` in lowercase ASCII letters, digits and single hyphens; maybe empty.

    Letters with marks lose them (é → e); scripts without a Latin form disappear, which is
    why the number in the channel's name carries the identity.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


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
