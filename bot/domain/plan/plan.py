"""The action plan: what the record holds that is still to be done, and what is weak in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.escalation import Escalation
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Content, Item, ItemId, ItemState, Priority
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.playbook import EffectivePlaybook
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration

MOST_SLIPS = 2  # of one item; then the escalation manager replans with a reason
VAGUE = re.compile(r"\b(?:asap|tbd|tbc|ongoing|soonish)\b", re.IGNORECASE)
NOT_STORED = ItemId(0)

_PRIORITIES = {priority: place for place, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGap:
    """Something weak in a plan; `label` names the item, such as A-3."""

    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The items of one escalation, by kind and number."""

    items: tuple[Item, ...] = ()

    def standing(self, kind: ItemKind) -> list[Item]:
        """Return what of a kind is still open, the most urgent first."""
        return sorted((i for i in self.items if i.kind is kind and i.stands), key=_urgency)

    def all(self, kind: ItemKind) -> list[Item]:
        """Return everything of a kind that was not taken back, in the order of its numbers."""
        kept = (i for i in self.items if i.state is not ItemState.RETRACTED)
        return [i for i in kept if i.kind is kind]

    def lint(self, now: datetime | None) -> list[PlanGap]:
        """Return what is weak in the plan; never a reason to stop.

        With None, only what is weak at any time: a picture that stands for hours says no more.
        """
        return [
            PlanGap(label=item.label, words=words)
            for item in self.items
            if item.stands
            for words in _weaknesses(item, now)
        ]


def from_playbook(
    escalation: Escalation,
    playbook: EffectivePlaybook,
    calendar: Calendar,
    *,
    by: SlackUserId,
    at: datetime,
) -> list[Item]:
    """Return what a playbook lays down, due times counted from the escalation's beginning.

    Each item carries a key, by which a playbook that is applied again is known to be there.
    `by` is who has it applied. A due time that has passed already when it is applied late counts
    from `at` instead.
    """
    opened_at = escalation.raised_at

    def due(duration: Duration | None) -> datetime | None:
        if duration is None:
            return None
        found = duration.after(opened_at, calendar)
        return found if found > at else duration.after(at, calendar)

    contents: list[tuple[ItemKind, Content]] = [
        (ItemKind.CRITERION, Content(text=text, is_customer_safe=True))
        for text in playbook.exit_criteria
    ]
    contents += [
        (
            ItemKind.MILESTONE,
            Content(
                text=m.title,
                phase=m.phase,
                done_when=m.done_when,
                due_at=due(m.due),
                is_customer_safe=True,
            ),
        )
        for m in playbook.milestones
    ]
    contents += [
        (ItemKind.ACTION, Content(text=a.text, role=a.role, due_at=due(a.due)))
        for a in playbook.actions
    ]
    return [_laid_down(escalation, kind, content, by, at) for kind, content in contents]


def _laid_down(
    escalation: Escalation, kind: ItemKind, content: Content, by: SlackUserId, at: datetime
) -> Item:
    return Item(
        id=NOT_STORED,
        escalation_id=escalation.id,
        kind=kind,
        number=0,
        state=ItemState.OPEN,
        content=content,
        recorded_by=by,
        recorded_at=at,
        said_at=at,
        key=f"{kind.value}:{content.text.casefold()}",
    )


def _urgency(item: Item) -> tuple[bool, int, float, int]:
    """Blocked first, then by priority, by due time, and by number."""
    due = item.content.due_at.timestamp() if item.content.due_at else float("inf")
    is_blocked = item.state is ItemState.BLOCKED
    return (not is_blocked, _PRIORITIES[item.content.priority], due, item.number)


def _weaknesses(item: Item, now: datetime | None) -> Iterator[str]:
    content, checks = item.content, item.kind.spec.expected
    if "owner" in checks and content.owner is None and content.role is None:
        yield "has no owner"
    if "due_at" in checks and content.due_at is None:
        yield "has no due time"
    if now is not None and item.is_overdue(now):
        yield "is past due"
    if "done_when" in checks and not content.done_when:
        yield "has no “done when”"
    if "mitigation" in checks and not content.mitigation:
        yield "has no mitigation"
    if found := VAGUE.search(content.text):
        yield f"says “{found[0]}”: give a time or a result"
    if len(item.slips) >= MOST_SLIPS:
        yield f"postponed {len(item.slips)} times: replan it"
