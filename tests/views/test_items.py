"""What a form shows of an item that somebody else changed meanwhile."""

from datetime import UTC, datetime

import pytest

from bot.domain.escalation.escalation import EscalationId
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Content, Item, ItemId, ItemState
from bot.domain.plan.kinds import ItemKind
from bot.views.plan import items

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["WAITING", "UPSTREAM", "U0EVA0001"])
def test_a_text_is_never_taken_for_a_person(text: str) -> None:
    item = Item(
        id=ItemId(1),
        escalation_id=EscalationId(1),
        kind=ItemKind.ACTION,
        number=3,
        state=ItemState.BLOCKED,
        content=Content(text="Replay", blocked_by=text, owner=SlackUserId("U0EVA0001")),
        recorded_by=SlackUserId("U0LEA0001"),
        recorded_at=NOW,
        said_at=NOW,
    )

    _, rows = items.conflict(item, ["blocked_by", "owner"])

    blocked, owner = rows["elements"]
    assert blocked["elements"][1] == {"type": "text", "text": text}
    assert owner["elements"][1] == {"type": "user", "user_id": "U0EVA0001"}
