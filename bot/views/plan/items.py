"""Items: our message about one, the forms to add and edit one, and the lists."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.plan.item import MAX_DETAIL, MAX_WORDS, Content, Item, ItemState, Priority
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.playbook import Phase
from bot.domain.time import due
from bot.views.block_kit.action_ids import VALUE, Action, Marker, View
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    fallback,
    instant,
    italic,
    line,
    link,
    modal,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.inputs import (
    checkbox,
    date_input,
    field,
    instant_input,
    option,
    person_input,
    select,
    text_input,
)
from bot.views.block_kit.text import literal, one_line
from bot.views.plan.kinds import KIND_VIEWS

PAGE = 15  # items shown at once
LONGEST_SHOWN = 300  # characters of one of them

LABELS: Mapping[str, str] = {
    "text": "What",
    "owner": "Who",
    "due_at": "By when",
    "forecast_at": "Forecast",
    "priority": "Priority",
    "milestone": "Milestone",
    "blocked_by": "Blocked by",
    "done_when": "Done when",
    "phase": "Phase",
    "mitigation": "Mitigation",
    "evidence": "Evidence",
    "rationale": "Why?",
    "alternatives": "Alternatives considered",
    "risks": "Accepted risks",
    "review_on": "Review on",
    "is_customer_safe": "Customer",
}
TOLD_DETAILS = ("done_when", "mitigation", "blocked_by", "rationale", "alternatives", "risks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Why a form is shown again: the fields that both changed, and the reason that was typed."""

    names: Collection[str]
    reason: str


def told(item: Item, uncalled: Mapping[str, str], time: due.SaidTime | None = None) -> Message:
    """Our message: in the thread of the one it is about, or in the room by itself.

    Whoever is in `uncalled` is named there in plain words, which call nobody. `time` is how the
    due time in its message was read.
    """
    rows = [_head(item, uncalled), *_time(item, time), *_said(item), *_details(item)]
    blocks = [rich(*rows, block_id=Marker.ITEM.of(item.id))]
    if buttons := _buttons(item):
        blocks.append(actions(*buttons))
    return Message(fallback(literal(f"{item.label} {state(item)}")), blocks)


def yours(item: Item, user: str, marker: str, uncalled: Mapping[str, str]) -> Message:
    """Tell somebody that an item is theirs now; without calling them when they are `uncalled`."""
    by_when = [words(" · by "), instant(item.content.due_at)] if item.content.due_at else []
    said = [
        words(f" is assigned to you: {one_line(item.content.text)}", limit=LONGEST_SHOWN),
        *by_when,
    ]
    row = line(_named(user, uncalled), words(" "), bold(item.label), *said)
    return Message(f"{item.label} is assigned to you", [rich(row, block_id=marker)])


def state(item: Item) -> str:
    """How it stands, in one or two words."""
    match item.state:
        case ItemState.DONE:
            return item.done_word
        case ItemState.RETRACTED:
            return "retracted"
        case ItemState.SUPERSEDED:
            return f"replaced by D-{item.replaced_by}"
        case ItemState.OPEN:
            return "logged"
        case _:
            return item.state.value.replace("_", " ")


def row(item: Item) -> Json:
    """One item in one line, as lists show it."""
    content = item.content
    parts = [bold(item.label)]
    if item.state is not ItemState.OPEN:
        parts.append(italic(f" {state(item)}"))
    parts.append(words(f" {one_line(content.text)}", limit=LONGEST_SHOWN))
    if content.owner:
        parts += [words(" · "), person(content.owner)]
    if content.due_at and item.stands:
        parts += [words(" · by "), instant(content.due_at)]
    if item.kind is ItemKind.DECISION:
        parts += [words(" · "), instant(item.said_at)]
    if item.source and item.source.permalink and not item.source.is_gone:
        parts += [words(" · "), link(item.source.permalink, "message")]
    return line(*parts)


