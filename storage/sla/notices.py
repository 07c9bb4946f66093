"""Messages about clocks: what each says, where it stands, whether somebody has answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.sla.notice import Notice, NoticeId
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.clocks import ClockNoticeRow


async def since(tx: Transaction, escalation_id: EscalationId, at: datetime) -> list[Notice]:
    """Return an escalation's messages of that instant and later, the oldest first."""
    rows = await tx.all(
        select(ClockNoticeRow)
        .where(
            col(ClockNoticeRow.escalation_id) == escalation_id, col(ClockNoticeRow.made_at) >= at
        )
        .order_by(col(ClockNoticeRow.id))
    )
    return [to_domain(Notice, row) for row in rows]


async def add(tx: Transaction, notice: Notice) -> NoticeId:
    """Store a new message and return its id; `notice.id` is not used."""
    row = await tx.one(
        insert(ClockNoticeRow).values(_values(notice)).returning(col(ClockNoticeRow.id))
    )
    return NoticeId((row or {})["id"])


async def save(tx: Transaction, notice: Notice) -> None:
    """Store what a message says by now; the transaction has to hold its timeline's head."""
    said = {name: _values(notice)[name] for name in ("lines", "people", "is_answered")}
    await tx.execute(update(ClockNoticeRow).where(col(ClockNoticeRow.id) == notice.id).values(said))


async def find(tx: Transaction, notice_id: NoticeId) -> Notice | None:
    row = await tx.one(select(ClockNoticeRow).where(col(ClockNoticeRow.id) == notice_id))
    return to_domain(Notice, row) if row else None


async def answered(tx: Transaction, notices: Sequence[Notice]) -> None:
    """Have what comes later be told anew."""
    await tx.execute(
        update(ClockNoticeRow)
        .where(col(ClockNoticeRow.id).in_([notice.id for notice in notices]))
        .values(is_answered=True)
    )


async def told(
    tx: Transaction, notice_id: NoticeId, channel: ChannelId, ts: MessageTs, digest: str
) -> None:
    """Write down where a message stands and what it shows."""
    await tx.execute(
        update(ClockNoticeRow)
        .where(col(ClockNoticeRow.id) == notice_id)
        .values(channel_id=channel, ts=ts, digest=digest)
    )


def _values(notice: Notice) -> dict[str, Any]:
    values = to_row(notice)
    del values["id"]
    return values
