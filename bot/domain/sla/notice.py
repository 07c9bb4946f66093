"""What is told of clocks in channels: a line for each rung, gathered into few messages.

Rungs below a breach are told in the thread of the room's clocks message. A breach is told to the
channel; while nobody has answered that, later breaches join it, and the thread says so.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.ladder import Asks, Ladder, Rung
from bot.domain.sla.record import ClockId, ClockRecord, RungRecord
from bot.domain.time.duration import Duration

NoticeId = NewType("NoticeId", int)

SAME_MINUTES = timedelta(minutes=5)  # what falls within this time is one message
STANDS = timedelta(hours=4)  # so long an unanswered message speaks for what follows


class Spot(StrEnum):
    """Where a notice is told: in the clocks message's thread, the room's channel, or leadership."""

    THREAD = "thread"
    CHANNEL = "channel"
    LEADERSHIP = "leadership"


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    """What one rung says, as it was when it was told.

    Attributes:
        title: The clock's.
        target, due_at: Of the promise that was broken, once one is; None where there is none.
        is_breach: It tells of the breach; is_step: of that, or of twice the target.
        times: Which telling of the rung it is; 1 is the first.
        by: Who had it told by hand, sooner than the clock would; None when the clock did.
    """

    clock_id: ClockId
    rung: str
    title: str
    target: Duration | None
    due_at: datetime | None
    is_broken: bool
    asks: Asks
    is_breach: bool = False
    is_step: bool = False
    times: int = 1
    by: SlackUserId | None = None

    @classmethod
    def of(
        cls,
        record: ClockRecord,
        told: Sequence[Rung],
        title: str,
        *,
        by: SlackUserId | None,
        times: int = 1,
    ) -> "RungLine":
        """Return what is said of a clock whose rungs are told at once, the lowest first."""
        rung = told[-1]
        is_broken = record.clock.breached_at is not None
        asks = rung.asks
        if asks is Asks.BREACH_RECORD and not is_broken:  # told ahead, by hand
            asks = Asks.RECOVERY_NOTE
        return cls(
            clock_id=record.id,
            rung=rung.key,
            title=title,
            target=record.clock.target,
            due_at=record.clock.due_at,
            is_broken=is_broken,
            asks=asks,
            is_breach=is_broken and any(one.at.is_breach for one in told),
            is_step=any(one.is_real_step for one in told),
            times=times,
            by=by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message about clocks.

    Attributes:
        people: Who is mentioned in it.
        is_answered: Somebody is on one of its clocks; what comes later is told anew.
        place: The channel of a notice to leadership; empty in the room.
        channel_id, ts, digest: Where it stands and what it shows; None until it is posted.
    """

    id: NoticeId
    escalation_id: EscalationId
    spot: Spot
    made_at: datetime
    lines: tuple[RungLine, ...]
    people: tuple[SlackUserId, ...] = ()
    is_answered: bool = False
    place: str = ""
    channel_id: ChannelId | None = None
    ts: MessageTs | None = None
    digest: str = ""

    def joined_by(self, lines: Sequence[RungLine]) -> "Notice":
        """Return it with more lines; a clock that climbs on has its line replaced."""
        climbed = {line.clock_id for line in lines}
        kept = tuple(line for line in self.lines if line.clock_id not in climbed)
        return replace(self, lines=(*kept, *lines))


def standing(
    notices: Iterable[Notice], spot: Spot, people: Collection[SlackUserId], now: datetime
) -> Notice | None:
    """Return the message that more lines of that spot join; None when they are one of their own.

    An edit calls nobody: in a thread, people who are not mentioned there yet need a message.
    """
    lasts = STANDS if spot is Spot.CHANNEL else SAME_MINUTES
    found = [
        notice
        for notice in notices
        if notice.spot is spot
        and not notice.is_answered
        and now - notice.made_at < lasts
        and (spot is not Spot.THREAD or set(people) <= set(notice.people))
    ]
    return max(found, key=lambda notice: notice.id, default=None)


def newly_concerned(
    notices: Iterable[Notice], people: Iterable[SlackUserId]
) -> tuple[SlackUserId, ...]:
    """Return those of `people` whom no unanswered message of the room has mentioned yet."""
    known = {
        user
        for notice in notices
        if notice.spot is not Spot.LEADERSHIP and not notice.is_answered
        for user in notice.people
    }
    return tuple(dict.fromkeys(user for user in people if user not in known))


def on_it(ladder: Ladder, clock: SlaClock, climbed: Collection[RungRecord]) -> SlackUserId | None:
    """Return who answers for what a clock has told last; None while nobody does."""
    told = {rung.rung: rung for rung in climbed if rung.times > 0} or {c.rung: c for c in climbed}
    for rung in reversed(ladder.rungs_of(clock)):
        if rung.key in told:
            return told[rung.key].acknowledged_by
    return next((rung.acknowledged_by for rung in told.values()), None)
