"""What happened to clocks, in words."""

from datetime import datetime, timedelta

from bot.domain.escalation.timeline import EntryKind
from bot.domain.sla.payloads import (
    BreachRecorded,
    ClockBreached,
    ClockMet,
    ClockPaused,
    ClockRejected,
    ClockResumed,
    ClockRetargeted,
    ClocksChanged,
    ClockWaived,
    RecoveryNoted,
    ResumeCause,
    RungAcknowledged,
    RungsTold,
)
from bot.domain.time.duration import Duration, spelled
from bot.domain.time.local_time import local_time
from bot.views.timeline.wording import Mention, Parts, Wording

RESUMED = {
    ResumeCause.AS_PLANNED: "the pause ended as planned, and the clock resumed",
    ResumeCause.LIMIT_REACHED: "the pause reached its limit, and the clock resumed",
}


def paused(payload: ClockPaused, _kind: EntryKind) -> Wording:
    until = ""
    if payload.until_at is not None:
        until = f" until {local_time(payload.until_at, payload.time_zone)}"
        until += "" if payload.is_planned else " at the latest"
    chase = f", follow-up #{payload.chase}" if payload.chase > 1 else ""
    why = f": {payload.pause_title}{chase} ({payload.evidence})" if payload.evidence else ""
    return _of(payload, f"paused{until}{why}")


def resumed(payload: ClockResumed, _kind: EntryKind) -> Wording:
    return _of(payload, RESUMED.get(payload.cause, "resumed"))


def met(payload: ClockMet, _kind: EntryKind) -> Wording:
    if payload.is_accepted:
        return _of(payload, f"accepted by the customer ({payload.how})")
    state = payload.state.value
    if payload.late_seconds is not None:
        state = f"recovered, {spelled(timedelta(seconds=payload.late_seconds))} late"
    more = "" if payload.is_final else "; it counts as met once the customer accepts it"
    return _of(payload, f"{state} ({payload.how}){more}")


def rejected(payload: ClockRejected, _kind: EntryKind) -> Wording:
    return _of(payload, f"rejected by the customer, resumed ({payload.why})")


def waived(payload: ClockWaived, _kind: EntryKind) -> Wording:
    return _of(payload, f"waived ({payload.why})")


def retargeted(payload: ClockRetargeted, _kind: EntryKind) -> Wording:
    clock, zone = payload.clocks[0], payload.time_zone
    return Wording(
        what=titles(payload),
        before=(_target(payload.before, clock.due_before, zone),),
        after=(_target(payload.after, clock.due_after, zone),),
        reason=payload.reason,
    )


def breached(payload: ClockBreached, _kind: EntryKind) -> Wording:
    when = ""
    if payload.breached_at is not None:
        when = f", due {local_time(payload.breached_at, payload.time_zone)}"
    return _of(payload, f"breached; the target was {payload.target}{when}")


def rungs_told(payload: RungsTold, _kind: EntryKind) -> Wording:
    return _of(payload, f"{', '.join(payload.rungs)} notified")


def rung_acknowledged(payload: RungAcknowledged, _kind: EntryKind) -> Wording:
    return _of(payload, Mention(payload.person), " is on it")


def breach_recorded(payload: BreachRecorded, _kind: EntryKind) -> Wording:
    return _of(payload, f"breach record: “{payload.cause}”; impact: “{payload.effect}”")


def recovery_noted(payload: RecoveryNoted, _kind: EntryKind) -> Wording:
    return _of(payload, f"recovery plan: “{payload.plan}”")


def titles(payload: ClocksChanged) -> str:
    return ", ".join(clock.title for clock in payload.clocks)


def _of(payload: ClocksChanged, *after: str | Mention) -> Wording:
    parts: Parts = after
    return Wording(what=titles(payload), after=parts, reason=payload.reason)


def _target(target: Duration | None, due_at: datetime | None, time_zone: str) -> str:
    if target is None:
        return "no target"
    if due_at is None:
        return f"{target}, paused"
    return f"{target}, due {local_time(due_at, time_zone)}"
