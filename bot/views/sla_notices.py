"""SLA clocks in words: what a rung of the ladder says, and what was done about it."""

from collections.abc import Sequence

from bot.domain.effects import TellRung
from bot.domain.ladder import WHOLE, Asks, Place, Rung
from bot.domain.people import SlackUserId
from bot.domain.sla import Clock
from bot.domain.war_room import WarRoom
from bot.views import breaches, replies
from bot.views.action_ids import Action, Marker
from bot.views.block_kit import (
    Json,
    Message,
    actions,
    bold,
    button,
    channel,
    fallback,
    instant,
    line,
    link,
    person,
    rich,
    words,
)
from bot.views.clock_explanations import target_in_words
from bot.views.replies import with_people
from bot.views.text import cut, literal, one_line

LONGEST_NAME, LONGEST_BRIEF = 60, 160
PLACES = {
    Place.ROOM: "in this room",
    Place.DIRECT: "directly",
    Place.LEADERSHIP: "in the leadership's channel",
}
ASKED = {
    Asks.NOTHING: "Nothing is asked of you yet.",
    Asks.PLAN: "Say in the thread how it will be met, or what you forecast instead.",
    Asks.RECOVERY_NOTE: "Write a recovery note, and draft what the customer is told.",
    Asks.BREACH_RECORD: "Record the breach: cause, effect, next target, what the customer knows.",
    Asks.DECISION: "Say in one line which decision is needed, and from whom.",
    Asks.EXECUTIVE_CALL: "Offer the customer a call between executives.",
    Asks.DRAFT: "Draft the update now, so that it can be approved in time.",
    Asks.APPROVAL: "Approve and send the update.",
}


def rung_told(
    title: str, clock: Clock, rung: Rung | None, effect: TellRung, war_room: WarRoom, marker: str
) -> Message:
    """Tell people how far a clock has run down, and what is asked of them.

    Whoever is told outside the room reads in two lines what it is about.
    """
    number, due_at = war_room.escalation.number, clock.due_at
    ahead = effect.by is not None and clock.breached_at is None
    is_broken = clock.breached_at is not None
    point = "told ahead of time" if ahead else _point(effect.rung, is_broken=is_broken)
    said = f"{title}: {point}"
    where: list[Json] = []
    if effect.to is not None:
        room = war_room.room.channel_id
        where = [words(f" · {number} ")] + ([channel(room)] if room else [])
    again = [words(f" · told {effect.times} times")] if effect.times > 1 else []
    due = [words(" · due "), instant(due_at)] if due_at else []
    target = [words(f" · {target_in_words(clock.target)}")] if clock.target else []
    rows = [line(bold(said), *where, *target, *due, *again)]
    if effect.by is not None:
        rows.append(line(person(effect.by), words(" wants this to be known now.")))
    if effect.to is not None:
        rows += _brief(war_room)
    elif effect.people:
        people = [part for user in effect.people for part in (person(user), words(" "))]
        rows.append(line(*people))
    asks = rung.asks if rung else Asks.NOTHING
    if ahead and asks is Asks.BREACH_RECORD:  # nothing is broken yet
        asks = Asks.RECOVERY_NOTE
    rows.append(line(words(ASKED[asks])))
    written = Asks.BREACH_RECORD if is_broken else asks
    press = button("I take care of it", Action.RUNG_ACKNOWLEDGE, str(effect.clock_id))
    return Message(
        fallback(f"{number} · {literal(said)}"),
        [
            rich(*rows, block_id=marker),
            # Told late, the rung that asks for the record may have been passed over.
            actions(press, *breaches.buttons(written, effect.clock_id)),
        ],
    )


def _brief(war_room: WarRoom) -> list[Json]:
    """Whom it hurts and how; how it stands and who leads."""
    escalation, customer = war_room.escalation, war_room.customer
    hurt = one_line(escalation.business_impact or escalation.title)
    stands = f"{escalation.status.label}, "
    if escalation.acknowledged_at is None:
        stands += "nobody has acknowledged it yet, "
    return [
        line(
            bold(cut(one_line(customer.name), LONGEST_NAME)),
            words(f" ({customer.tier.label}) · {escalation.severity.label} · "),
            words(hurt, limit=LONGEST_BRIEF),
        ),
        line(words(f"{stands}escalation manager "), person(escalation.owner)),
    ]


def taken(title: str) -> Message:
    """Answer whoever takes care of what a rung told."""
    return replies.plain(
        f"{title} is yours, and this reminder is not repeated. If it is not kept, the next step of "
        "the ladder is told all the same."
    )


def climbed(title: str, rung: Rung, people: Sequence[SlackUserId]) -> Message:
    """Answer whoever climbed the ladder by hand: who hears of it, and where."""
    who = [part for user in people for part in (person(user), words(" "))]
    places = ", ".join(PLACES[place] for place in rung.where)
    heard = who or [words("nobody by name, because the policy names none ")]
    told = line(
        bold(f"{title} ({rung.key})"), words(" is told now, "), words(f"{places}: "), *heard
    )
    return Message(fallback(f"{title} is told now."), [rich(told)])


def said(text: str, marker: str, link_to: str | None = None) -> Message:
    there = [words(" "), link(link_to, "See what they wrote")] if link_to else []
    row = line(*with_people(text), *there)
    return Message(fallback(literal(text)), [rich(row, block_id=marker)])


def marker(identity: int) -> str:
    return Marker.RUNG.of(identity)


def _point(rung: str, *, is_broken: bool) -> str:
    """Say "75 % used", "breached", "breached, and still open", "due in 15 min" or "10 min late"."""
    if rung.endswith("%"):
        percent = int(rung.removesuffix("%"))
        if percent == WHOLE:
            return "breached"
        if percent > WHOLE:  # a severity may get there by another way than by that share
            return "breached, and still open" if is_broken else "still open"
        return f"{rung} of its time is used"
    if rung == "0 min":
        return "due now"
    return f"due in {rung[1:]}" if rung.startswith("-") else f"{rung[1:]} late"
