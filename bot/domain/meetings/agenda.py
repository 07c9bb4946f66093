"""What a call is about, read from the record: what changed, blocks, is next, is to decide."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.escalation.escalation import Confidence
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.plan.item import Item, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.war_room import WarRoom

MOST_TOLD = 3  # entries of a group
NEXT_ACTIONS = 3
MOST_BLOCKERS = 5
MOST_TO_DECIDE = 6
AT_RISK = timedelta(hours=24)  # a promise due within this time is talked about

# Groups of what changed, in the order they are told; whatever is in none comes last.
GROUPS: Mapping[str, frozenset[EntryKind]] = {
    "Severity and status": frozenset(
        {
            EntryKind.SEVERITY_CHANGED,
            EntryKind.STATUS_CHANGED,
            EntryKind.REOPENED,
            EntryKind.ACKNOWLEDGED,
        }
    ),
    "Decided": frozenset({EntryKind.DECIDED}),
    "Done": frozenset({EntryKind.ITEM_DONE}),
    "New": frozenset({EntryKind.ITEM_ADDED, EntryKind.PLAYBOOK_APPLIED}),
    "Changed": frozenset({EntryKind.ITEM_CHANGED, EntryKind.DETAILS_CHANGED}),
    "People": frozenset(
        {
            EntryKind.ASSIGNED,
            EntryKind.ROLE_ACCEPTED,
            EntryKind.ROLE_DECLINED,
            EntryKind.HANDOVER_OFFERED,
            EntryKind.TRANSFERRED,
        }
    ),
}
REST = "Also"
# Calls speak of the work, not of themselves.
NOT_TOLD = frozenset(
    {
        EntryKind.MINUTE_NOTED,
        EntryKind.CALL_DONE,
        EntryKind.CALL_SKIPPED,
        EntryKind.RUNG_TOLD,
        EntryKind.RUNG_ACKNOWLEDGED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Some entries of one group, the newest first, and how many more there are."""

    title: str
    told: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """One question; `item` is what it is about, None when it is about the whole."""

    question: str
    item: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is talked about.

    Attributes:
        more_blockers, more_to_decide: How many are left out.
        next_update_due_at: When the customer must hear from us; None when nothing is owed.
    """

    changed: tuple[Changed, ...]
    blockers: tuple[Item, ...]
    more_blockers: int
    actions: tuple[Item, ...]
    to_decide: tuple[ToDecide, ...]
    more_to_decide: int
    next_update_due_at: datetime | None


def agenda(war_room: WarRoom, entries: Sequence[Entry]) -> Agenda:
    """Return the agenda of a call; `entries` are those since the last one, the oldest first."""
    plan = war_room.plan
    blocked = [i for i in plan.standing(ItemKind.ACTION) if i.state is ItemState.BLOCKED]
    blockers = [*plan.standing(ItemKind.BLOCKER), *blocked]
    free = [i for i in plan.standing(ItemKind.ACTION) if i.state is not ItemState.BLOCKED]
    open_questions = list(to_decide(war_room))
    return Agenda(
        changed=tuple(grouped(entries)),
        blockers=tuple(blockers[:MOST_BLOCKERS]),
        more_blockers=max(0, len(blockers) - MOST_BLOCKERS),
        actions=tuple(free[:NEXT_ACTIONS]),
        to_decide=tuple(open_questions[:MOST_TO_DECIDE]),
        more_to_decide=max(0, len(open_questions) - MOST_TO_DECIDE),
        next_update_due_at=war_room.escalation.next_update_due_at,
    )


def grouped(entries: Iterable[Entry]) -> Iterator[Changed]:
    """Yield what changed by what it is, each group with its newest entries."""
    found: dict[str, list[Entry]] = {title: [] for title in (*GROUPS, REST)}
    for entry in entries:
        if entry.kind not in NOT_TOLD:
            title = next((t for t, kinds in GROUPS.items() if entry.kind in kinds), REST)
            found[title].insert(0, entry)
    for title, group in found.items():
        if group:
            told = tuple(group[:MOST_TOLD])
            yield Changed(title=title, told=told, more=len(group) - len(told))


def to_decide(war_room: WarRoom) -> Iterator[ToDecide]:
    """Yield what somebody has to decide: about promises, needs, the plan, and old decisions."""
    escalation = war_room.escalation
    yield from _promises(war_room)
    for item in war_room.plan.standing(ItemKind.NEED):
        if item.is_overdue(war_room.read_at):
            question = "is overdue from the customer: follow up, or continue without it?"
            yield ToDecide(question=question, item=item)
    if escalation.confidence is Confidence.LOW:
        why = f" ({escalation.confidence_why})" if escalation.confidence_why else ""
        yield ToDecide(question=f"Confidence in the plan is low{why}: what should change?")
    yield from _old_decisions(war_room)


def age(since: datetime, now: datetime) -> str:
    """Return in words how long something has been so: 40 min, 5 h, 3 days."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def _promises(war_room: WarRoom) -> Iterator[ToDecide]:
    now = war_room.read_at
    for item in war_room.plan.standing(ItemKind.PROMISE):
        due = item.content.due_at
        if item.is_overdue(now):
            yield ToDecide(question="is overdue: what do we tell the customer?", item=item)
        elif item.state is ItemState.BLOCKED or (due is not None and due - now <= AT_RISK):
            yield ToDecide(question="is at risk: keep it or renegotiate?", item=item)


def _old_decisions(war_room: WarRoom) -> Iterator[ToDecide]:
    zone = ZoneInfo(war_room.customer.time_zone)
    today = war_room.read_at.astimezone(zone).date()
    for item in war_room.plan.all(ItemKind.DECISION):
        review_on = item.content.review_on
        if item.stands and review_on is not None and review_on <= today:
            yield ToDecide(question="is due for review: does it still apply?", item=item)
