"""The ladder: who is told when a clock runs down, once per rung, until somebody answers.

A rung is a share of the promised time (`75 %`) or an offset from the due time (`-15 min`,
`+2 h`). The ladder only tells; it never hands anything over.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from bot.domain.escalation.escalation import Severity
from bot.domain.mistakes import ValidationProblem, refuse, wrong
from bot.domain.people import RoleKey
from bot.domain.sla.clock import NEXT_UPDATE, SlaClock
from bot.domain.time.business_hours import ALWAYS
from bot.domain.time.duration import Duration

CLOCK_OWNER = RoleKey("clock_owner")
WHOLE = 100  # percent
# Ends the key under which a breach is told by hand before it is one; as a breach it is told then.
AHEAD = " ahead"
TWICE = 200  # percent: the next real step after a breach
GAPS = tuple(map(Duration.parse, ("30 min", "1 h", "2 h", "4 h")))
MOST_PERCENT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a rung stands: at a percentage of the target, or that long from the due time."""

    percent: int | None = None
    offset: timedelta | None = None

    WORDS: ClassVar[str] = (
        'a share such as "75 %", or a time from the due time such as "-15 min", "0 min" or "+2 h"'
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "75 %", "-15 min", "0 min" or "+2 h".

        Raises:
            ValueError: The text is no such point; the message says what is expected.
        """
        if match := re.fullmatch(r"\s*([1-9][0-9]{0,3})\s*%\s*", text):
            if int(match[1]) <= MOST_PERCENT:
                return cls(percent=int(match[1]))
        elif match := re.fullmatch(r"\s*(0|[+-][1-9][0-9]{0,3})\s*(min|h)\s*", text):
            unit = timedelta(minutes=1) if match[2] == "min" else timedelta(hours=1)
            return cls(offset=int(match[1]) * unit)
        raise ValueError(f"expected {cls.WORDS}")

    def instant(self, clock: SlaClock) -> datetime | None:
        """Return when the clock gets there; None while it is paused before, or owes nothing."""
        if clock.length is None:
            return None
        if self.percent is not None:
            return clock.reaches(clock.length * self.percent / WHOLE)
        due_at = clock.due_at
        return None if due_at is None or self.offset is None else due_at + self.offset

    @property
    def is_breach(self) -> bool:
        return self.percent == WHOLE or self.offset == timedelta(0)

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{self.percent} %"
        minutes = int((self.offset or timedelta(0)).total_seconds()) // 60
        return f"{minutes:+d} min" if minutes else "0 min"


class NoticePlace(StrEnum):
    """Where people hear of a rung; `clocks` only shows it in the room's clocks message."""

    CLOCKS = "clocks"
    DIRECT = "direct"
    ROOM = "room"
    LEADERSHIP = "leadership"


class Asks(StrEnum):
    """What is wanted from those who are told."""

    NOTHING = "nothing"
    PLAN = "plan"
    RECOVERY_NOTE = "recovery_note"
    BREACH_RECORD = "breach_record"
    DECISION = "decision"
    EXECUTIVE_CALL = "executive_call"
    DRAFT = "draft"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung; whoever an earlier rung told is told by this one, too.

    Attributes:
        tell_if_contractual: Who is told, too, of what the contract promises.
        or_at: For a severity, another point; the sooner of the two counts.
        or_after: For a severity, how long after its start an open clock gets there all the same,
            in real time and whether it stands still or not.
    """

    at: Point
    tell: tuple[RoleKey, ...]
    tell_if_contractual: tuple[RoleKey, ...] = ()
    where: tuple[NoticePlace, ...] = (NoticePlace.ROOM,)
    asks: Asks = Asks.NOTHING
    or_at: Mapping[Severity, Point] = field(default_factory=dict)
    or_after: Mapping[Severity, Duration] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its identity within a clock."""
        return str(self.at)

    @property
    def is_repeated(self) -> bool:
        """Whether it is told again until somebody answers."""
        return self.asks is not Asks.NOTHING

    @property
    def is_shown_only(self) -> bool:
        return set(self.where) == {NoticePlace.CLOCKS}

    @property
    def is_real_step(self) -> bool:
        """Whether it is told although somebody is on it: the breach, and twice the target."""
        return self.at.is_breach or (self.at.percent or 0) >= TWICE

    def instant(self, clock: SlaClock) -> datetime | None:
        points = [self.at, *([self.or_at[clock.severity]] if clock.severity in self.or_at else [])]
        found = [at for point in points if (at := point.instant(clock)) is not None]
        if clock.severity in self.or_after and clock.target is not None:
            found.append(clock.started_at + self.or_after[clock.severity].length(clock.calendar))
        return min(found, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLadder:
    """For promises so short that the usual rungs would follow each other within minutes."""

    up_to: Duration
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        refuse(_not_ascending("rungs", self.rungs))
        if self.up_to.unit.is_business:
            refuse([wrong("up_to", str(self.up_to), "real time, such as 15 min")])


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderQuietHours:
    """For these severities nobody is called outside the hours of that calendar.

    It is read in the time zone of whoever is called.
    """

    severities: tuple[Severity, ...]
    outside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of every clock, and how insistent they are.

    Attributes:
        next_update: The rungs of the next-update clock, which has no use for the others.
        gaps: How long an unanswered rung waits before it is told again, each time; after the last
            it is only named in the digest.
        deputy: Who is told, too, when a rung is repeated because its people were silent.
    """

    rungs: tuple[Rung, ...] = ()
    next_update: tuple[Rung, ...] = ()
    short: ShortLadder | None = None
    gaps: tuple[Duration, ...] = GAPS
    deputy: RoleKey | None = None
    quiet_hours: LadderQuietHours | None = None

    def __post_init__(self) -> None:
        refuse(
            [
                *_not_ascending("rungs", self.rungs),
                *_not_ascending("next_update", self.next_update),
                *self._unusable_gaps(),
                *self._unusable_after(),
            ]
        )

    def rungs_of(self, clock: SlaClock) -> tuple[Rung, ...]:
        if clock.kind == NEXT_UPDATE:
            return self.next_update
        short = self.short
        target = clock.target
        if short is None or target is None or target.unit.is_business:
            return self.rungs
        is_short = target.length(clock.calendar) <= short.up_to.length(clock.calendar)
        return short.rungs if is_short else self.rungs

    def rung(self, clock: SlaClock, key: str) -> Rung | None:
        """Return the rung with that key; None when the policy no longer has it."""
        return next((rung for rung in self.rungs_of(clock) if rung.key == key), None)

    def repeat_at(self, times: int, now: datetime) -> datetime | None:
        """Return when a rung told `times` times is told again; None: with the digest alone."""
        return self.gaps[times - 1].after(now, ALWAYS) if times <= len(self.gaps) else None

    def below(self, clock: SlaClock, key: str) -> tuple[str, ...]:
        """Return the keys of the rungs below that one."""
        keys = [rung.key for rung in self.rungs_of(clock)]
        return tuple(keys[: keys.index(key)]) if key in keys else ()

    def audience(self, clock: SlaClock, key: str) -> tuple[RoleKey, ...]:
        """Return the roles told at a rung: its own, after those of every rung below it."""
        roles: dict[RoleKey, None] = {}
        for rung in self.rungs_of(clock):
            roles |= dict.fromkeys(rung.tell)
            if clock.is_contractual:
                roles |= dict.fromkeys(rung.tell_if_contractual)
            if rung.key == key:
                break
        return tuple(roles)

    def all_rungs(self) -> Iterator[tuple[str, Rung]]:
        """Yield each rung with its place in the policy."""
        for name in ("rungs", "next_update"):
            for i, rung in enumerate(getattr(self, name)):
                yield f"{name}[{i}]", rung
        for i, rung in enumerate(self.short.rungs if self.short else ()):
            yield f"short.rungs[{i}]", rung

    def _unusable_after(self) -> Iterator[ValidationProblem]:
        for where, rung in self.all_rungs():
            for severity, after in rung.or_after.items():
                if after.unit.is_business:
                    place = f"{where}.or_after.{severity.value}"
                    yield wrong(place, str(after), "real time, such as 24 h")

    def _unusable_gaps(self) -> Iterator[ValidationProblem]:
        for i, gap in enumerate(self.gaps):
            if gap.unit.is_business:
                yield wrong(f"gaps[{i}]", str(gap), "real time, such as 30 min")
        real = [gap.length(ALWAYS) for gap in self.gaps if not gap.unit.is_business]
        if any(after < before for before, after in itertools.pairwise(real)):
            found = ", ".join(map(str, self.gaps))
            yield wrong("gaps", found, "gaps that grow, such as 30 min, 1 h, 2 h, 4 h")


def due_rungs(
    ladder: Ladder, clock: SlaClock, climbed: Collection[str], now: datetime
) -> list[Rung]:
    """Return the rungs that are to be told at `now` and were not, the lowest first.

    `climbed` holds the keys of those that were. A clock that has ended tells none.
    """
    return [rung for at, rung in _waiting(ladder, clock.at(now), climbed) if at <= now]


def next_rung_at(
    ladder: Ladder, clock: SlaClock, climbed: Collection[str], *, repeats: Collection[datetime] = ()
) -> datetime | None:
    """Return when the clock has to be looked at next; None when never.

    That is its next rung, the next repetition of an unanswered one (`repeats`), or the end of a
    pause, whichever is the soonest.
    """
    if clock.is_ended:
        return None
    found = [at for at, _ in _waiting(ladder, clock, climbed)]
    if clock.pause is not None and clock.pause.until_at is not None:
        found.append(clock.pause.until_at)
    return min([*found, *repeats], default=None)


def armed_anew(
    ladder: Ladder, before: SlaClock, after: SlaClock, climbed: Collection[str], now: datetime
) -> list[str]:
    """Return which told rungs lie ahead again, because the target has changed.

    A broken promise keeps its target, and what was told of it.
    """
    if before.target == after.target:
        return []
    told = [rung for rung in ladder.rungs_of(after) if rung.key in climbed]
    return [rung.key for rung in told if (at := rung.instant(after)) is not None and at > now]


def _waiting(
    ladder: Ladder, clock: SlaClock, climbed: Collection[str]
) -> Iterator[tuple[datetime, Rung]]:
    if clock.is_ended:
        return
    for rung in ladder.rungs_of(clock):
        at = rung.instant(clock) if rung.key not in climbed else None
        if at is not None:
            yield at, rung


def _not_ascending(where: str, rungs: tuple[Rung, ...]) -> Iterator[ValidationProblem]:
    """Shares come before offsets, and each rung is above the one before it."""
    for i, (before, after) in enumerate(itertools.pairwise(rungs), start=1):
        if _height(after.at) <= _height(before.at):
            expected = f"a point after {before.at}"
            yield wrong(f"{where}[{i}].at", str(after.at), expected)


def _height(point: Point) -> tuple[int, float]:
    if point.percent is not None:
        return (0, float(point.percent))
    return (1, (point.offset or timedelta(0)).total_seconds())
