"""The message about a call: its agenda while it is open, its minutes when it is over.

Only the escalation manager is named so that Slack calls them; everybody else stands there in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.digest.exec_update import ExecUpdate
from bot.domain.escalation.timeline import Entry
from bot.domain.meetings.agenda import Agenda, Changed, ToDecide, age
from bot.domain.meetings.cadence import Meeting, MeetingState
from bot.domain.meetings.policy import CadencePolicy
from bot.domain.people import DEPUTY, ESCALATION_MANAGER, TECHNICAL_LEAD
from bot.domain.plan.item import Item
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.domain.text.notation import readable
from bot.views.block_kit.action_ids import Action, Marker
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
    person,
    rich,
    words,
)
from bot.views.block_kit.text import cut, one_line
from bot.views.timeline.entries import entry_parts
from bot.views.timeline.wording import spelled_out

SHOWN_MINUTES = 10
LONGEST_SHOWN = 160  # characters of one line
LONGEST_UPDATE = 2400
UNKNOWN = "unknown"

Names = Mapping[str, str]


def checkpoint(
    call: Meeting, war_room: WarRoom, setting: CadencePolicy | None, agenda: Agenda, names: Names
) -> Message:
    """The agenda of a war-room checkpoint, built from the record."""
    now = war_room.read_at
    sections = [
        _section("What changed", [_changed(group, names) for group in agenda.changed]),
        _section(
            "Blockers",
            [_blocker(item, now, names) for item in agenda.blockers],
            more=agenda.more_blockers,
        ),
        _section("Next actions", [_action(item, now, names) for item in agenda.actions]),
        _section(
            "Decisions needed",
            [_question(asked) for asked in agenda.to_decide],
            more=agenda.more_to_decide,
        ),
        [_next_update(agenda)],
    ]
    parts = [part for section in sections for part in section]
    return _open(call, war_room, setting, parts, names)


def triage(
    call: Meeting, war_room: WarRoom, setting: CadencePolicy | None, policy: Policy, names: Names
) -> Message:
    """The agenda of a triage call: what is known, what is missing, what to settle."""
    escalation = war_room.escalation
    severity = policy.severity(escalation.severity)
    facts = [
        line(bold(f"{title}: "), words(one_line(text), limit=400) if text else italic(UNKNOWN))
        for title, text in (
            ("Problem", escalation.problem or escalation.title),
            ("Business impact", escalation.business_impact),
            ("Customer's request", escalation.customer_ask),
        )
    ]
    said = f"{escalation.severity.label} {severity.name}: {severity.meaning}"
    roles = ", ".join(_roles(war_room, policy, names))
    settle = [
        line(bold("Severity: "), words(said), italic("  Change: /escalate severity s1…s4 why")),
        line(bold("Roles: "), words(roles), italic("  /escalate assign @user role")),
        line(
            bold("Accept or decline: "),
            italic("/escalate status active or declined"),
        ),
    ]
    parts = [*_section("What we know", facts), *_section("To agree on", settle)]
    return _open(call, war_room, setting, parts, names)


def ended(
    call: Meeting,
    war_room: WarRoom,
    minutes: Sequence[Item],
    actions_now: Sequence[Item],
    names: Names,
) -> Message:
    """What stands in an agenda's place when the call is over: what was said, what is next."""
    title = f"{call.kind.label} of {war_room.escalation.number}"
    who = names.get(call.ended_by or "", call.ended_by or "")
    if call.state is MeetingState.SKIPPED:
        how = [bold(title), words(f" skipped by {one_line(who)}: {call.reason}", limit=700)]
        return Message(fallback(f"{title} skipped"), [_head(call, how)])
    closed = (
        f" done, closed by {one_line(who)}"
        if call.ended_by
        else " closed when the next one started"
    )
    count = len(minutes)
    noted = {0: "no notes", 1: "1 note"}.get(count, f"{count} notes")
    head = line(bold(title), words(f"{closed} · {noted} · "), instant(call.called_at))
    said = [_minute(item, names) for item in minutes[:SHOWN_MINUTES]]
    now = war_room.read_at
    parts = [
        *_section("Notes", said, more=max(0, count - SHOWN_MINUTES), nothing=""),
        *_section("Next", [_action(item, now, names) for item in actions_now], nothing=""),
    ]
    return Message(fallback(f"{title}{closed}"), [rich(head, *parts, block_id=_marker(call))])


