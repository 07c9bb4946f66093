"""How an escalation stands, and which is read first; both are derived, never typed.

RED    an S1 whose harm is not over; or the customer's update was missed; or confidence in the
       plan is low; or a blocker has stood for more than 24 hours
AMBER  otherwise: S1 or S2; or nobody has acknowledged it; or confidence is medium; or a blocker
       stands; or a handover waits to be taken
GREEN  everything else
"""

from datetime import datetime
from enum import StrEnum

from bot.domain.digest.digest import DAY
from bot.domain.digest.facts import OpenEscalation
from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Confidence, Severity, Status

HARM_IS_OVER = frozenset({Status.RESOLVED, Status.CONFIRMED, Status.REVIEW})
GRAVE = frozenset({Severity.S1, Severity.S2})


class Rag(StrEnum):
    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"


# Points of the priority score, which stands beside every escalation it sorts.
SEVERITY_POINTS = {Severity.S1: 40, Severity.S2: 25, Severity.S3: 10, Severity.S4: 5}
TIER_POINTS = {Tier.STRATEGIC: 10, Tier.ENTERPRISE: 6, Tier.GROWTH: 3, Tier.STANDARD: 0}
MISSED_POINTS, DOUBT_POINTS, STUCK_POINTS, UNANSWERED_POINTS = 20, 15, 15, 10
MOST_DAY_POINTS = 10  # one for each day since it was raised


def rag(found: OpenEscalation, now: datetime) -> Rag:
    """Return how it stands, by the rule above."""
    hurts = found.severity is Severity.S1 and found.status not in HARM_IS_OVER
    in_doubt = found.confidence is Confidence.LOW
    if hurts or in_doubt or found.misses_update(now) or found.is_stuck(now):
        return Rag.RED
    unanswered = found.acknowledged_at is None or found.handover_to is not None
    uncertain = found.confidence is Confidence.MEDIUM or found.blocked_since is not None
    return Rag.AMBER if found.severity in GRAVE or unanswered or uncertain else Rag.GREEN


def score(found: OpenEscalation, now: datetime) -> int:
    """Return the priority score: the higher, the sooner it is read."""
    points = SEVERITY_POINTS[found.severity] + TIER_POINTS[found.tier]
    points += MISSED_POINTS * found.misses_update(now)
    points += DOUBT_POINTS * (found.confidence is Confidence.LOW)
    points += STUCK_POINTS * found.is_stuck(now)
    points += UNANSWERED_POINTS * (found.acknowledged_at is None)
    return points + min(max((now - found.raised_at) // DAY, 0), MOST_DAY_POINTS)
