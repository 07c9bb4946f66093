"""Slack's notation of messages (`<@U1>`, `<https://…|label>`, `&amp;`) as people read it."""

import re
from collections.abc import Mapping

MARKED = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)")


def people_in(text: str) -> list[str]:
    """Return the Slack ids of the people a text mentions."""
    return list(dict.fromkeys(PERSON.findall(text)))


def readable(text: str, names: Mapping[str, str]) -> str:
    """Return a text as a person reads it, with nothing left that Slack would act on.

    Args:
        text: In Slack's notation.
        names: Slack id of a person to their name; who is not in it keeps the name Slack gives,
            or else the id.
    """

    def said(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3]
        match sign:
            case "@":
                return f"@{names.get(target) or label or target}"
            case "#":
                return f"#{label or target}"
            case "!":
                return label or f"@{target.split('^')[0]}"
            case _:
                return f"{label} ({target})" if label and label not in target else target

    plain = MARKED.sub(said, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
