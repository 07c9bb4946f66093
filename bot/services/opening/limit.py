"""How many escalations one person may open in a short time: no script floods a workspace."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from bot.domain.errors import NotNow
from bot.domain.people import SlackUserId

WITHIN = timedelta(minutes=10)
MOST_REMEMBERED = 10_000  # people


class OpeningLimit:
    """Counts in this process; with N replicas, up to N times as many get through."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._opened: OrderedDict[SlackUserId, deque[datetime]] = OrderedDict()

    def check(self, user: SlackUserId, now: datetime) -> None:
        """Refuse when that person has opened as many as they may.

        Raises:
            NotNow: Says when it will work again.
        """
        opened = self._opened.get(user, deque())
        while opened and opened[0] <= now - WITHIN:
            opened.popleft()
        if len(opened) >= self._most:
            wait = opened[0] + WITHIN - now
            minutes = max(1, -(-int(wait.total_seconds()) // 60))
            raise NotNow(
                f"You opened {len(opened)} escalations in the last ten minutes. Try again in "
                f"{minutes} min, or ask a colleague to open this one."
            )

    def count(self, user: SlackUserId, now: datetime) -> None:
        """Note that an escalation was opened."""
        self._opened.setdefault(user, deque()).append(now)
        self._opened.move_to_end(user)
        if len(self._opened) > MOST_REMEMBERED:
            self._opened.popitem(last=False)
