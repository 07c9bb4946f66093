"""What was promised: how soon, in which hours, by whom, and what may suspend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.escalation.escalation import Severity
from bot.domain.time.business_hours import Calendar
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason

Targets = Mapping[Severity, Duration]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The target that held at one moment."""

    severity: Severity
    target: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was promised when the escalation was opened, whatever the policy says later.

    Attributes:
        targets: How soon, by severity; a severity that is missing promises nothing.
        after_workaround: The same once the customer has an accepted workaround; where a severity
            is missing, `targets` holds.
        contractual: The severities whose target the contract promises; the others are aims of
            ours.
        pauses: The reasons for which it may stand still, and how long at most; None: no limit.
        sources: Who set a severity's target: a tier, or a contract's reference; a severity that
            is missing has the policy's.
    """

    targets: Targets
    calendar: Calendar
    contractual: frozenset[Severity] = frozenset()
    after_workaround: Targets = field(default_factory=dict)
    pauses: Mapping[PauseReason, Duration | None] = field(default_factory=dict)
    sources: Mapping[Severity, str] = field(default_factory=dict)

    def target(self, severity: Severity, *, after_workaround: bool = False) -> Duration | None:
        found = self.after_workaround.get(severity) if after_workaround else None
        return found or self.targets.get(severity)
