"""The executive update: at most 120 words, made from the record by a template."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.escalation.escalation import Escalation
from bot.domain.meetings.agenda import to_decide
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.war_room import WarRoom

MOST_WORDS = 120
UNKNOWN = "unknown"
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecUpdate:
    """The standing first line, and the titled lines below it."""

    head: str
    lines: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n".join([self.head, *(f"{title}: {said}" for title, said in self.lines)])


def exec_update(war_room: WarRoom, *, manager: str, next_at: datetime | None) -> ExecUpdate:
    """Return the update; only what the record says stands in it, and what it lacks is said.

    Args:
        war_room: As it stands.
        manager: The escalation manager's name.
        next_at: When the next update comes; None when none is planned.
    """
    escalation, customer = war_room.escalation, war_room.customer
    day = (war_room.read_at - escalation.raised_at).days + 1
    head = (
        f"{escalation.number} · {few(customer.name, 6)} ({customer.tier.label}) · "
        f"{escalation.severity.label} · day {day} · {few(manager, 4)}"
    )
    return ExecUpdate(
        head=head,
        lines=(
            ("Impact", few(escalation.business_impact, 18) or UNKNOWN),
            ("Status", _status(escalation)),
            ("Customer", _customer(war_room)),
            ("Exposure", "; ".join(_exposure(war_room)) or NONE),
            ("Decision needed", _asked(war_room)),
            ("Next update", _when(next_at, war_room) if next_at else "on request"),
        ),
    )


def few(text: str, most: int) -> str:
    """Return at most that many words of a text, ending in "…" when some were left out."""
    found = text.split()
    return " ".join(found[:most]) + "…" if found[most:] else " ".join(found)


def _status(escalation: Escalation) -> str:
    where = few(escalation.situation, 15)
    said = f"{escalation.status.label}. {where}".rstrip(". ") + "."
    if escalation.confidence is None:
        return f"{said} Confidence: {UNKNOWN}."
    why = f" ({few(escalation.confidence_why, 6)})" if escalation.confidence_why else ""
    return f"{said} Confidence: {escalation.confidence.value}{why}."


def _customer(war_room: WarRoom) -> str:
    due = war_room.escalation.next_update_due_at
    promises = war_room.plan.standing(ItemKind.PROMISE)
    said = f"next update due {_when(due, war_room)}" if due else "no update due"
    if not promises:
        return said
    late = sum(item.is_overdue(war_room.read_at) for item in promises)
    count = f"{len(promises)} promise{'s' if promises[1:] else ''} open"
    return f"{said}; {count}" + (f", {late} late" if late else "")


def _exposure(war_room: WarRoom) -> Iterator[str]:
    if on := war_room.escalation.critical_on:
        yield f"critical date {on:%d %b}"
    if ends_on := war_room.customer.contract.ends_on:
        days = (ends_on - war_room.read_at.date()).days
        ends = f"contract ends in {days} day{'' if days == 1 else 's'}"
        yield ends if days >= 0 else "contract has ended"
    if blockers := len(war_room.plan.standing(ItemKind.BLOCKER)):
        yield f"{blockers} blocker{'s' if blockers > 1 else ''}"


def _asked(war_room: WarRoom) -> str:
    first = next(to_decide(war_room), None)
    if first is None:
        return NONE
    about = f"{first.item.label} “{few(first.item.content.text, 8)}” " if first.item else ""
    return about + few(first.question, 11)


def _when(at: datetime, war_room: WarRoom) -> str:
    zone = war_room.customer.time_zone
    return f"{at.astimezone(ZoneInfo(zone)):%d %b %H:%M} {zone}"
