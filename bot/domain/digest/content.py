"""What a digest says, and in which order: RED first, the gravest first, few of each."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Generic, TypeVar

from bot.domain.digest.digest import Lateness, LookBack, Numbers
from bot.domain.digest.facts import (
    DigestFacts,
    DueItem,
    OpenEscalation,
    PausedLine,
    SlaLine,
    SlaState,
    StateChange,
)
from bot.domain.digest.rag import GRAVE, HARM_IS_OVER, Rag, rag, score
from bot.domain.escalation.escalation import OVER, Confidence, EscalationId, Severity, Status
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind

MOST_ASKS, MOST_RED, MOST_OLD, MOST_NAMED = 3, 5, 3, 3
MOST_LISTED = 40  # escalations the thread names

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Top(Generic[T]):
    """The first few of many; `more` counts all the others, `rest` holds those that were read."""

    shown: tuple[T, ...] = ()
    rest: tuple[T, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown)

    @property
    def total(self) -> int:
        return len(self.shown) + self.more


class AskKind(IntEnum):
    """Why leadership is asked; of several reasons the first of these is said."""

    UNACKNOWLEDGED = 1
    UPDATE_MISSED = 2
    PROMISE_DUE = 3
    NEED_DUE = 4
    BLOCKED = 5
    HANDOVER = 6
    LOW_CONFIDENCE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that needs somebody today; `by` None means now."""

    escalation: OpenEscalation
    kind: AskKind
    who: SlackUserId
    who_name: str | None
    by: datetime | None = None
    item: DueItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How many moved in a stretch of time."""

    opened: int = 0
    closed: int = 0
    reopened: int = 0
    de_escalated: int = 0
    declined: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """An open escalation with how it stands and why it is read when it is.

    Attributes:
        has_worsened: It stood better, or was not there, when the readers last saw the list.
    """

    escalation: OpenEscalation
    rag: Rag
    score: int
    has_worsened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What is said, in this order.

    Attributes:
        before: What the readers saw last, or what was so a day ago.
        look_back, looked_back: A longer stretch, where this digest tells about one.
        late: None when it is on time.
        turned_red, no_longer_red: Since the readers last saw the list; empty the first time.
        breached: What was broken since a day ago, or since the last digest where that is longer.
        still_broken: What was broken before that and is not kept yet.
        graver: Severity changes as (move, from, to), the newest first.
    """

    now: datetime
    since: datetime
    numbers: Numbers
    before: Numbers
    movement: Movement
    restricted: int
    asks: Top[Ask]
    red: Top[DigestLine]
    breached: Top[SlaLine]
    at_risk: Top[SlaLine]
    turned_red: Top[OpenEscalation]
    no_longer_red: Top[OpenEscalation]
    graver: Top[tuple[StateChange, Severity, Severity]]
    slipped: Top[DueItem]
    stuck: Top[DueItem]
    promised: Top[DueItem]
    oldest: Top[OpenEscalation]
    resolved: Top[StateChange]
    listed: Top[DigestLine]
    escalations: Mapping[EscalationId, OpenEscalation]
    look_back: LookBack | None = None
    looked_back: Movement = Movement()
    late: Lateness | None = None
    recovered: Top[SlaLine] = Top()
    still_broken: Top[SlaLine] = Top()
    paused: Top[PausedLine] = Top()

    @property
    def open(self) -> int:
        return sum(self.numbers.open)


def compose(
    facts: DigestFacts,
    *,
    last: Numbers | None = None,
    look_back: LookBack | None = None,
    late: Lateness | None = None,
) -> Digest:
    """Return what a digest says about these facts.

    `last` is what the last one said; None makes yesterday's numbers from the timeline.
    """
    now, news = facts.now, [move for move in facts.moves if move.at > facts.since]
    standings = _standings(facts, news, last)
    red = [one for one in standings if one.rag is Rag.RED]
    reds = tuple(one.escalation.id for one in red)
    known = {e.id: e for e in facts.open}
    fresh, older = _broken(facts)
    earlier = [move for move in facts.moves if look_back and move.at > look_back.since]
    return Digest(
        now=now,
        since=facts.since,
        numbers=Numbers(open=_by_severity(Counter(e.severity for e in facts.open)), red=reds),
        before=last or Numbers(open=_by_severity(_open_before(facts, news)), red=reds),
        movement=movement(news),
        # A number of hidden ones beside nothing else would be a message about them.
        restricted=facts.restricted if facts.open else 0,
        asks=_top(_asks(facts, standings, known), MOST_ASKS),
        red=_top(red, MOST_RED),
        breached=_top(fresh, MOST_NAMED),
        still_broken=_top(older, MOST_NAMED),
        at_risk=_top(_clocks(facts, SlaState.AT_RISK), MOST_NAMED),
        paused=_top(facts.paused, MOST_NAMED),
        recovered=_top(_clocks(facts, SlaState.RECOVERED), MOST_NAMED),
        turned_red=_top(_unlike(reds, last.red if last else reds, known), MOST_NAMED),
        no_longer_red=_top(_unlike(last.red if last else reds, reds, known), MOST_NAMED),
        graver=_top(_severity_changes(news), MOST_NAMED),
        slipped=_items(facts, ItemKind.MILESTONE),
        stuck=_items(facts, ItemKind.BLOCKER),
        promised=_items(facts, ItemKind.PROMISE),
        oldest=_top(sorted(facts.open, key=lambda e: (e.raised_at, e.id)), MOST_OLD),
        resolved=_top(_latest_each(news, _ends_well), MOST_NAMED),
        listed=_top(standings, MOST_LISTED),
        escalations=known,
        look_back=look_back,
        looked_back=movement(earlier),
        late=late,
    )


