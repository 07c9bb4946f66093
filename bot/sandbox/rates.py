"""Slack's rate tiers, when they are switched on."""

from dataclasses import dataclass, field

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}
BURST_SHARE = 1.0  # a full minute's calls may come at once, then they trickle


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