def listed(found: Sequence[Item], page: int, *, title: str, again: str) -> Message:
    """One page of a list; pages count from 1, and `again` is the word that shows the next one."""
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    if not shown:
        return Message(title, [rich(line(bold(title)), line(italic("None yet.")))])
    rows: list[Json] = []
    for item in shown:
        rows.append(row(item))
        if item.content.rationale:
            why = words(one_line(item.content.rationale), limit=LONGEST_SHOWN)
            rows.append(line(italic("     Why: "), why))
    more = f"Page {page} of {pages}. For more: /escalate {again} {page + 1}"
    rest = [line(italic(more))] if page < pages else []
    return Message(fallback(title), [rich(line(bold(title))), rich(*rows), *_rich(rest)])


def form(
    kind: ItemKind,
    content: Content,
    *,
    item: Item | None,
    metadata: Json,
    choices: Sequence[Item] = (),
    again: Again | None = None,
) -> Json:
    """Add or edit an item.

    Args:
        kind: What it is.
        content: What the inputs begin with.
        item: The one that is edited; None for a new one.
        metadata: What the form carries.
        choices: Of an action: the milestones it may serve; of a decision: those it may replace.
        again: Set when it is shown again, because somebody else changed the item meanwhile.
    """
    blocks: list[Json] = [rich(*conflict(item, again.names))] if again and item else []
    blocks += [
        _input(name, kind, content, choices)
        for name in kind.spec.fields
        if name != "milestone" or choices
    ]
    if item is not None and content.due_at is not None:
        why = text_input(initial=again.reason if again else "", longest=MAX_DETAIL)
        hint = "Required to postpone. Saved with the old due time."
        blocks.append(field("reason", "Why is it postponed?", why, optional=True, hint=hint))
    if kind is ItemKind.DECISION and choices:
        chosen = select([_option(other) for other in choices])
        blocks.append(field("replaces", "Replaces decision", chosen, optional=True))
    if again is not None:
        # Slack keeps what an input held while its name stays; under a new one it begins anew,
        # with what was typed and what somebody else changed.
        for block in blocks:
            if "element" in block:
                block["element"]["action_id"] = f"{VALUE}.{metadata['version']}"
    title = f"{item.label}" if item is not None else kind.label
    return modal(
        title[:24],
        blocks,
        callback_id=View.ITEM_FORM.value,
        submit="Save",
        metadata=json.dumps(metadata),
    )


def with_reason(view: Json, reason: str) -> Json:
    """Return an item's form with the reason filled in for which it is put off."""
    given = text_input(initial=reason, longest=MAX_DETAIL)
    blocks = [
        {**block, "element": given} if block.get("block_id") == "reason" else block
        for block in view["blocks"]
    ]
    return {**view, "blocks": blocks}


def conflict(item: Item, names: Collection[str]) -> list[Json]:
    """Say what somebody else wrote into the fields that both changed."""
    head = (
        f"Someone else changed {item.label} while you were editing. Your text is below; "
        "save again to replace theirs:"
    )
    rows = [
        line(bold(f"{LABELS[name]}: "), *_value(name, getattr(item.content, name)))
        for name in sorted(names)
    ]
    return [line(italic(head)), bullets(*rows)]


def _rich(rows: Sequence[Json]) -> list[Json]:
    return [rich(*rows)] if rows else []


def _named(user: str, uncalled: Mapping[str, str]) -> Json:
    return words(one_line(uncalled[user]), limit=80) if user in uncalled else person(user)


def _head(item: Item, uncalled: Mapping[str, str]) -> Json:
    content = item.content
    parts = [words(f"{KIND_VIEWS[item.kind].emoji} "), bold(item.label), words(f" {state(item)}")]
    if content.owner:
        before = " · decided by " if item.kind.spec.is_owner_author else " · "
        parts += [words(before), _named(content.owner, uncalled)]
    if content.due_at and item.stands:
        parts += [words(" · by "), instant(content.due_at)]
    if item.ended_by and item.state is ItemState.DONE:
        parts += [words(" · by "), _named(item.ended_by, uncalled)]
    return line(*parts)


