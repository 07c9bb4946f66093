"""Direct messages of reminders: the last one to a person, which more may join."""

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.reminders.message import DirectMessage
from storage.database.database import Transaction
from storage.mapping import to_domain, to_row
from storage.tables.meetings import DirectMessageRow


async def last(tx: Transaction, person: SlackUserId) -> DirectMessage | None:
    row = await tx.one(
        select(DirectMessageRow)
        .where(col(DirectMessageRow.person) == person)
        .order_by(col(DirectMessageRow.posted_at).desc())
        .limit(1)
    )
    return to_domain(DirectMessage, row) if row else None


async def find(tx: Transaction, batch: str) -> DirectMessage | None:
    row = await tx.one(select(DirectMessageRow).where(col(DirectMessageRow.batch) == batch))
    return to_domain(DirectMessage, row) if row else None


async def begin(tx: Transaction, message: DirectMessage) -> None:
    """Store a new one in place of those before it, which nothing joins any more."""
    await tx.execute(delete(DirectMessageRow).where(col(DirectMessageRow.person) == message.person))
    await tx.execute(insert(DirectMessageRow).values(to_row(message)))


async def stands(
    tx: Transaction, batch: str, channel: ChannelId | None, ts: MessageTs | None
) -> None:
    """Write down where it stands."""
    await _change(tx, batch, channel=channel, ts=ts)


async def answered(tx: Transaction, batch: str) -> None:
    """Have what comes next be sent anew, and soon."""
    await _change(tx, batch, is_answered=True)


async def _change(tx: Transaction, batch: str, **values: object) -> None:
    await tx.execute(
        update(DirectMessageRow).where(col(DirectMessageRow.batch) == batch).values(**values)
    )
