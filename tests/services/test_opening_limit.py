"""One person opens only so many escalations in a short time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import NotNow
from bot.domain.people import SlackUserId
from bot.services.opening.limit import WITHIN, OpeningLimit

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
EVA, MAX = SlackUserId("U1"), SlackUserId("U2")


def test_one_too_many_is_refused_and_says_when_it_will_work_again() -> None:
    limit = OpeningLimit(2)
    limit.count(EVA, NOW)
    limit.count(EVA, NOW + timedelta(minutes=4))

    with pytest.raises(NotNow, match="Try again in 5 min"):
        limit.check(EVA, NOW + timedelta(minutes=5))

    limit.check(MAX, NOW + timedelta(minutes=5))
    limit.check(EVA, NOW + WITHIN)