def _time(item: Item, time: due.SaidTime | None) -> list[Json]:
    """Say a time that stood in a message as its author will recognise it, or ask about it."""
    if time is None or not item.stands:
        return []
    if item.content.due_at is not None:
        return [line(italic(due.absolute(item.content.due_at, time.time_zone, time.named)))]
    if time.asks is None:
        return []
    return [line(italic(due.question(time.asks, time.time_zone)))]


def _said(item: Item) -> list[Json]:
    """What stands only here: words without a message, and what became of the message."""
    source = item.source
    if source is None or source.text == "":
        return [quote(item.content.text)]
    if source.is_gone:
        note = "The message was deleted. It read:"
        return [line(italic(note)), quote(item.content.text)]
    if source.text_now is not None:
        note = "The message was edited. It read:"
        return [line(italic(note)), quote(item.content.text)]
    return []


def _details(item: Item) -> list[Json]:
    content = item.content
    found = [
        line(bold(f"{LABELS[name].rstrip('?')}: "), words(text))
        for name in TOLD_DETAILS
        if (text := getattr(content, name))
    ]
    if content.evidence and not item.stands:
        is_done = item.state is ItemState.DONE
        label = "Evidence: " if is_done else "Why: "
        found.append(line(bold(label), words(content.evidence)))
    if content.review_on:
        found.append(line(bold("Review on: "), words(str(content.review_on))))
    if item.slips:
        last = item.slips[-1]
        times = (
            f"Postponed {len(item.slips)} times, last from "
            if item.slips[1:]
            else "Postponed from "
        )
        found.append(line(italic(times), instant(last.was), italic(f": {one_line(last.reason)}")))
    return found


def _buttons(item: Item) -> list[Json]:
    if not item.stands:
        return []
    value = str(item.id)
    is_asked = any(not getattr(item.content, name) for name in item.kind.spec.expected)
    question = KIND_VIEWS[item.kind].question if is_asked else "Edit"
    asks = button(question, Action.ITEM_EDIT, value)
    if not item.kind.spec.is_done_by_click:
        return [asks]
    done = button(item.done_word.capitalize(), Action.ITEM_DONE, value, style="primary")
    return [done, asks]


def _input(name: str, kind: ItemKind, content: Content, choices: Sequence[Item]) -> Json:
    value = getattr(content, name)
    label = KIND_VIEWS[kind].labels.get(name, LABELS[name])
    if name == "milestone":
        initial = str(value) if value else None
        element = select([_option(milestone) for milestone in choices], initial=initial)
    else:
        element = ELEMENTS.get(name, _long_text)(value)
    return field(name, label, element, optional=name != "text")


def _long_text(value: str) -> Json:
    return text_input(initial=value, longest=MAX_DETAIL, several_lines=True)


def _priority(value: Priority) -> Json:
    options = [option(p.value.capitalize(), p.value) for p in Priority]
    return select(options, initial=value.value)


def _phase(value: Phase | None) -> Json:
    options = [option(p.value.capitalize(), p.value) for p in Phase]
    return select(options, initial=value.value if value else None)


ELEMENTS: Mapping[str, Callable[[Any], Json]] = {
    "text": lambda text: text_input(initial=text, longest=MAX_WORDS, several_lines=True),
    "owner": lambda user: person_input(initial=user),
    "due_at": lambda at: instant_input(initial=at),
    "forecast_at": lambda at: instant_input(initial=at),
    "review_on": lambda day: date_input(initial=day),
    "priority": _priority,
    "phase": _phase,
    "is_customer_safe": lambda is_safe: checkbox("Customer can see it", is_on=is_safe),
}


def _option(item: Item) -> Json:
    return option(f"{item.label} · {one_line(item.content.text)}", str(item.number))


def _value(name: str, value: Any) -> list[Json]:
    if name == "owner" and value:
        return [person(value)]
    match value:
        case datetime():
            return [instant(value)]
        case date():
            return [words(value.isoformat())]
        case None | "":
            return [italic("nothing")]
        case _:
            return [words(str(value))]
