"""Writing down what changed of an escalation: its entries, the note, roles changing hands."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.escalation.changes import Change
from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.timeline import Entry
from bot.domain.lifecycle.effects import InviteToRole
from bot.domain.people import Assignment, RoleKey, SlackUserId
from bot.domain.rooms.effects import InviteToRoom, RefreshRoom
from storage.database.database import Transaction
from storage.escalation import escalations, timeline
from storage.queue import outbox


async def tell(
    tx: Transaction,
    escalation_id: EscalationId,
    changes: Sequence[Change],
    *,
    by: SlackUserId,
    at: datetime,
    reason: str = "",
) -> None:
    """Record changes, have the pictures drawn again, and say it once in the room."""
    await record(tx, escalation_id, changes, by=by, at=at, reason=reason)
    if changes:
        note = PostChange(
            escalation_id=escalation_id,
            by=by,
            changes=as_facts(changes),
            reason=reason,
            advice=next((c.advice for c in changes if c.advice), ""),
        )
        await outbox.enqueue(tx, note, at=at)


async def record(
    tx: Transaction,
    escalation_id: EscalationId,
    changes: Sequence[Change],
    *,
    by: SlackUserId | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Record changes that something else tells the room, and have the pictures drawn again."""
    entries = [
        Entry(
            escalation_id=escalation_id,
            kind=change.kind,
            at=at,
            actor=by,
            text=_told(change, reason),
            from_state=change.from_state,
            to_state=change.to_state,
        )
        for change in changes
    ]
    await timeline.add(tx, *entries)
    await outbox.enqueue(tx, RefreshRoom(escalation_id=escalation_id), at=at)


async def hand_role(
    tx: Transaction,
    escalation_id: EscalationId,
    role: RoleKey,
    user: SlackUserId,
    *,
    by: SlackUserId,
    at: datetime,
) -> None:
    """Let somebody hold a role in place of whoever held it, bring them in, and ask them.

    Who takes it themselves has accepted it; everybody else is asked once, in the room, which is
    also how the room hears of it.
    """
    is_taken = user == by
    taken = Assignment(
        role=role,
        user_id=user,
        assigned_by=by,
        assigned_at=at,
        accepted_at=at if is_taken else None,
    )
    await escalations.end_role(tx, escalation_id, role, ended_at=at)
    await escalations.assign(tx, escalation_id, [taken])
    invite = InviteToRoom(escalation_id=escalation_id, users=(user,))
    await outbox.enqueue(tx, invite, at=at)
    if not is_taken:
        offer = InviteToRole(escalation_id=escalation_id, role=role, user=user, by=by)
        await outbox.enqueue(tx, offer, at=at)


def offered(changes: Sequence[Change], title: str, *, by: SlackUserId) -> list[Change]:
    """Return the changes without a role given to somebody else: its offer tells of that."""
    own = f"<@{by}>"
    return [c for c in changes if c.what != title or c.now == own]


def as_facts(changes: Sequence[Change]) -> tuple[tuple[str, str, str], ...]:
    """Return changes as an effect keeps them."""
    return tuple((change.what, change.was, change.now) for change in changes)


def _told(change: Change, reason: str) -> str:
    moved = f"{change.what}: {change.was} → {change.now}" if change.now else change.what
    return f"{moved} ({reason})" if reason else moved
