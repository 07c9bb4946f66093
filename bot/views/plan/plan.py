"""The pinned action plan, the whole of it in a form, and a copy the customer may read."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.escalation.escalation import Confidence
from bot.domain.plan.item import Item, ItemState, Priority
from bot.domain.plan.kinds import CUSTOMER_SAFE, IN_PLAN, KINDS, ItemKind
from bot.domain.plan.plan import Plan, PlanGap
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.views.block_kit.action_ids import Action, Marker, View
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    fallback,
    header,
    instant,
    italic,
    line,
    modal,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.inputs import field, option, select, text_input
from bot.views.block_kit.text import cut, literal, one_line
from bot.views.plan.items import state
from bot.views.plan.kinds import KIND_VIEWS

SHOWN_MILESTONES = 7
SHOWN_ACTIONS = 10
SHOWN_CRITERIA = 7
SHOWN_RAID = 3  # of each kind: the plan stays one screen
SHOWN_DECISIONS = 8
SHOWN_FINDINGS = 4
LONGEST_SHOWN = 140  # characters of one item
PAGE = 20  # items of the whole plan shown at once

TICKS = {ItemState.DONE: "☑", ItemState.CANCELLED: "✗"}
# What the plan lists in full; of all else it shows a few.
OWN_LISTS = (ItemKind.CRITERION, ItemKind.MILESTONE, ItemKind.ACTION)
WHOLE = tuple(kind for kind in KINDS if kind in IN_PLAN and not kind.spec.is_owner_author)
SHORT_LISTS = tuple(kind for kind in WHOLE if kind not in OWN_LISTS)


def plan(war_room: WarRoom, policy: Policy) -> Message:
    """The pinned message; what is not in it is behind its buttons."""
    escalation, items = war_room.escalation, war_room.plan
    head = f"Action plan · {escalation.number} · {one_line(war_room.customer.name)}"
    blocks = [
        header(head, block_id=Marker.PLAN.of(escalation.id)),
        rich(*_goal(war_room), *_situation(war_room), *_next_update(war_room)),
        rich(line(bold("Exit criteria")), _criteria(items)),
        rich(line(bold("Milestones")), _milestones(items)),
        rich(line(bold("Actions")), _actions(war_room, policy)),
        *_raid(items),
        *_findings(items.lint(None)),
        _buttons(escalation.id),
    ]
    return Message(fallback(literal(head)), blocks)


def whole(war_room: WarRoom, policy: Policy, *, page: int = 1) -> Json:
    """A page of everything in the plan, each entry with a button to edit it."""
    shown = [item for kind in WHOLE for item in _open_first(war_room.plan, kind)]
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(page, 1), pages)
    blocks: list[Json] = []
    last: ItemKind | None = None
    for item in shown[(page - 1) * PAGE : page * PAGE]:
        if item.kind is not last:
            blocks.append(rich(line(bold(KIND_VIEWS[item.kind].heading))))
            last = item.kind
        blocks += _editable(war_room, policy, item)
    found = war_room.plan.lint(war_room.read_at) if page == 1 else []
    turning = [
        button(
            text, Action.PLAN_PAGE if n > page else Action.PLAN_ALL, f"{war_room.escalation.id}:{n}"
        )
        for text, n in (("Earlier", page - 1), ("More", page + 1))
        if 1 <= n <= pages
    ]
    more = [actions(*turning)] if turning else []
    blocks = [*_findings(found, most=10), *blocks, *more]
    return modal(
        f"Plan {war_room.escalation.number}",
        blocks or [rich(line(italic("The plan is empty.")))],
        callback_id=View.WHOLE_PLAN.value,
    )


def situation_form(war_room: WarRoom, *, metadata: Json) -> Json:
    """Ask where we are and how sure we are of the plan."""
    escalation = war_room.escalation
    sure = [option(c.value.capitalize(), c.value) for c in Confidence]
    confidence = escalation.confidence.value if escalation.confidence else None
    where = text_input(initial=escalation.situation, longest=400, several_lines=True)
    why = text_input(initial=escalation.confidence_why, longest=400)
    ask = text_input(initial=escalation.customer_ask, several_lines=True)
    blocks = [
        field("situation", "Current status", where, optional=True, hint="About 40 words."),
        field("confidence", "Confidence in the plan", select(sure, initial=confidence)),
        field("confidence_why", "Why?", why, optional=True),
        field("customer_ask", "Goal, in the customer's words", ask, optional=True),
    ]
    blocks[1]["optional"] = True
    return modal(
        "Update status",
        blocks,
        callback_id=View.SITUATION_FORM.value,
        submit="Save",
        metadata=json.dumps(metadata),
    )


MOST_LABELS = 10
SAFE_ONLY = "Includes only what's marked as visible to the customer. Copy, review, then send."


def customer_copy(war_room: WarRoom) -> Message:
    """A text to paste for the customer: only what is marked as safe for them, in their zone."""
    zone = ZoneInfo(war_room.customer.time_zone)
    escalation, items = war_room.escalation, war_room.plan

    def when(at: datetime | None) -> str:
        return f" (by {at.astimezone(zone):%a %d %b %Y %H:%M} {zone.key})" if at else ""

    found = [i for kind in CUSTOMER_SAFE for i in items.all(kind)]
    known = [i for i in found if i.state is not ItemState.CANCELLED]

    def safe(kind: ItemKind) -> list[Item]:
        return [i for i in known if i.kind is kind and i.content.is_customer_safe]

    rows = [f"Action plan for {one_line(war_room.customer.name)} ({escalation.number})"]
    rows += _section("Goal", [escalation.customer_ask] if escalation.customer_ask else [])
    criteria = [f"{_tick(i)} {i.content.text}" for i in safe(ItemKind.CRITERION)]
    rows += _section("Exit criteria", criteria)
    milestones = safe(ItemKind.MILESTONE)
    rows += _section(
        "Milestones",
        [f"{_tick(i)} {i.content.text}{when(_expected(i))}" for i in milestones],
    )
    needs = [i for i in safe(ItemKind.NEED) if i.stands]
    rows += _section(
        "What we need from you", [f"{i.content.text}{when(i.content.due_at)}" for i in needs]
    )
    due = escalation.next_update_due_at
    rows += ["", f"Next update from us{when(due)}."] if due else []
    text = cut("\n".join(rows), 6000)
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [words(text, limit=6000)]}],
    }
    note = rich(line(italic(SAFE_ONLY)), *_left_out(known))
    return Message("Plan for the customer", [note, block])


def _left_out(known: Sequence[Item]) -> list[Json]:
    """Name what the customer does not read, so that nobody thinks it was forgotten."""
    labels = [i.label for i in known if i.stands and not i.content.is_customer_safe]
    if not labels:
        return []
    more = f" and {len(labels) - MOST_LABELS} more" if len(labels) > MOST_LABELS else ""
    said = f"Internal, not included: {', '.join(labels[:MOST_LABELS])}{more}. "
    return [
        line(
            italic(
                f"{said}To include one, check “Customer can see it” in its form: "
                f"/escalate edit {labels[0]}"
            )
        )
    ]


def _section(title: str, entries: Sequence[str]) -> list[str]:
    return ["", title, *(f"- {entry}" for entry in entries)] if entries else []


def _goal(war_room: WarRoom) -> list[Json]:
    if war_room.escalation.customer_ask:
        return [
            line(bold("Goal, in the customer's words")),
            quote(war_room.escalation.customer_ask),
        ]
    return [
        line(
            bold("Goal: "),
            italic("unknown. Ask the customer, then press Update status."),
        )
    ]


def _situation(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    rows = []
    if escalation.situation:
        rows.append(line(bold("Current status: "), words(escalation.situation, limit=400)))
    if escalation.confidence:
        why = f" ({escalation.confidence_why})" if escalation.confidence_why else ""
        said = words(f"{escalation.confidence.value}{why}", limit=400)
        rows.append(line(bold("Confidence in the plan: "), said))
    return rows


def _next_update(war_room: WarRoom) -> list[Json]:
    due = war_room.escalation.next_update_due_at
    if due is None:
        return [line(bold("Next customer update: "), words("none due"))]
    return [line(bold("Next customer update due: "), instant(due))]


def _criteria(items: Plan) -> Json:
    def drawn(item: Item) -> Json:
        shown = f" ({one_line(item.content.evidence)})" if item.content.evidence else ""
        text = f"{_tick(item)} {one_line(item.content.text)}{shown}"
        return line(bold(f"{item.label} "), words(text, limit=LONGEST_SHOWN))

    return _list(items.all(ItemKind.CRITERION), SHOWN_CRITERIA, drawn)


def _milestones(items: Plan) -> Json:
    def drawn(item: Item) -> Json:
        content = item.content
        phase = f"{content.phase.value.capitalize()}: " if content.phase else ""
        parts = [bold(f"{item.label} {phase}"), words(f"{_tick(item)} {one_line(content.text)}")]
        if content.owner:
            parts += [words(" · "), person(content.owner)]
        if item.stands and content.due_at:
            parts += [words(" · by "), instant(content.due_at)]
        if item.stands and content.forecast_at:
            parts += [words(" · expected "), instant(content.forecast_at)]
        if item.stands and content.done_when:
            parts.append(italic(f" · done when: {one_line(content.done_when)}"[:LONGEST_SHOWN]))
        return line(*parts)

    return _list(items.all(ItemKind.MILESTONE), SHOWN_MILESTONES, drawn)


def _actions(war_room: WarRoom, policy: Policy) -> Json:
    standing = war_room.plan.standing(ItemKind.ACTION)
    done = sum(1 for i in war_room.plan.all(ItemKind.ACTION) if i.state is ItemState.DONE)

    def drawn(item: Item) -> Json:
        return line(*_parts(war_room, policy, item))

    made = _list(standing, SHOWN_ACTIONS, drawn)
    if done and made["type"] == "rich_text_list":
        made["elements"].append(line(italic(f"{done} done")))
    return made if standing or not done else line(italic(f"All {done} are done."))


def _parts(war_room: WarRoom, policy: Policy, item: Item) -> list[Json]:
    content = item.content
    urgent = "❗ " if content.priority is Priority.HIGH else ""
    parts = [
        bold(f"{item.label} "),
        words(f"{urgent}{one_line(content.text)}", limit=LONGEST_SHOWN),
    ]
    parts += _who(war_room, policy, item)
    if content.due_at is not None:
        parts += [words(" · by "), instant(content.due_at)]
    if item.state is ItemState.BLOCKED:
        parts.append(italic(f" · blocked: {one_line(content.blocked_by)}"[:LONGEST_SHOWN]))
    elif item.state is not ItemState.OPEN:
        parts.append(italic(f" · {state(item)}"))
    return parts


def _raid(items: Plan) -> list[Json]:
    blocks = []
    for kind in SHORT_LISTS:
        if standing := items.standing(kind):
            blocks.append(
                rich(
                    line(bold(KIND_VIEWS[kind].heading)), _list(standing, SHOWN_RAID, _one_of_raid)
                )
            )
    standing = [i for i in items.all(ItemKind.DECISION) if i.stands]
    if standing:
        labels = ", ".join(i.label for i in standing[-SHOWN_DECISIONS:])
        said = words(f"{labels} · see /escalate decisions")
        blocks.append(rich(line(bold("Decisions: "), said)))
    return blocks


def _one_of_raid(item: Item) -> Json:
    content = item.content
    parts = [bold(f"{item.label} "), words(one_line(content.text), limit=LONGEST_SHOWN)]
    if content.owner:
        parts += [words(" · "), person(content.owner)]
    if content.due_at:
        parts += [words(" · by "), instant(content.due_at)]
    else:
        parts += [words(" · since "), instant(item.said_at)]
    if content.mitigation:
        parts.append(italic(f" · {one_line(content.mitigation)}"[:LONGEST_SHOWN]))
    return line(*parts)


def _findings(found: Sequence[PlanGap], *, most: int = SHOWN_FINDINGS) -> list[Json]:
    if not found:
        return []
    said = "; ".join(f"{finding.label} {finding.words}" for finding in found[:most])
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return [rich(line(italic(f"Needs attention: {said}{more}.")))]


def _buttons(escalation_id: int) -> Json:
    value = str(escalation_id)
    kinds = [option(kind.label, f"{escalation_id}:{kind.value}") for kind in ItemKind]
    return actions(
        select(kinds, action=Action.ITEM_ADD.value, placeholder="Add to plan"),
        button("View full plan", Action.PLAN_ALL, f"{value}:1"),
        button("Update status", Action.SITUATION, value),
    )


def _editable(war_room: WarRoom, policy: Policy, item: Item) -> list[Json]:
    parts = _parts(war_room, policy, item)
    if not item.stands:
        parts = [bold(f"{item.label} "), words(f"{_tick(item)} {one_line(item.content.text)}")]
        return [rich(line(*parts))]
    edit = button("Edit", Action.ITEM_EDIT, str(item.id))
    return [rich(line(*parts)), actions(edit)]


def _who(war_room: WarRoom, policy: Policy, item: Item) -> list[Json]:
    if item.content.owner is not None:
        return [words(" · "), person(item.content.owner)]
    role = item.content.role
    if role is None:
        return [italic(" · unassigned")] if item.kind is ItemKind.ACTION else []
    holders = war_room.holding(role)
    if holders:
        return [words(" · "), person(holders[0].user_id)]
    return [words(f" · {policy.role_title(role)}"), italic(" (unassigned)")]


def _open_first(items: Plan, kind: ItemKind) -> list[Item]:
    ended = [item for item in items.all(kind) if not item.stands]
    return [*items.standing(kind), *ended]


def _expected(item: Item) -> datetime | None:
    return None if not item.stands else item.content.forecast_at or item.content.due_at


def _tick(item: Item) -> str:
    return TICKS.get(item.state, "☐")


def _list(found: Sequence[Item], most: int, drawn: Callable[[Item], Json]) -> Json:
    if not found:
        return line(italic("None yet."))
    more = len(found) - most
    rest = [line(italic(f"and {more} more in the full plan"))] if more > 0 else []
    return bullets(*(drawn(item) for item in found[:most]), *rest)


def playbook_applied(added: int) -> str:
    """Say how many items the playbook added; none when the plan held them all."""
    if not added:
        return "The plan already has everything in the playbook."
    return f"The playbook added {added} {'item' if added == 1 else 'items'} to the plan."
