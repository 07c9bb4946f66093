"""What is told of clocks: the room's clocks message, and the messages about single steps."""

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Escalation
from bot.domain.people import SlackUserId
from bot.domain.reading.clock_picture import ClockNow, ClocksPicture
from bot.domain.sla.clock import ClockState
from bot.domain.sla.ladder import WHOLE, Asks
from bot.domain.sla.notice import Notice, RungLine, Spot
from bot.views.block_kit.action_ids import Action, Marker
from bot.views.block_kit.blocks import (
    Json,
    Message,
    actions,
    bold,
    button,
    channel,
    fallback,
    instant,
    italic,
    line,
    person,
    rich,
    words,
)
from bot.views.block_kit.text import cut, literal, one_line
from bot.views.sla import breaches
from bot.views.sla.explanations import target_in_words

LONGEST_NAME, LONGEST_BRIEF = 60, 160
MOST_BUTTONS = 5  # of the clocks message
RISK = 75  # percent, from which on a clock is shown as at risk
ON_IT = "I'm on it"
ASKED = {
    Asks.NOTHING: "",
    Asks.PLAN: "Reply here: how will you meet it, or when do you expect to?",
    Asks.RECOVERY_NOTE: "Write a recovery plan and draft a customer update.",
    Asks.BREACH_RECORD: "Record the breach: cause, impact, new target and what the customer knows.",
    Asks.DECISION: "Reply with the decision you need, and from whom.",
    Asks.EXECUTIVE_CALL: "Offer the customer an executive call.",
    Asks.DRAFT: "Draft the update now so it can be approved in time.",
    Asks.APPROVAL: "Approve and send the update.",
}
ENDED = {
    ClockState.MET: "met",
    ClockState.MET_LATE: "met late",
    ClockState.PROVISIONAL: "met, pending customer acceptance",
    ClockState.WAIVED: "waived",
    ClockState.CANCELLED: "no longer due",
    ClockState.NOT_OWED: "no target at this severity",
}


def clocks(picture: ClocksPicture) -> Message:
    """Every clock that runs, the soonest due first, and what became of the others."""
    escalation = picture.war_room.escalation
    shown = [clock for clock in picture.clocks.values() if clock.is_latest]
    still = [clock for clock in shown if clock.state.is_open]
    still.sort(
        key=lambda clock: (clock.due_at is None, clock.due_at or clock.until_at, clock.title)
    )
    over = [c for c in shown if c.stopped_at is not None or c.state is ClockState.WAIVED]
    head = line(bold("Clocks"), words(f" · {escalation.number} · {escalation.severity.label}"))
    rows = [_open_row(clock) for clock in still] + [_ended_row(clock) for clock in over]
    if not rows:
        rows = [line(italic("No running clocks."))]
    blocks = [rich(head, *rows, block_id=Marker.CLOCKS.of(escalation.id))]
    wanted = [clock for clock in still if clock.point and clock.on_it is None]
    buttons = [
        button(f"{ON_IT} · {clock.title}", Action.RUNG_ACKNOWLEDGE, str(clock.clock_id))
        for clock in wanted[:MOST_BUTTONS]
    ]
    # Slack refuses two elements of one action_id in a block.
    blocks += [actions(one) for one in buttons]
    return Message(fallback(f"Clocks for {escalation.number}"), blocks)


def notice(told: Notice, picture: ClocksPicture) -> Message:
    """What one message about clocks says by now: each step, and who is on it."""
    marker, war_room = Marker.NOTICE.of(told.id), picture.war_room
    number = war_room.escalation.number
    blocks: list[Json] = []
    if told.spot is Spot.LEADERSHIP:
        room = war_room.room.channel_id
        where = [words(" · "), channel(room)] if room else []
        customer = war_room.customer
        about = brief(war_room.escalation, customer.name, customer.tier)
        blocks.append(rich(line(bold(number), *where), *about, block_id=marker))
    last = {one.asks: one for one in told.lines}  # what is asked of several is said once
    for one in told.lines:
        first = {} if blocks else {"block_id": marker}
        rows = step(one, picture.clocks.get(one.clock_id), is_asked=last[one.asks] is one)
        blocks.append(rich(*rows, **first))
        buttons = step_buttons(one, picture.clocks.get(one.clock_id))
        blocks += [actions(*buttons, block_id=line_id(one))] if buttons else []
    if told.people:
        called = [part for user in told.people for part in (person(user), words(" "))]
        blocks[0]["elements"][-1]["elements"] += [words("\n"), *called]
    said = "; ".join(map(in_short, told.lines))
    return Message(fallback(f"{number} · {literal(said)}"), blocks)


def step(one: RungLine, now: ClockNow | None, *, is_asked: bool = True) -> list[Json]:
    """One step in a line, what is asked (unless it is said elsewhere), and who is on it."""
    sign = words("🔴 ") if one.is_broken else words("🟠 ")
    due = [instant(one.due_at)] if one.due_at else []
    promised = [words(f" ({target_in_words(one.target)})")] if one.target else []
    rows = [line(sign, bold(in_short(one)), words(", due "), *due, *promised)]
    if one.is_broken:
        missed = "missed" if one.is_breach else "still open, missed"
        rows = [line(sign, bold(f"{one.title}: {missed} "), *due, *promised)]
    if one.by is not None:
        rows.append(line(person(one.by), words(" notified you early.")))
    closing = _closing(one, now)
    if closing:
        return [*rows, line(*closing)]
    return [*rows, *([line(words(ASKED[one.asks]))] if is_asked and ASKED[one.asks] else [])]


