"""What somebody sees across rooms: what needs them now, and the escalations they may know of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from bot.domain.escalation.escalation import Escalation, Severity
from bot.domain.escalation.room import ChannelId
from bot.domain.people import REQUESTER, RESPONDER, Person, RoleKey
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import KINDS, ItemKind, expecting

SOON = timedelta(hours=24)  # what is due within it needs its owner now
PAGE = 15  # escalations shown at once
MOST_COUNTED = 1_000  # of one's own, and of others', in a list that goes back for ever
MOST_ITEMS = 10  # of what needs somebody now; Slack shows 100 blocks
MOST_ROLES = 5

# Whoever raised an escalation or joined its room has nothing to accept.
TAKEN_BY_THEMSELVES = frozenset({REQUESTER, RESPONDER})
# What somebody owns without having anything to do for it.
NO_TASKS = frozenset(kind for kind, spec in KINDS.items() if not spec.is_task)
# Which questions an owner leaves open: the field that says nothing → of which kinds.
OPEN_QUESTIONS: Mapping[str, frozenset[ItemKind]] = {
    name: expecting(name) for name in ("due_at", "mitigation", "done_when")
}


class ListScope(StrEnum):
    """Which escalations a list holds."""

    MINE = "mine"
    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What somebody chose to see; pages count from 1, and None is every severity."""

    scope: ListScope = ListScope.OPEN
    severity: Severity | None = None
    page: int = 1

    def within(self, pages: int) -> Self:
        """Return it with a page that there is."""
        return replace(self, page=min(max(self.page, 1), pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One escalation as lists show it.

    Attributes:
        customer: Their name.
        channel_id: The room; None while there is none.
        is_mine: The person raised it or holds a role in it.
    """

    escalation: Escalation
    customer: str
    channel_id: ChannelId | None
    is_mine: bool

    def is_update_overdue(self, now: datetime) -> bool:
        due_at = self.escalation.next_update_due_at
        return due_at is not None and not self.escalation.is_over and due_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of escalations: one's own first, then others, the gravest first; last what is over.

    Attributes:
        mine, others: How many there are on all pages together, each MOST_COUNTED at most.
    """

    wanted: ListQuery
    listed: tuple[Listed, ...]
    mine: int
    others: int
    read_at: datetime

    @property
    def pages(self) -> int:
        return pages_of(self.mine + self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyItem:
    """An item of the person that is due, or leaves a question open."""

    item: Item
    of: Listed

    def questions(self) -> tuple[str, ...]:
        """Return the fields that say nothing yet and should."""
        kind, content = self.item.kind, self.item.content
        asked = (name for name, kinds in OPEN_QUESTIONS.items() if kind in kinds)
        return tuple(name for name in asked if not getattr(content, name))

    def is_due(self, now: datetime) -> bool:
        due_at = self.item.content.due_at
        return due_at is not None and due_at <= now + SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleInvitation:
    """A role that was given to the person, who has not said yet that they take it."""

    role: RoleKey
    title: str
    of: Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What needs one person now; `more` counts what is not among it."""

    items: tuple[MyItem, ...] = ()
    roles: tuple[RoleInvitation, ...] = ()
    handovers: tuple[Listed, ...] = ()
    more: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.items or self.roles or self.handovers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything one person's App Home is drawn from, read at one instant."""

    person: Person
    is_muted: bool
    needs: Needs
    listing: Listing


def pages_of(count: int) -> int:
    """Return how many pages so many escalations take; nothing takes one."""
    return max(1, -(-count // PAGE))
