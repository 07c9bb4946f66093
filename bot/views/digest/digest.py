"""The digest as leadership reads it: one short message, and what stands behind it in its thread."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.digest.content import MOST_OLD, Ask, AskKind, Digest, DigestLine, Movement, Top
from bot.domain.digest.digest import DAY, Numbers
from bot.domain.digest.facts import (
    DueItem,
    NamedEscalation,
    OpenEscalation,
    PausedLine,
    SlaLine,
    StateChange,
)
from bot.domain.escalation.anchors import Anchor
from bot.domain.escalation.escalation import Severity
from bot.views.block_kit.blocks import (
    Json,
    Message,
    bold,
    channel,
    fallback,
    header,
    instant,
    italic,
    line,
    rich,
    words,
)
from bot.views.block_kit.money import money
from bot.views.block_kit.word_budget import Section, count, few, fitted, said

MOST_WORDS = 350  # of the message: it is read in two minutes, details in the thread
# Words of a customer's name, of an item among others, and of what is said about an escalation.
NAME, ITEM, SENTENCE = 5, 6, 14
PART_ROWS = 25  # rows of one message in the thread
LISTED = 10  # rows of one list in the thread, but for the list of all

# Kind → what is so, and what waiting costs.
ASKED: dict[AskKind, tuple[str, str]] = {
    AskKind.UNACKNOWLEDGED: ("not acknowledged", "no one owns it yet"),
    AskKind.UPDATE_MISSED: ("customer update overdue", "every hour costs trust"),
    AskKind.PROMISE_DUE: ("promise to the customer due", "or it will be missed"),
    AskKind.NEED_DUE: ("waiting on the customer", "work stops without it"),
    AskKind.BLOCKED: ("blocked for more than 24 h", "no progress until it's cleared"),
    AskKind.HANDOVER: ("handover pending", "unclear who leads"),
    AskKind.LOW_CONFIDENCE: ("low confidence in the plan", "the plan may fail"),
}

T = TypeVar("T")


def digest(found: Digest, marker: str, *, zone: str, is_preview: bool = False) -> Message:
    """The message itself, at most MOST_WORDS words; `zone` (IANA) is the channel's."""
    if not found.open:
        return _nothing_open(found, marker, zone)
    name = "Preview: digest" if is_preview else "Digest"
    title = f"{name} of {_local(found.now, zone, '%a %d %b %Y')}"
    head = [header(title, block_id=marker), rich(*_headline(found, zone))]
    sections = fitted(list(_sections(found)), MOST_WORDS - count(head))
    text = f"{title}: {found.open} open, {found.red.total} RED"
    return Message(fallback(text), [*head, *(section.block() for section in sections)])


def details(
    found: Digest, marker: Callable[[int], str], anchor: Anchor | None = None
) -> list[Message]:
    """What stands in the thread; `marker` names the messages, counted from 1.

    An anchor at its end proves later what the record held by then; a preview has none.
    """
    if not found.open:
        return []
    rows: list[Json] = []
    for title, group in _groups(found):
        if group:
            rows += [line(bold(title)), *group]
    if anchor is not None:
        held = f"{len(anchor.heads)} timelines, {anchor.entries} entries"
        rows.append(line(italic(f"Audit anchor: {held}, {anchor.root}")))
    parts = [rows[start : start + PART_ROWS] for start in range(0, len(rows), PART_ROWS)]
    return [
        Message("Digest details", [_part(part, marker(number))])
        for number, part in enumerate(parts, 1)
    ]


def _part(rows: Sequence[Json], marker: str) -> Json:
    return rich(*rows, block_id=marker)


def _nothing_open(found: Digest, marker: str, zone: str) -> Message:
    moved = _moved(found.movement)
    since = f" Since {_local(found.since, zone)}: {moved}." if moved else ""
    row = f"Nothing is open.{since}{_late(found, zone)}"
    return Message(row, [rich(line(words(row)), block_id=marker)])


def _headline(found: Digest, zone: str) -> Iterator[Json]:
    if late := _late(found, zone):
        yield line(italic(late.strip()))
    each = " · ".join(_change(severity, found.numbers, found.before) for severity in Severity)
    yield line(bold(f"{found.open} open: "), words(each))
    hidden = f" {found.restricted} restricted." if found.restricted else ""
    moved = _moved(found.movement, always=True)
    yield line(words(f"Since {_local(found.since, zone)}: {moved}.{hidden}"))
    if found.look_back is not None:
        moved = _moved(found.looked_back, always=True)
        yield line(words(f"{found.look_back.name}: {moved}."))


def _late(found: Digest, zone: str) -> str:
    if found.late is None:
        return ""
    missed = found.late.missed
    before = f"; {missed} before it never sent" if missed else ""
    return f" Late: was due {_local(found.late.due_at, zone)}{before}."