def movement(moves: Iterable[StateChange]) -> Movement:
    """Count what moved; an escalation that closed and opened again counts as both."""
    found: Counter[str] = Counter()
    for move in moves:
        if move.kind is EntryKind.OPENED:
            found["opened"] += 1
        if move.statuses is None:
            continue
        was, now = move.statuses
        if now in _ENDS:
            found[_ENDS[now]] += 1
        elif was in HARM_IS_OVER | OVER and now not in HARM_IS_OVER:
            found["reopened"] += 1
    return Movement(**found)


_ENDS = {
    Status.CLOSED: "closed",
    Status.DE_ESCALATED: "de_escalated",
    Status.DECLINED: "declined",
    Status.RESOLVED: "resolved",
}


def _open_before(facts: DigestFacts, news: Sequence[StateChange]) -> Counter[Severity]:
    """Count what was open at `since`, by taking back what has happened after it."""
    counts = Counter(e.severity for e in facts.open)
    open_now = {e.id for e in facts.open}
    of_each: dict[EscalationId, list[StateChange]] = {}
    for move in news:
        of_each.setdefault(move.escalation_id, []).append(move)
    for escalation_id, moves in of_each.items():
        is_open = escalation_id in open_now
        counts[moves[0].severity] -= is_open
        changed = next((s for move in moves if (s := move.severities)), None)
        severity = changed[0] if changed else moves[0].severity
        counts[severity] += _was_open(moves, is_open=is_open)
    return counts


def _was_open(moves: Sequence[StateChange], *, is_open: bool) -> bool:
    for move in moves:
        if move.kind is EntryKind.OPENED:
            return False
        if move.statuses is not None:
            return move.statuses[0] not in OVER
    return is_open


def _asks(
    facts: DigestFacts,
    standings: Sequence[DigestLine],
    known: Mapping[EscalationId, OpenEscalation],
) -> list[Ask]:
    """Return one ask of each escalation that needs somebody, in the order of their score."""
    by_item: dict[EscalationId, list[Ask]] = {}
    for item in facts.items:
        kind = ITEM_ASKS.get(item.kind)
        if kind is not None and (found := known.get(item.escalation_id)) is not None:
            by_item.setdefault(found.id, []).append(_ask_of(found, kind, item))
    asks = []
    for one in standings:
        reasons = [*by_item.get(one.escalation.id, ()), *_reasons(one.escalation, facts.now)]
        if reasons:
            asks.append(min(reasons, key=lambda ask: ask.kind))
    return asks


ITEM_ASKS = {
    ItemKind.PROMISE: AskKind.PROMISE_DUE,
    ItemKind.NEED: AskKind.NEED_DUE,
    ItemKind.BLOCKER: AskKind.BLOCKED,
}


def _ask_of(found: OpenEscalation, kind: AskKind, item: DueItem) -> Ask:
    owner, name = (item.owner, item.owner_name) if item.owner else (found.owner, found.owner_name)
    return Ask(escalation=found, kind=kind, who=owner, who_name=name, by=item.due_at, item=item)