def step_buttons(one: RungLine, now: ClockNow | None) -> list[Json]:
    """Being on it, and what is to be written down; none once that was answered."""
    if now is None or not now.state.is_open or _is_put_off(one, now):
        return []
    return unanswered(one) if now.on_it is None else _written(one)


def unanswered(one: RungLine) -> list[Json]:
    taken = button(ON_IT, Action.RUNG_ACKNOWLEDGE, str(one.clock_id), style="primary")
    return [taken, *_written(one)]


def _written(one: RungLine) -> list[Json]:
    # Told late, the rung that asks for the record may have been passed over.
    return breaches.buttons(Asks.BREACH_RECORD if one.is_broken else one.asks, one.clock_id)


def line_id(one: RungLine) -> str:
    """Return what names one telling of one rung, also in a message that says several."""
    return f"{Marker.RUNG.of(one.clock_id)}:{one.rung}:{one.times}"


def plain(one: RungLine) -> str:
    """Say "75% used", "missed", "still open", "due in 15 min" or "10 min late"."""
    if one.by is not None and not one.is_broken:
        return "notified early"
    if one.is_breach:
        return "missed"
    rung = one.rung
    if rung.endswith("%"):
        return "still open" if _percent(rung) > WHOLE else f"{percent(rung)} used"
    if rung.startswith("-"):
        return f"{rung[1:]} left"
    return "due now" if rung == "0 min" else f"{rung[1:]} late"


def percent(key: str) -> str:
    """Return a rung's key as people write it: "75%" for "75 %"."""
    return key.replace(" %", "%")


def in_short(one: RungLine) -> str:
    return f"{one.title}: {plain(one)}"


def brief(escalation: Escalation, customer: str, tier: Tier) -> list[Json]:
    """Whom it hurts and how; how it stands and who leads."""
    hurt = one_line(escalation.business_impact or escalation.title)
    stands = f"{escalation.status.label}, "
    if escalation.acknowledged_at is None:
        stands += "not acknowledged, "
    return [
        line(
            bold(cut(one_line(customer), LONGEST_NAME)),
            words(f" ({tier.label}) · {escalation.severity.label} · "),
            words(hurt, limit=LONGEST_BRIEF),
        ),
        line(words(f"{stands}escalation manager "), person(escalation.owner)),
    ]


def _open_row(clock: ClockNow) -> Json:
    due = instant(clock.due_at) if clock.due_at else None
    if clock.state is ClockState.BREACHED:
        parts = [
            words("🔴 "),
            bold(clock.title),
            words(" missed"),
            *([words(" "), due] if due else []),
        ]
    elif clock.state is ClockState.PAUSED:
        until = [words(" until "), instant(clock.until_at)] if clock.until_at else []
        return line(words("⏸️ "), bold(clock.title), words(" paused"), *until)
    else:
        is_near = clock.point.startswith(("-", "0", "+")) or _percent(clock.point) >= RISK
        used = f" {percent(clock.point)} used," if clock.point.endswith("%") else ""
        parts = [words("🟠 " if is_near else "🟢 "), bold(clock.title), words(f"{used} due ")]
        parts += [due] if due else []
    return line(*parts, *_taken(clock))


def _ended_row(clock: ClockNow) -> Json:
    sign = "☑️ " if clock.state is ClockState.MET_LATE else "✅ "
    at = [words(" "), instant(clock.stopped_at)] if clock.stopped_at else []
    said = ENDED.get(clock.state, clock.state.value)
    return line(words(sign), bold(clock.title), words(f" {said}"), *at)


def _taken(clock: ClockNow) -> list[Json]:
    if clock.on_it is not None:
        return [words(" · "), person(clock.on_it), words(" is on it")]
    return [words(" · unassigned")] if clock.times else []


def _closing(one: RungLine, now: ClockNow | None) -> list[Json]:
    """Say how it ended, that it is due at another time, or who is on it; empty while it is open."""
    if now is None:
        return []
    if not now.state.is_open:
        at = [words(" "), instant(now.stopped_at)] if now.stopped_at else []
        return [italic(ENDED.get(now.state, now.state.value).capitalize()), *at]
    if _is_put_off(one, now):
        due = instant(now.due_at) if now.due_at else words("after its pause")
        return [italic("Now due "), due]
    return on_it(now.on_it)


def on_it(user: SlackUserId | None) -> list[Json]:
    return [] if user is None else [person(user), words(" is on it.")]


def _is_put_off(one: RungLine, now: ClockNow) -> bool:
    """Whether its promise was replaced by another one since that was said."""
    return not one.is_broken and now.due_at != one.due_at


def _percent(point: str) -> int:
    return int(point.removesuffix("%")) if point.endswith("%") else 0