def _change(severity: Severity, now: Numbers, before: Numbers) -> str:
    difference = now.of(severity) - before.of(severity)
    sign = f" ({difference:+d})".replace("-", "−") if difference else ""  # noqa: RUF001
    return f"{severity.label} {now.of(severity)}{sign}"


def _moved(movement: Movement, *, always: bool = False) -> str:
    """Say how many moved; what is nought is left out, but for the first four with `always`."""
    counted = (
        ("new", movement.opened, always),
        ("closed", movement.closed, always),
        ("reopened", movement.reopened, always),
        ("de-escalated", movement.de_escalated, always),
        ("declined", movement.declined, False),
        ("resolved", movement.resolved, False),
    )
    return ", ".join(f"{number} {word}" for word, number, shown in counted if number or shown)


def _sections(found: Digest) -> Iterator[Section]:
    asks = [_ask(ask, found.now) for ask in found.asks.shown]
    yield Section(
        title="Needs you today", rows=tuple(asks), more=found.asks.more, weight=6, least=3
    )
    red = [_red(standing, found.now) for standing in found.red.shown]
    yield Section(title="RED", rows=tuple(red), more=found.red.more, weight=5, least=3)
    sla = [
        *_row("Breached", found.breached, _clock),
        *_still_broken(found),
        *_row("At risk in 24 h", found.at_risk, _clock),
        *_row("Recovered", found.recovered, _clock),
        *_row("Paused", found.paused, _paused),
    ]
    yield Section(title="SLA", rows=tuple(sla), weight=4)
    yield Section(title="Movement", rows=tuple(_movement(found)), weight=3)
    old = [_aged(one, found.now) for one in found.oldest.shown]
    yield Section(title="Oldest", rows=tuple(old), weight=1)
    good = _row("Resolved or closed", found.resolved, _moved_one)
    yield Section(title="Good news", rows=tuple(good), weight=2)


def _movement(found: Digest) -> Iterator[Json]:
    yield from _row("RED since the last digest", found.turned_red, _named)
    yield from _row("No longer RED", found.no_longer_red, _named)
    yield from _row("Severity", found.graver, _graver)
    yield from _row("Milestones slipping", found.slipped, _item_in(found))
    yield from _row("Blockers over 24 h", found.stuck, _item_in(found))
    yield from _row("Promises due today", found.promised, _item_in(found))


def _groups(found: Digest) -> Iterator[tuple[str, list[Json]]]:
    """Yield the lists of the thread: title and rows."""
    yield "Needs someone today", _all(found.asks, lambda ask: _ask(ask, found.now))
    yield "SLA breached", _all(found.breached, lambda one: line(*_clock(one)))
    yield "SLA still breached from before", _all(found.still_broken, lambda one: line(*_clock(one)))
    yield "SLA at risk in 24 h", _all(found.at_risk, lambda one: line(*_clock(one)))
    yield "SLA recovered", _all(found.recovered, lambda one: line(*_clock(one)))
    yield "SLA paused", _all(found.paused, lambda one: line(*_paused(one)))
    for title, items in (
        ("Milestones slipping", found.slipped),
        ("Blockers over 24 h", found.stuck),
        ("Promises due today", found.promised),
    ):
        yield title, _all(items, lambda one: line(*_item(one, found)))
    yield "RED since the last digest", _all(found.turned_red, lambda one: line(*_where(one)))
    yield "No longer RED", _all(found.no_longer_red, lambda one: line(*_where(one)))
    yield "Severity changed", _all(found.graver, lambda one: line(*_graver(one)))
    yield "Resolved or closed", _all(found.resolved, lambda one: line(*_moved_one(one)))
    yield "Oldest", _all(found.oldest, lambda one: _aged(one, found.now), most=MOST_OLD)
    listed = _all(found.listed, _listed, most=len(found.listed.shown))
    yield "All open, highest score first", listed


def _all(top: Top[T], drawn: Callable[[T], Json], *, most: int = LISTED) -> list[Json]:
    known = (*top.shown, *top.rest)
    more = top.total - min(len(known), most)
    rest = [line(italic(f"and {more} more"))] if more > 0 else []
    return [*(drawn(one) for one in known[:most]), *rest]


def _row(title: str, top: Top[T], drawn: Callable[[T], list[Json]]) -> list[Json]:
    """One line that names the first few; none when there are none."""
    if not top:
        return []
    parts = [bold(f"{title} {top.total}: ")]
    for place, one in enumerate(top.shown):
        parts += [words("; ")] if place else []
        parts += drawn(one)
    parts += [words(f"; and {top.more} more")] if top.more else []
    return [line(*parts)]


