"""Slack's notation of messages (`<@U1>`, `<https://…|label>`, `&amp;`) as people read it.

Slack writes commands and messages in it: what somebody picked stands in angle brackets, and every
other bracket and ampersand is an entity. What is typed into a form comes to the letter.
"""

import re
from collections.abc import Mapping

from bot.domain.people import SlackUserId

MARKED = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# In a form only what Slack would act on is notation: "<div>" and "<!-- -->" are words.
CALLING = re.compile(
    r"<([@#!])([UWCGDS][A-Z0-9]{2,20}|here|channel|everyone|subteam\^[A-Z0-9]+|date\^[^<>|]*)"
    r"(?:\|([^<>]*))?>"
)


def people_in(text: str) -> list[SlackUserId]:
    """Return the Slack ids of the people a text in Slack's notation mentions."""
    return [SlackUserId(user) for user in dict.fromkeys(PERSON.findall(text))]


def taken_person(text: str) -> tuple[SlackUserId | None, str]:
    """Return the first person a text mentions, None when it mentions none, and what is left.

    Both texts are in Slack's notation.
    """
    found = PERSON.search(text)
    if found is None:
        return None, text
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    return SlackUserId(found[1]), f"{before} {after}".strip()


def readable(text: str, names: Mapping[str, str]) -> str:
    """Return a text as a person reads it, with nothing left that Slack would act on.

    Args:
        text: In Slack's notation.
        names: Slack id of a person to their name; who is not in it keeps the name Slack gives,
            or else the id.
    """
    return without_entities(MARKED.sub(lambda found: _said(found, names), text))


def without_entities(text: str) -> str:
    """Return a text with the three characters that Slack writes as entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed_in_form(text: str) -> str:
    """Return what somebody typed into a form with its mentions as words, which call nobody."""
    return CALLING.sub(lambda found: _said(found, {}), text) if "<" in text else text


def _said(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = found[1], found[2], found[3]
    match sign:
        case "@":
            return f"@{names.get(target) or label or target}"
        case "#":
            return f"#{label or target}"
        case "!":
            return label or f"@{target.split('^')[0]}"
        case _:
            target = target.removeprefix("mailto:").removeprefix("tel:")
            return f"{label} ({target})" if label and label not in target else target
