"""Pausing a clock again for the same reason: each time chases the customer once more."""

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.policy import PausePolicy
from bot.domain.time.segments import PauseReason, Segment


def run_out(clock: SlaClock, reason: PauseReason) -> list[Segment]:
    """Return the latest pauses in a row for that reason that lasted as long as they might.

    One that somebody ended, or that ended as planned, ends the row.
    """
    found: list[Segment] = []
    ended = [s for s in clock.segments if s.is_pause and s.to_at is not None]
    for pause in reversed(ended):
        is_up = pause.to_at == pause.until_at
        if pause.reason != reason or not is_up or clock.is_planned(pause):
            break
        found.insert(0, pause)
    return found


def check_renewal(clock: SlaClock, reason: PauseReason, rule: PausePolicy, evidence: str) -> None:
    """Refuse another pause that nothing new shows, or one too many in a row.

    Raises:
        InvalidInput: The evidence was given for an earlier one.
        NotNow: It was paused as often in a row as the policy allows.
    """
    before = run_out(clock, reason)
    if rule.times is not None and len(before) >= rule.times:
        raise NotNow(
            f"“{rule.title}” timed out {len(before)} times in a row without an answer, so the "
            "clock keeps running. You can pause it again once the customer answers."
        )
    if any(pause.evidence == evidence.strip() for pause in before):
        again = f"follow up with the customer again (#{len(before) + 1}) and link to it"
        raise InvalidInput({"evidence": f"You already used that evidence: {again}."})


def chases(clock: SlaClock, reason: PauseReason) -> int:
    """Return how often the customer has been chased in a row, this pause included."""
    return len(run_out(clock, reason)) + 1
