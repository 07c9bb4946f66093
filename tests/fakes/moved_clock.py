"""A clock that begins where a test wants it and is moved on; the bot and Slack share it."""

from datetime import UTC, datetime

from bot.sandbox.clock import Clock as SlackClock


class MovedSlackClock(SlackClock):
    """Slack's clock, set to some instant; it runs on from there."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._start = at.timestamp()


class MovedClock:
    """The bot's clock: always what Slack's shows."""

    def __init__(self, at: datetime) -> None:
        self.of_slack = MovedSlackClock(at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.of_slack.now(), UTC)

    def moves_to(self, at: datetime) -> None:
        """Skip forward; nobody can skip back."""
        self.of_slack.jump((at - self.now()).total_seconds())