def _ask(ask: Ask, now: datetime) -> Json:
    what, cost = ASKED[ask.kind]
    parts = [*_where(ask.escalation), words(": ")]
    if ask.item is not None:
        parts += [words(f"{what}, {ask.item.label} “"), said(ask.item.text, 10), words("”. ")]
    else:
        parts.append(words(f"{what}. "))
    by = [words(", now")] if ask.by is None or ask.by < now else [words(", by "), instant(ask.by)]
    return line(*parts, *_who(ask.who, ask.who_name), *by, words(f"; {cost}."))


def _red(standing: DigestLine, now: datetime) -> Json:
    found = standing.escalation
    about = ", ".join([found.tier.label, *_account(found, now)])
    trend = "↓" if standing.has_worsened else "→"
    parts = [*_where(found), words(f" ({about}) · {found.severity.label} · ")]
    parts += [words(f"{standing.rag} {trend} · day {_age(found, now)} · ")]
    parts += [*_who(found.owner, found.owner_name), words(f" · {standing.score} points. ")]
    parts.append(said(found.situation or found.title, SENTENCE))
    if found.next_update_due_at is not None:
        parts += [words(" · next update "), instant(found.next_update_due_at)]
    return line(*parts)


def _account(found: OpenEscalation, now: datetime) -> Iterator[str]:
    """Yield what the customer is worth and when the contract is renewed, where it is known."""
    if found.arr is not None:
        yield f"ARR {money(found.arr, found.arr_currency)}"
    if found.renews_on is not None:
        days = (found.renews_on - now.date()).days
        yield f"renews in {days} d" if days >= 0 else f"contract ended {-days} d ago"


def _listed(standing: DigestLine) -> Json:
    found = standing.escalation
    how = f" · {found.severity.label} {found.status.label} · {standing.rag} · {standing.score} · "
    parts = [*_where(found), words(how), *_who(found.owner, found.owner_name), words(" · ")]
    return line(*parts, said(found.title, SENTENCE))


def _aged(found: OpenEscalation, now: datetime) -> Json:
    how = f" · day {_age(found, now)} · {found.severity.label} · "
    return line(*_named(found), words(how), *_who(found.owner, found.owner_name))


def _clock(found: SlaLine) -> list[Json]:
    parts = [*_named(found.escalation), words(f", {found.clock_name} due ")]
    parts.append(instant(found.due_at))
    met = [words(", met late "), instant(found.recovered_at)] if found.recovered_at else []
    return [*parts, *met]


def _still_broken(found: Digest) -> list[Json]:
    total = found.still_broken.total
    return [line(bold("Still breached from before: "), words(str(total)))] if total else []


def _paused(found: PausedLine) -> list[Json]:
    clocks = ", ".join(found.clock_names)
    parts = [*_named(found.escalation), words(", "), said(clocks, NAME), words(": ")]
    parts.append(said(found.reason, NAME))
    until = [words(" until "), instant(found.until_at)] if found.until_at else []
    return [*parts, *until]


def _graver(change: tuple[StateChange, Severity, Severity]) -> list[Json]:
    move, was, now = change
    return [*_moved_one(move), words(f" {was.label} → {now.label}")]


def _moved_one(move: StateChange) -> list[Json]:
    return [bold(move.number), words(" "), said(move.customer, NAME)]


def _item_in(found: Digest) -> Callable[[DueItem], list[Json]]:
    def drawn(item: DueItem) -> list[Json]:
        escalation = found.escalations[item.escalation_id]
        about = [bold(escalation.number), words(f" {item.label} “")]
        return [*about, said(item.text, ITEM), words("”")]

    return drawn


def _item(item: DueItem, found: Digest) -> list[Json]:
    parts = [*_where(found.escalations[item.escalation_id]), words(f" {item.label} ")]
    parts.append(said(item.text, SENTENCE))
    if item.owner is not None:
        parts += [words(" · "), *_who(item.owner, item.owner_name)]
    if item.due_at is not None:
        parts += [words(" · due "), instant(item.due_at)]
    return parts


def _where(found: OpenEscalation) -> list[Json]:
    room = [words(" "), channel(found.room)] if found.room else []
    return [*_named(found), *room]


def _named(found: NamedEscalation) -> list[Json]:
    lock = "🔒 " if found.is_private else ""
    return [bold(f"{lock}{found.number}"), words(" "), said(found.customer, NAME)]


def _who(user: str, name: str | None) -> list[Json]:
    """A person by name, because a mention would call them every morning."""
    return [words(few(name or user, 3, longest=40))]


def _age(found: OpenEscalation, now: datetime) -> int:
    """The day it is in, counting from 1."""
    return max((now - found.raised_at) // DAY, 0) + 1


def _local(at: datetime, zone: str, form: str = "%a %d %b %H:%M") -> str:
    return f"{at.astimezone(ZoneInfo(zone)):{form}}"
