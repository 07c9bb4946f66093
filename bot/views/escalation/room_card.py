"""The overview card of a room, and its topic and purpose."""

from bot.domain.escalation.escalation import Severity, Transition
from bot.domain.lifecycle.lifecycle import NEXT
from bot.domain.people import ESCALATION_MANAGER, REQUESTER, RESPONDER, UNASKED, Assignment
from bot.domain.policy.policy import Policy
from bot.domain.reading.war_room import WarRoom
from bot.views.block_kit.action_ids import Action, Marker
from bot.views.block_kit.blocks import (
    MAX_TOPIC,
    Json,
    Message,
    actions,
    bold,
    button,
    fallback,
    header,
    instant,
    italic,
    line,
    link,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import cut, escape, literal, one_line
from bot.views.escalation.opening_progress import missing
from bot.views.lifecycle import lifecycle

SIGNS = {Severity.S1: "🔴", Severity.S2: "🟠", Severity.S3: "🟡", Severity.S4: "⚪"}
NOT_KNOWN = "unknown"
SHOWN_PEOPLE = 10  # responders named on the card; the channel's member list has the others


def card(war_room: WarRoom, policy: Policy) -> Message:
    escalation = war_room.escalation
    head = headline(war_room, policy)
    blocks = [
        header(head, block_id=Marker.CARD.of(escalation.id)),
        rich(*_facts(war_room, policy)),
        rich(*_texts(war_room)),
        actions(*_buttons(war_room)),
    ]
    if war_room.room.problems:
        blocks.insert(3, rich(*missing(war_room.room.problems)))
    return Message(fallback(literal(head)), blocks)


def headline(war_room: WarRoom, policy: Policy) -> str:
    """Number, severity, customer and title in one plain line."""
    escalation = war_room.escalation
    severity = escalation.severity
    return " · ".join(
        (
            f"{SIGNS[severity]} {escalation.number}",
            f"{severity.label} {policy.severity(severity).name}",
            cut(one_line(war_room.customer.name), 40),
            one_line(escalation.title),
        )
    )


def topic(war_room: WarRoom, policy: Policy) -> str:
    escalation = war_room.escalation
    severity = f"{escalation.severity.label} {policy.severity(escalation.severity).name}"
    words_of = one_line(f"{war_room.customer.name} · {escalation.title}")
    return _within_topic(f"{severity} · {escalation.status.label} · ", words_of)


def purpose(war_room: WarRoom) -> str:
    number = war_room.escalation.number
    return _within_topic(
        f"War room of {number}, run by Warroom. Customer: ", one_line(war_room.customer.name)
    )


def _within_topic(ours: str, theirs: str) -> str:
    """Cut the words before escaping them, so that no entity is cut in two."""
    room = MAX_TOPIC - len(ours)
    while len(escape(cut(theirs, room))) > MAX_TOPIC - len(ours):
        room -= 8
    return ours + escape(cut(theirs, room))


def _facts(war_room: WarRoom, policy: Policy) -> list[Json]:
    escalation, customer = war_room.escalation, war_room.customer
    rows = [
        line(bold("Status: "), words(escalation.status.label), *_acknowledged(war_room)),
        *lifecycle.standing(escalation),
        line(bold("Escalation manager: "), person(escalation.owner)),
        line(
            bold("Raised: "),
            instant(escalation.raised_at),
            words(" by "),
            person(escalation.raised_by),
        ),
        line(
            bold("Customer: "),
            words(one_line(customer.name), limit=120),
            words(f" · {customer.tier.label} · {customer.time_zone}"),
        ),
    ]
    if category := policy.categories.get(escalation.category or ""):
        rows.append(line(bold("Category: "), words(category.title)))
    if escalation.impact_started_at:
        rows.append(line(bold("Impact started: "), instant(escalation.impact_started_at)))
    if escalation.critical_on:
        rows.append(line(bold("Critical date: "), words(f"{escalation.critical_on:%d %b %Y}")))
    return [*rows, *_broken(war_room, policy), *_roles(war_room, policy), *_links(war_room)]


def _broken(war_room: WarRoom, policy: Policy) -> list[Json]:
    """Promises of time that are broken, and those that have recovered; of each kind the latest."""
    latest = {broken.kind: broken for broken in war_room.broken}.values()
    still = [broken for broken in latest if broken.recovered_at is None]
    if war_room.escalation.is_over:
        still = []
    recovered = [broken for broken in latest if broken.recovered_at is not None]
    rows = []
    for name, found in (("SLA breaches", still), ("Recovered", recovered)):
        parts = [bold(f"{name}: ")]
        for place, broken in enumerate(found):
            since = broken.recovered_at or broken.broken_at
            how = "met late" if broken.recovered_at else "since"
            parts += [words(", ")] if place else []
            parts += [words(f"{policy.clock_title(broken.kind)} {how} "), instant(since)]
        rows += [line(*parts)] if found else []
    return rows


def _acknowledged(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    if escalation.acknowledged_by is None or escalation.acknowledged_at is None:
        return [italic("  (not acknowledged)")]
    return [
        words(" · acknowledged by "),
        person(escalation.acknowledged_by),
        words(" "),
        instant(escalation.acknowledged_at),
    ]


def _roles(war_room: WarRoom, policy: Policy) -> list[Json]:
    titles = {key: policy.role_title(key) for key in policy.roles} | {RESPONDER: "Responders"}
    rows = []
    for key, title in titles.items():
        holders = war_room.holding(key)
        if key in {ESCALATION_MANAGER, REQUESTER} or not holders:
            continue
        people = [e for h in holders[:SHOWN_PEOPLE] for e in _holder(h)]
        more = len(holders) - SHOWN_PEOPLE
        rows.append(
            line(bold(f"{title}: "), *people, *([words(f"and {more} more")] if more > 0 else []))
        )
    return rows


def _holder(held: Assignment) -> list[Json]:
    is_asked = held.role not in UNASKED and held.accepted_at is None
    return [person(held.user_id), *([italic(" (pending)")] if is_asked else []), words(" ")]


def _links(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    found = [
        link(url, text)
        for url, text in (
            (escalation.ticket_url, "Ticket"),
            (escalation.crm_url, "Customer record"),
            (escalation.source_permalink, "Original message"),
        )
        if url
    ]
    spaced = [element for item in found for element in (item, words("  "))]
    return [line(bold("Links: "), *spaced)] if found else []


def _texts(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    rows: list[Json] = []
    for title, text in (
        ("Customer's request", escalation.customer_ask),
        ("Business impact", escalation.business_impact),
        ("Problem", escalation.problem),
    ):
        shown = words(text, limit=900) if text else italic(NOT_KNOWN)
        rows.append(line(bold(f"{title}: "), shown))
    return rows


def _buttons(war_room: WarRoom) -> list[Json]:
    escalation = war_room.escalation
    menu = button("Menu", Action.ROOM_MENU_OPEN, str(escalation.id))
    if escalation.is_over:
        return [lifecycle.next_button(escalation, Transition.REOPEN), menu]
    if escalation.acknowledged_by is None:
        acknowledge = button("Acknowledge", Action.ACKNOWLEDGE, str(escalation.id), style="primary")
        return [acknowledge, menu]
    return [lifecycle.next_button(escalation, NEXT[escalation.status]), menu]
