"""Reminders: one message with a line and buttons for each thing, and the list of what comes."""

from collections.abc import Mapping, Sequence

from bot.domain.escalation.room import RoomState
from bot.domain.people import ESCALATION_MANAGER, RoleKey
from bot.domain.plan.item import Item, ItemState
from bot.domain.policy.policy import Policy
from bot.domain.reminders.message import MOST_LINES, Batch, Line, UpcomingReminder
from bot.domain.reminders.reminder import Reminder, ReminderId, ReminderKind
from bot.views.block_kit.action_ids import Action, Marker
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    channel,
    fallback,
    instant,
    italic,
    line,
    link,
    person,
    rich,
    words,
)
from bot.views.block_kit.inputs import option, select
from bot.views.block_kit.text import one_line
from bot.views.plan.items import LONGEST_SHOWN, state
from bot.views.sla import clock_notices

MOST_SHOWN = MOST_LINES  # two blocks each, of Slack's fifty
MOST_LISTED = 20
SNOOZES: Mapping[str, str] = {"1h": "1 hour", "4h": "4 hours", "tomorrow": "Tomorrow at 9:00"}
# What is asked for, before and after its due time.
DUE = {ReminderKind.ACTION: "due", ReminderKind.PROMISE: "promised for"}
# Before the escalation's number, between it and the instant, and behind that.
SAID: Mapping[ReminderKind, tuple[str, str, str]] = {
    ReminderKind.SILENCE: (
        "No progress logged in ",
        " since ",
        ". What's done, decided or blocked?",
    ),
    ReminderKind.ON_HOLD: (
        "The hold on ",
        " was expected to end by ",
        ". Resume it or set a new date.",
    ),
}
OVERDUE = {ReminderKind.ACTION: "overdue since", ReminderKind.PROMISE: "overdue since"}


def message(batch: Batch, policy: Policy, links: Mapping[ReminderId, str]) -> Message:
    """Say everything that is due for one person; what was answered says so instead of buttons.

    `links` leads to the message of an item, where there is one.
    """
    shown = batch.lines[:MOST_SHOWN]
    marker = Marker.REMINDER.of(batch.name)
    blocks = [rich(line(*_head(batch)), block_id=marker)]
    for one, following in zip(shown, [*shown[1:], None], strict=True):
        # What is said of several clocks of one escalation shares the words about it.
        is_shared = following is not None and following.escalation == one.escalation
        about = [] if is_shared and _is_of_clock(one) else _about_it(one, links)
        blocks.append(rich(*_told(one, batch, policy), *about))
        blocks += _answers(one, batch)
    if more := len(batch.lines) - len(shown):
        note = f"and {more} more: see /escalate remind"
        blocks.append(rich(line(italic(note))))
    count = len(batch.lines)
    text = "Reminder" if count == 1 else f"{count} reminders"
    numbers = ", ".join(dict.fromkeys(one.escalation.number for one in shown))
    steps = [clock_notices.in_short(said) for one in shown for said in one.reminder.said]
    if steps:
        text = "; ".join(steps)
    return Message(fallback(f"{text}: {numbers}"), blocks)


def upcoming(found: Sequence[UpcomingReminder], policy: Policy) -> Message:
    """List privately what somebody will be reminded of, the soonest first."""
    if not found:
        return Message("No reminders", [rich(line(words("You have no upcoming reminders.")))])
    rows = [
        line(
            instant(one.at),
            words(" · "),
            bold(one.escalation.number),
            words(f" {_about(one, policy)}", limit=LONGEST_SHOWN),
        )
        for one in found[:MOST_LISTED]
    ]
    more = len(found) - MOST_LISTED
    rest = [rich(line(italic(f"and {more} more")))] if more > 0 else []
    head = line(bold("Your upcoming reminders"))
    return Message("Your reminders", [rich(head, bullets(*rows)), *rest])


def _head(batch: Batch) -> list[Json]:
    is_in_room = bool(batch.lines) and batch.lines[0].reminder.in_room
    who = [person(batch.person), words(" ")] if is_in_room else []
    count = len(batch.lines)
    head = bold("Reminder" if count == 1 else f"{count} reminders")
    late = [italic(" · late: Warroom was offline")] if batch.is_late else []
    return [*who, head, *late]


def _is_of_clock(one: Line) -> bool:
    return one.reminder.kind is ReminderKind.CLOCK


def _about_it(one: Line, links: Mapping[ReminderId, str]) -> list[Json]:
    rows = [line(*_where(one, links))]
    if _is_of_clock(one) and one.is_open:
        rows += clock_notices.brief(one.escalation, one.customer, one.tier)
    return rows