def _reasons(found: OpenEscalation, now: datetime) -> list[Ask]:
    kinds: list[tuple[AskKind, bool, datetime | None]] = [
        (
            AskKind.UNACKNOWLEDGED,
            found.acknowledged_at is None and found.severity in GRAVE,
            None,
        ),
        (AskKind.UPDATE_MISSED, found.misses_update(now), found.next_update_due_at),
        (AskKind.BLOCKED, found.is_stuck(now), None),
        (AskKind.LOW_CONFIDENCE, found.confidence is Confidence.LOW, None),
    ]
    asks = [
        Ask(escalation=found, kind=kind, who=found.owner, who_name=found.owner_name, by=by)
        for kind, holds, by in kinds
        if holds
    ]
    if found.handover_to is not None:
        who, name = found.handover_to, found.handover_name
        asks.append(Ask(escalation=found, kind=AskKind.HANDOVER, who=who, who_name=name))
    return asks


def _clocks(facts: DigestFacts, state: SlaState) -> list[SlaLine]:
    """Return these clocks: what is broken by its severity, the rest by when it is due.

    Updates that come round again and again stand behind what is promised once.
    """
    found = [clock for clock in facts.clocks if clock.state is state]
    found.sort(key=lambda clock: (clock.is_routine, clock.due_at, clock.escalation.id))
    if state is SlaState.BREACHED:
        found.sort(key=lambda clock: clock.escalation.severity)
    return found


def _broken(facts: DigestFacts) -> tuple[list[SlaLine], list[SlaLine]]:
    """Return what was broken lately, and what was broken before that."""
    broken = _clocks(facts, SlaState.BREACHED)
    fresh = [clock for clock in broken if clock.due_at >= facts.breaches_since]
    return fresh, [clock for clock in broken if clock.due_at < facts.breaches_since]


def _standings(
    facts: DigestFacts, news: Sequence[StateChange], last: Numbers | None
) -> list[DigestLine]:
    """Return how everything that is open stands, the highest score first."""
    were = {m.escalation_id: s[0] for m in reversed(news) if (s := m.severities)}
    found = [_standing(e, facts, were.get(e.id, e.severity), last) for e in facts.open]
    return sorted(found, key=lambda one: (-one.score, one.escalation.raised_at, one.escalation.id))


def _standing(
    found: OpenEscalation, facts: DigestFacts, was: Severity, last: Numbers | None
) -> DigestLine:
    """Return how it stands; `was` is its severity when the stretch of this digest began."""
    stands = rag(found, facts.now)
    if last is not None:
        was_red = found.id in last.red
    else:
        before = rag(replace(found, severity=was), facts.since)
        was_red = found.raised_at <= facts.since and before is Rag.RED
    return DigestLine(
        escalation=found,
        rag=stands,
        score=score(found, facts.now),
        has_worsened=stands is Rag.RED and not was_red,
    )


def _unlike(
    these: Iterable[EscalationId],
    those: Iterable[EscalationId],
    known: Mapping[EscalationId, OpenEscalation],
) -> list[OpenEscalation]:
    """Return what is open among these and not among those; what may not be seen is left out."""
    others = frozenset(those)
    return [known[one] for one in these if one not in others and one in known]


def _severity_changes(news: Sequence[StateChange]) -> list[tuple[StateChange, Severity, Severity]]:
    """Return how far each escalation's severity moved in all, the newest first."""
    spans: dict[EscalationId, tuple[StateChange, Severity, Severity]] = {}
    for move in news:
        if move.severities is not None:
            was, now = move.severities
            first = spans.pop(move.escalation_id, (move, was, now))[1]
            spans[move.escalation_id] = (move, first, now)
    return [span for span in reversed(spans.values()) if span[1] is not span[2]]


def _ends_well(move: StateChange) -> bool:
    """Whether it was resolved or closed, and is so still."""
    ends = {Status.RESOLVED, Status.CLOSED, Status.DE_ESCALATED}
    return (
        move.statuses is not None
        and move.statuses[1] in ends
        and move.status in ends | HARM_IS_OVER
    )


def _latest_each(
    moves: Sequence[StateChange], wanted: Callable[[StateChange], bool]
) -> list[StateChange]:
    latest = {move.escalation_id: move for move in moves if wanted(move)}
    return list(reversed(latest.values()))


def _items(facts: DigestFacts, kind: ItemKind) -> Top[DueItem]:
    found = [item for item in facts.items if item.kind is kind]
    return _top(found, MOST_NAMED, total=found[0].of_kind if found else 0)


def _top(found: Sequence[T], most: int, *, total: int | None = None) -> Top[T]:
    total = len(found) if total is None else total
    shown, rest = tuple(found[:most]), tuple(found[most:])
    return Top(shown=shown, rest=rest, more=total - len(shown))


def _by_severity(counts: Mapping[Severity, int]) -> tuple[int, ...]:
    return tuple(max(counts.get(severity, 0), 0) for severity in Severity)
