"""What Slack does on its bad days: faults to order, and rate tiers when they are switched on."""

from dataclasses import dataclass, field
from enum import StrEnum

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}
BURST_SHARE = 1.0  # a full minute's calls may come at once, then they trickle


class FaultKind(StrEnum):
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    ERROR = "error"
    DONE_NO_ANSWER = "done_no_answer"
    NO_ANSWER = "no_answer"
    DELAY = "delay"
    HTML = "html"


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to calls of `method` ("*": any), from the `nth` on, `times` times.

    Attributes:
        retry_after: Seconds Slack asks to wait; for RATE_LIMITED.
        error: Slack's code; for ERROR.
        delay: Seconds before it is performed; for DELAY.
        channels: Only calls about one of these are struck; empty for any.
    """

    kind: FaultKind
    method: str = "*"
    nth: int = 1
    times: int = 1
    retry_after: float = 1.0
    error: str = "fatal_error"
    delay: float = 0.0
    channels: tuple[str, ...] = ()
    seen: int = 0

    def strikes(self, method: str, channel: str | None = None) -> bool:
        if self.method not in {"*", method}:
            return False
        if self.channels and channel not in self.channels:
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass(slots=True)
class Faults:
    """The faults in force.

    Attributes:
        down: Every call answers 503.
        deliver_twice: Everything people do reaches the bot twice, at the same moment.
    """

    down: bool = False
    deliver_twice: bool = False
    ordered: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.ordered.append(fault)

    def clear(self) -> None:
        self.ordered.clear()
        self.down = self.deliver_twice = False

    def for_call(self, method: str, channel: str | None = None) -> Fault | None:
        """Return the fault that strikes this call, counting the call for all of them."""
        striking = [fault for fault in self.ordered if fault.strikes(method, channel)]
        return striking[0] if striking else None


@dataclass(slots=True)
class Rates:
    """Counts calls per method; posts count per channel as well."""

    enabled: bool = False
    _tokens: dict[str, tuple[float, float]] = field(default_factory=dict)

    def refuse_for(self, method: str, tier: int, channel: str | None, now: float) -> float | None:
        """Return the seconds to wait when the call comes too soon, None when it may pass."""
        if not self.enabled:
            return None
        per_minute = PER_MINUTE[tier]
        wait = self._take(method, per_minute, per_minute * BURST_SHARE, now)
        if wait is None and method == "chat.postMessage" and channel:
            wait = self._take(f"post:{channel}", 60, 10, now)
        return wait

    def _take(self, name: str, per_minute: float, burst: float, now: float) -> float | None:
        tokens, at = self._tokens.get(name, (burst, now))
        tokens = min(burst, tokens + (now - at) * per_minute / 60)
        if tokens < 1:
            self._tokens[name] = (tokens, now)
            return (1 - tokens) * 60 / per_minute
        self._tokens[name] = (tokens - 1, now)
        return None
