"""The timeline as a private list, the newest entry first."""

from collections.abc import Sequence

from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.timeline import Audience, Entry
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    instant,
    italic,
    line,
    link,
    person,
    rich,
    words,
)
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import elements

LONGEST_SHOWN = 240  # characters of one entry


def timeline(escalation: Escalation, entries: Sequence[Entry], page: int, pages: int) -> Message:
    """One page of it; pages count from 1."""
    title = f"Timeline of {escalation.number}"
    rows = [_row(entry) for entry in entries] or [line(italic("Nothing yet."))]
    more = f"Page {page} of {pages}. /escalate timeline {page + 1} shows older entries."
    rest = [rich(line(italic(more)))] if page < pages else []
    return Message(title, [rich(line(bold(title))), rich(*rows), *rest])


def _row(entry: Entry) -> Json:
    said = [words(" · said "), instant(entry.said_at)] if entry.said_at else []
    who = [words(" "), person(entry.actor)] if entry.actor else []
    where = [words(" · "), link(entry.link, "message")] if entry.link else []
    told = elements((" ", *entry_parts(entry)), limit=LONGEST_SHOWN)
    is_safe = entry.audience is Audience.CUSTOMER
    safe = [italic(" · the customer may read it")] if is_safe else []
    return line(instant(entry.at), *who, *told, *said, *where, *safe)
