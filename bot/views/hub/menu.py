"""The hub of a room: what waits for this person, the next step, and everything else by group."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.command.commands import ENTRIES, HubButton, HubGroup, missing
from bot.domain.command.hub import Hub, OwedRecord, Unanswered, next_move
from bot.domain.escalation.escalation import Transition
from bot.domain.lifecycle.lifecycle import NEXT, RULES
from bot.domain.people import ESCALATION_MANAGER
from bot.domain.policy.policy import Policy
from bot.domain.reading.home import Listed, MyItem, RoleInvitation
from bot.views.block_kit.action_ids import Action, View
from bot.views.block_kit.blocks import (
    Json,
    actions,
    bold,
    button,
    divider,
    header,
    instant,
    italic,
    line,
    modal,
    note,
    person,
    quote,
    rich,
    words,
)
from bot.views.block_kit.inputs import option, select
from bot.views.block_kit.text import one_line
from bot.views.escalation import room_card
from bot.views.reading.home import ASKED

LONGEST_ITEM = 160  # characters
MOST_CLOCKS = 5  # of a kind of thing that waits; a view holds 100 blocks
TITLES: Mapping[HubGroup, str] = {
    HubGroup.PLAN: "Plan",
    HubGroup.CLOCKS: "Clocks",
    HubGroup.DECIDE: "Decide",
    HubGroup.PEOPLE: "People",
    HubGroup.STATUS: "Status",
    HubGroup.TELL: "Keep people informed",
    HubGroup.LOOK: "Look things up",
}
NOTHING_WAITS = "You're all caught up."
ONLY_LOOK = "You can view everything here. To make changes, ask "


def hub(found: Hub, policy: Policy) -> Json:
    """The view; it carries which room it is of, and so does everything opened from it."""
    escalation = found.war_room.escalation
    blocks = [
        header(room_card.headline(found.war_room, policy)),
        rich(*_standing(found)),
        header(_waiting_title(found)),
        *_waiting(found),
        *_next_step(found),
        divider(),
    ]
    for group in HubGroup:
        blocks += _group(group, found)
    return modal(
        escalation.number,
        blocks,
        callback_id=View.HUB.value,
        metadata=carried("", found),
    )


def carried(metadata: str, found: Hub) -> str:
    """Return what a form carries so that the hub below it can be drawn again."""
    room = found.war_room.room
    kept = json.loads(metadata or "{}")
    return json.dumps({**kept, "hub": {"of": room.escalation_id, "channel": room.channel_id}})


def action_id(key: str) -> str:
    return f"{Action.HUB.value}:{key}"


def _standing(found: Hub) -> list[Json]:
    escalation = found.war_room.escalation
    taken = "" if escalation.acknowledged_by else " · not acknowledged"
    rows = [
        line(
            bold("Status: "),
            words(f"{escalation.status.label}{taken} · "),
            bold("Escalation manager: "),
            person(escalation.owner),
        )
    ]
    due_at = escalation.next_update_due_at
    if due_at is not None and not escalation.is_over:
        is_late = due_at < found.war_room.read_at
        late = bold(" · overdue") if is_late else words("")
        rows.append(
            line(bold("Next customer update: "), instant(due_at), *([late] if is_late else []))
        )
    return rows


def _next_step(found: Hub) -> list[Json]:
    """The natural next step: to press, or whose it is."""
    natural = NEXT.get(found.war_room.escalation.status)
    if natural is None or not found.is_member:
        return []
    move, title = next_move(found), RULES[natural].title
    if move is None:
        whose = [words("Next step: "), bold(title), words(", by "), _manager(found), words(".")]
        return [rich(line(*whose))]
    told = line(bold(f"Next step: {title}. "), words(_purpose(natural)))
    return [rich(told), actions(_button(_entry_of(natural), found, style="primary", name="next"))]


def _purpose(move: Transition) -> str:
    asks = RULES[move].asks
    return "You'll fill in a short form." if asks else "You'll confirm before anything changes."


def _waiting_title(found: Hub) -> str:
    count = found.waiting.count
    return f"Waiting for you ({count})" if count else "Waiting for you"


def _waiting(found: Hub) -> list[Json]:
    if not found.is_member:
        asked = line(words(ONLY_LOOK), _manager(found), words("."))
        return [rich(asked)]
    waiting, now = found.waiting, found.war_room.read_at
    blocks: list[Json] = []
    for offered in waiting.needs.handovers:
        blocks += _handover(offered)
    for role in waiting.needs.roles:
        blocks += _role(role)
    for unanswered in waiting.unanswered[:MOST_CLOCKS]:
        blocks += _clock(unanswered, now)
    for owed in waiting.records[:MOST_CLOCKS]:
        blocks += _record(owed)
    for mine in waiting.needs.items:
        blocks += _item(mine, now)
    left = max(0, len(waiting.unanswered) - MOST_CLOCKS) + max(
        0, len(waiting.records) - MOST_CLOCKS
    )
    if more := waiting.needs.more + left:
        blocks.append(rich(line(italic(f"And {more} more"))))
    return blocks or [rich(line(italic(NOTHING_WAITS)))]


def _handover(offered: Listed) -> list[Json]:
    escalation = offered.escalation
    said = line(person(escalation.owner), words(" asks you to take over as escalation manager."))
    left = escalation.handover_note
    told = rich(said, *([quote(left[:LONGEST_ITEM])] if left else []))
    return [told, _answers(f"{escalation.id}:{ESCALATION_MANAGER}", "the handover")]


def _role(offered: RoleInvitation) -> list[Json]:
    escalation = offered.of.escalation
    said = line(words("You're invited to be "), bold(offered.title), words("."))
    if offered.role == ESCALATION_MANAGER and escalation.acknowledged_by is None:
        said = line(words("You're the escalation manager. Acknowledge to confirm you own it."))
        take = button("Acknowledge", Action.ACKNOWLEDGE, str(escalation.id), style="primary")
        return [rich(said), actions(take)]
    return [rich(said), _answers(f"{escalation.id}:{offered.role}", offered.title)]


def _answers(value: str, what: str) -> Json:
    return actions(
        button("Accept", Action.ROLE_ACCEPT, value, style="primary", spoken=f"Accept {what}"),
        button("Decline", Action.ROLE_DECLINE, value, spoken=f"Decline {what}"),
    )


def _clock(found: Unanswered, now: datetime) -> list[Json]:
    said = [bold(found.title), words(" needs an owner: nobody is on it yet")]
    if found.due_at is not None:
        when = bold(" · overdue since ") if found.due_at < now else words(" · due ")
        said += [when, instant(found.due_at)]
    value = str(found.clock_id)
    take = button(
        "I'm on it",
        Action.RUNG_ACKNOWLEDGE,
        value,
        style="primary",
        spoken=f"I'm on it: {found.title}",
    )
    plan = button(
        "Recovery plan",
        Action.RECOVERY_NOTE,
        value,
        spoken=f"Write a recovery plan for {found.title}",
    )
    return [rich(line(*said)), actions(take, plan)]


def _record(owed: OwedRecord) -> list[Json]:
    said = line(
        bold(owed.title),
        words(" was missed "),
        instant(owed.broken_at),
        words(" and has no breach record yet."),
    )
    write = button(
        "Breach record",
        Action.BREACH_RECORD,
        str(owed.clock_id),
        spoken=f"Write the breach record for {owed.title}",
    )
    return [rich(said), actions(write)]


def _item(mine: MyItem, now: datetime) -> list[Json]:
    item, value = mine.item, str(mine.item.id)
    said = [bold(item.label), words(f" {one_line(item.content.text)}", limit=LONGEST_ITEM)]
    if item.content.due_at is not None and mine.is_due(now):
        late = bold(" · overdue since ") if item.is_overdue(now) else words(" · due ")
        said += [late, instant(item.content.due_at)]
    questions = [ASKED[name] for name in mine.questions()]
    asks = questions[0] if questions else "Edit"
    pressed = [button(asks, Action.ITEM_EDIT, value, spoken=f"{asks} {item.label}")]
    if item.kind.spec.is_done_by_click:  # it needs evidence, which its form asks
        done = item.done_word.capitalize()
        named = f"Mark {item.label} as {done.casefold()}"
        pressed.insert(0, button(done, Action.ITEM_DONE, value, spoken=named))
    return [rich(line(*said)), actions(*pressed)]


def _group(group: HubGroup, found: Hub) -> list[Json]:
    """One group: its buttons, its lists, and in small print what does not fit now and why."""
    entries = [entry for entry in ENTRIES if entry.group is group]
    there = [entry for entry in entries if missing(entry, found) is None]
    if not there:
        return []
    blocks = [rich(line(bold(TITLES[group]))), actions(*_pressed(there, found))]
    if found.is_member and (absent := _absent(entries, found)):
        blocks.append(note(f"Unavailable: {absent}"))
    return blocks


def _pressed(entries: Sequence[HubButton], found: Hub) -> Iterator[Json]:
    """Yield the buttons of a group, and each of its lists where its first entry stands."""
    drawn = set()
    for entry in entries:
        if not entry.menu:
            yield _button(entry, found)
        elif entry.menu not in drawn:
            drawn.add(entry.menu)
            yield _list([other for other in entries if other.menu == entry.menu], found)


def _list(entries: Sequence[HubButton], found: Hub) -> Json:
    """A list of entries; of moves the natural next step comes first."""
    natural, name = next_move(found), entries[0].menu
    ordered = sorted(entries, key=lambda entry: entry.move is None or entry.move is not natural)
    options = [option(entry.title, _value(entry, found)) for entry in ordered]
    named = action_id(f"list_{name.casefold().replace(' ', '_')}")
    return select(options, action=named, placeholder=name)


def _absent(entries: Sequence[HubButton], found: Hub) -> str:
    whys = {
        entry.title: why
        for entry in entries
        if not entry.is_quiet and (why := missing(entry, found)) is not None
    }
    return " · ".join(f"{title} ({why})" for title, why in whys.items())


def _entry_of(move: Transition) -> HubButton:
    return next(entry for entry in ENTRIES if entry.move is move)


def _button(entry: HubButton, found: Hub, *, style: str | None = None, name: str = "") -> Json:
    made = button(entry.title, Action.HUB, _value(entry, found), style=style)
    return {**made, "action_id": action_id(name or entry.key)}


def _value(entry: HubButton, found: Hub) -> str:
    return f"{found.war_room.escalation.id}:{entry.key}"


def _manager(found: Hub) -> Json:
    return person(found.war_room.escalation.owner)
