"""Escalations in a list: one of them in two lines, and a private page of them."""

from datetime import datetime, timedelta

from bot.domain.reading.home import MOST_COUNTED, Listed, Listing, ListScope
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    channel,
    fallback,
    instant,
    italic,
    line,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import cut, one_line
from bot.views.escalation.room_card import SIGNS

LONGEST_TITLE = 120  # characters
LONGEST_CUSTOMER = 60
TITLES = {
    ListScope.MINE: "Your open escalations",
    ListScope.OPEN: "Open escalations",
    ListScope.ALL: "All escalations",
}
EMPTY = {
    ListScope.MINE: "You're not part of any open escalation. See all: /escalate list open",
    ListScope.OPEN: "No open escalations. Open one: /escalate",
    ListScope.ALL: "No escalations yet. Open the first one: /escalate",
}


def listing(found: Listing) -> Message:
    """A page of escalations, with the word that shows the next one."""
    scope, number = found.wanted.scope, found.wanted.page
    title = TITLES[scope]
    count = found.mine + found.others
    more = "+" if max(found.mine, found.others) >= MOST_COUNTED else ""
    head = line(bold(title), words(f" · {count:,}{more}" if count else ""))
    if not found.listed:
        return Message(fallback(title), [rich(line(bold(title)), line(italic(EMPTY[scope])))])
    blocks = [rich(head), *(rich(*rows(one, found.read_at)) for one in found.listed)]
    if number < found.pages:
        more = f"For more: /escalate list {scope.value} {number + 1}"
        blocks.append(rich(line(italic(f"Page {number} of {found.pages}. {more}"))))
    return Message(fallback(title), blocks)


def rows(listed: Listed, now: datetime) -> list[Json]:
    """One escalation: what it is, and below whose it is and when the customer hears from us."""
    escalation = listed.escalation
    about = f" {cut(one_line(listed.customer), LONGEST_CUSTOMER)}: {one_line(escalation.title)}"
    where = [channel(listed.channel_id)] if listed.channel_id else [italic("no room yet")]
    below = [
        person(escalation.owner),
        words(f" · {age(escalation.raised_at, now)} old · "),
        *_next_update(listed, now),
        words(" · "),
        *where,
    ]
    longest = LONGEST_CUSTOMER + LONGEST_TITLE
    return [line(bold(headed(listed)), words(about, limit=longest)), line(*below)]


def counted(number: int) -> str:
    """Return a number, and that there may be more where counting has stopped."""
    return f"{number:,}+" if number >= MOST_COUNTED else f"{number}"


def headed(listed: Listed) -> str:
    """Number, severity and status in one plain line."""
    escalation = listed.escalation
    lock = "🔒 " if escalation.is_private else ""
    return (
        f"{SIGNS[escalation.severity]} {lock}{escalation.number} · "
        f"{escalation.severity.label} · {escalation.status.label}"
    )


def age(since: datetime, now: datetime) -> str:
    """How long ago that was, in its largest unit."""
    passed = max(now - since, timedelta(0))
    if passed.days:
        return f"{passed.days} d"
    minutes = int(passed.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def _next_update(listed: Listed, now: datetime) -> list[Json]:
    due_at = listed.escalation.next_update_due_at
    if due_at is None or listed.escalation.is_over:
        return [words("no update due")]
    if listed.is_update_overdue(now):
        return [bold("update overdue since "), instant(due_at)]
    return [words("next update "), instant(due_at)]
