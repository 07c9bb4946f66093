"""What happened to clocks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.payloads import ChangePayload
from bot.domain.people import SlackUserId
from bot.domain.sla.clock import ClockKind, ClockState, SlaClock
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason


class ResumeCause(StrEnum):
    """Why a clock runs on."""

    BY_HAND = "by_hand"
    AS_PLANNED = "as_planned"
    LIMIT_REACHED = "limit_reached"
    HOLD_ENDED = "hold_ended"
    CUSTOMER_REPLIED = "customer_replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """One clock before and after what happened.

    Attributes:
        id: In the database.
        title: What the policy called it then, so that the record outlives its policy.
        cycle: Counts from 1; a recurring clock has many.
        due_before, due_after: When it was and is due; None while it stands still or has ended.
    """

    id: int
    kind: ClockKind
    title: str
    cycle: int = 1
    due_before: datetime | None = None
    due_after: datetime | None = None

    @classmethod
    def of(cls, id_: int, title: str, before: SlaClock, after: SlaClock) -> "ClockFacts":
        return cls(
            id=id_,
            kind=after.kind,
            title=title,
            cycle=after.cycle,
            due_before=before.due_at,
            due_after=after.due_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksChanged(ChangePayload):
    """The same thing happened to one clock or several at once."""

    clocks: tuple[ClockFacts, ...]

    @property
    def subject(self) -> Subject | None:
        """The clock it is about; None when it is about several."""
        if len(self.clocks) != 1:
            return None
        return Subject(kind=SubjectKind.CLOCK, id=str(self.clocks[0].id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused(ClocksChanged):
    """Clocks stand still.

    Attributes:
        pause_title: What the policy called the reason then.
        evidence: What shows that it holds; empty when the hold's own entry says so.
        until_at: When it ends by itself; None when somebody has to end it.
        is_planned: Somebody said so; False when `until_at` is only the longest it may last.
        time_zone: IANA name of the zone the clock is told in.
        chase: How often the customer has been chased in a row, this time included.
    """

    pause: PauseReason
    pause_title: str
    evidence: str = ""
    until_at: datetime | None = None
    is_planned: bool = False
    time_zone: str
    chase: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(ClocksChanged):
    cause: ResumeCause


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMet(ClocksChanged):
    """A promise was kept, in time or late.

    Attributes:
        state: Met, met late, or provisional until the customer accepts.
        how: In the words of whoever said so.
        late_seconds: How late, in the time the clock counts; None when it was not.
        is_final: False when it counts only once the customer accepts it.
        is_accepted: The customer accepted what had met it before.
    """

    state: ClockState
    how: str
    late_seconds: int | None = None
    is_final: bool = True
    is_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRejected(ClocksChanged):
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWaived(ClocksChanged):
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRetargeted(ClocksChanged):
    """A clock has another target; None where nothing is promised."""

    before: Duration | None
    after: Duration | None
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBreached(ClocksChanged):
    target: Duration | None
    breached_at: datetime | None
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RungsTold(ClocksChanged):
    """Steps of the ladder were told; `rungs` are their keys, such as "75 %"."""

    rungs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAcknowledged(ClocksChanged):
    person: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRecorded(ClocksChanged):
    cause: str
    effect: str
    next_target_at: datetime | None = None
    is_customer_told: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryNoted(ClocksChanged):
    plan: str
    forecast_at: datetime | None = None