def _told(one: Line, batch: Batch, policy: Policy) -> list[Json]:
    if _is_of_clock(one):
        return [
            row
            for said in one.reminder.said
            for row in clock_notices.step(said, None)[: None if one.is_open else 1]
        ]
    return [line(*_said(one, batch, policy))]


def _said(one: Line, batch: Batch, policy: Policy) -> list[Json]:
    reminder, item = one.reminder, one.item
    if item is not None:
        is_overdue = reminder.basis <= batch.read_at
        due = (OVERDUE if is_overdue else DUE)[reminder.kind]
        said = words(f" {one_line(item.content.text)} ", limit=LONGEST_SHOWN)
        return [bold(item.label), said, words(f"{due} "), instant(reminder.basis)]
    if reminder.kind in {ReminderKind.ROLE, ReminderKind.ROLE_UNANSWERED}:
        return _asked(reminder, one.escalation.number, _title(reminder, policy))
    before, between, behind = SAID[reminder.kind]
    number = bold(one.escalation.number)
    return [words(before), number, words(between), instant(reminder.basis), words(behind)]


def _asked(reminder: Reminder, number: str, title: str) -> list[Json]:
    if reminder.kind is ReminderKind.ROLE:
        return [words("Accept or decline your role: "), bold(title), words(" of "), bold(number)]
    who = person(reminder.subject.partition(":")[2])
    asked = words(f" hasn't accepted the role of {title.lower()} in ")
    return [who, asked, bold(number), words(". Ask them or assign someone else.")]


def _where(one: Line, links: Mapping[ReminderId, str]) -> list[Json]:
    title = words(f"{one.escalation.number} {one_line(one.escalation.title)}", limit=120)
    parts = [title]
    if one.room.channel_id and one.room.state is RoomState.OPEN:
        parts += [words(" · "), channel(one.room.channel_id)]
    if url := links.get(one.reminder.id):
        parts += [words(" · "), link(url, "message")]
    return parts


def _answers(one: Line, batch: Batch) -> list[Json]:
    """The buttons, or what was answered."""
    if said := _answered(one, batch):
        return [rich(line(*said))]
    value = str(one.reminder.id)
    if _is_of_clock(one):
        buttons = clock_notices.unanswered(one.reminder.said[-1])
        return [actions(*buttons, block_id=clock_notices.line_id(one.reminder.said[-1]))]
    options = [option(text, f"{value}:{length}") for length, text in SNOOZES.items()]
    snooze = select(options, action=Action.REMINDER_SNOOZE.value, placeholder="Snooze")
    stop = button("Stop", Action.REMINDER_STOP, value)
    if one.reminder.kind is ReminderKind.ROLE:
        done = [button("Accept", Action.REMINDER_DONE, value, style="primary")]
    elif one.item is not None and one.item.kind.spec.is_done_by_click:
        word = one.item.done_word.capitalize()
        done = [button(word, Action.REMINDER_DONE, value, style="primary")]
    else:
        done = []
    return [actions(*done, snooze, stop, block_id=_line_id(one))]


def _line_id(one: Line) -> str:
    """Return what names one telling of one thing, in whichever message it stands."""
    return Marker.REMINDER_LINE.of(f"{one.reminder.id}:{one.reminder.count}")


def _answered(one: Line, batch: Batch) -> list[Json]:
    reminder, item = one.reminder, one.item
    if item is not None and not item.stands:
        by = [words(" by "), person(item.ended_by)] if item.ended_by else []
        is_done = item.state is ItemState.DONE
        return [italic(f"{'✓ ' if is_done else ''}{_state(item)}"), *by]
    if one.on_it is not None:
        return clock_notices.on_it(one.on_it)
    if reminder.is_stopped:
        return [italic("Stopped.")]
    if reminder.snoozed_until is not None and reminder.snoozed_until > batch.read_at:
        return [italic("Snoozed until "), instant(reminder.snoozed_until)]
    return [] if one.is_open else [italic("No longer needed.")]


def _state(item: Item) -> str:
    return state(item).capitalize()


def _about(one: UpcomingReminder, policy: Policy) -> str:
    occasion, item = one.occasion, one.occasion.item
    if item is not None:
        return f"{item.label} {one_line(item.content.text)}"
    role = RoleKey(occasion.subject.partition(":")[0]) or ESCALATION_MANAGER
    title = policy.role_title(role).lower()
    return {
        ReminderKind.ROLE: f"accept or decline: {title}",
        ReminderKind.ROLE_UNANSWERED: f"no one has accepted: {title}",
        ReminderKind.SILENCE: "no progress logged",
        ReminderKind.ON_HOLD: "hold expected to end",
        ReminderKind.CLOCK: "SLA clock",
    }[occasion.kind]


def _title(reminder: Reminder, policy: Policy) -> str:
    return policy.role_title(RoleKey(reminder.subject.partition(":")[0]))