def exec_update(call: Meeting, war_room: WarRoom, update: ExecUpdate) -> Message:
    """The text for leadership, to be copied; the model and approvals have no part in it."""
    owner = war_room.escalation.owner
    number = war_room.escalation.number
    head = _head(call, [person(owner), words(" "), bold("Executive update"), words(" to send:")])
    text = words(update.text, limit=LONGEST_UPDATE)
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [text]}],
    }
    note = rich(
        line(italic("Generated from the record. To correct it, update the plan or the status."))
    )
    return Message(f"Executive update of {number}", [head, block, note])


def _open(
    call: Meeting,
    war_room: WarRoom,
    setting: CadencePolicy | None,
    parts: Sequence[Json],
    names: Names,
) -> Message:
    title = f"{call.kind.label} of {war_room.escalation.number}"
    about: list[Json] = []
    if setting is not None and setting.length is not None:
        about.append(words(f" · {setting.length}"))
    if setting is not None and setting.where:
        about.append(words(f" · {setting.where}"))
    url = setting.link_for(war_room.escalation.number) if setting else None
    if url:
        about += [words(" · "), link(url, "Join the meeting")]
    if call.called_by:
        about.append(words(f" · called by {one_line(names.get(call.called_by, call.called_by))}"))
    head = line(person(war_room.escalation.owner), words(" "), bold(title), *about)
    hint = line(italic("Reply in this thread to add notes."))
    buttons = actions(
        button("Done", Action.CALL_DONE, str(call.id), style="primary"),
        button("Skip", Action.CALL_SKIP, _skip_value(call)),
    )
    return Message(fallback(title), [rich(head, *parts, hint, block_id=_marker(call)), buttons])


def _skip_value(call: Meeting) -> str:
    return f"{call.escalation_id}:{call.kind.value}:{call.id}"


def _marker(call: Meeting) -> str:
    return Marker.CALL.of(call.id)


def _head(call: Meeting, elements: Sequence[Json]) -> Json:
    return rich(line(*elements), block_id=_marker(call))


def _section(
    title: str, rows: Sequence[Json], *, more: int = 0, nothing: str = "none"
) -> list[Json]:
    """A titled list; an empty one is said in one line, or not at all."""
    if not rows:
        return [line(bold(f"{title}: "), italic(nothing))] if nothing else []
    rest = [line(italic(f"and {more} more"))] if more else []
    return [line(bold(title)), bullets(*rows, *rest)]


def _changed(group: Changed, names: Names) -> Json:
    told = "; ".join(cut(one_line(_told(entry, names)), LONGEST_SHOWN) for entry in group.told)
    more = f" and {group.more} more" if group.more else ""
    return line(bold(f"{group.title}: "), words(f"{told}{more}", limit=600))


def _told(entry: Entry, names: Names) -> str:
    return spelled_out(entry_parts(entry), lambda user: f"@{names.get(user, user)}")


def _blocker(item: Item, now: datetime, names: Names) -> Json:
    return line(*_named(item, names), words(f" · for {age(item.said_at, now)}"))


def _action(item: Item, now: datetime, names: Names) -> Json:
    due = [words(" · by "), instant(item.content.due_at)] if item.content.due_at else []
    late = [italic(" · overdue")] if item.is_overdue(now) else []
    return line(*_named(item, names), *due, *late)


def _question(asked: ToDecide) -> Json:
    if asked.item is None:
        return line(words(asked.question, limit=LONGEST_SHOWN * 2))
    said = f" “{cut(one_line(asked.item.content.text), LONGEST_SHOWN)}” {asked.question}"
    return line(bold(asked.item.label), words(said, limit=LONGEST_SHOWN * 2))


def _named(item: Item, names: Names) -> list[Json]:
    owner = item.content.owner
    who = f" · {one_line(names.get(owner, owner))}" if owner else " · unassigned"
    text = words(
        f" {cut(one_line(item.content.text), LONGEST_SHOWN)}{who}", limit=LONGEST_SHOWN * 2
    )
    return [bold(item.label), text]


def _minute(item: Item, names: Names) -> Json:
    source = item.source
    who = names.get(source.author, source.author) if source else item.recorded_by
    text = item.content.text
    if source is not None and source.text_now is not None:
        text = readable(source.text_now, names)
    return line(bold(f"{one_line(who)}: "), words(one_line(text), limit=LONGEST_SHOWN * 2))


def _next_update(agenda: Agenda) -> Json:
    due = agenda.next_update_due_at
    said = instant(due) if due else words("none due")
    return line(bold("Next customer update due: "), said)


def _roles(war_room: WarRoom, policy: Policy, names: Names) -> Iterator[str]:
    for role in (ESCALATION_MANAGER, DEPUTY, TECHNICAL_LEAD):
        held = [names.get(a.user_id, a.user_id) for a in war_room.holding(role)]
        yield f"{policy.role_title(role)}: {' and '.join(held) or 'unassigned'}"
