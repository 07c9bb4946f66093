"""Writing down what changed of an escalation: its entries, the note, roles changing hands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.escalation.changes import Change
from bot.domain.escalation.effects import PostChange
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.payloads import RoleGiven, states
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
    entries = await record(tx, escalation_id, changes, by=by, at=at, reason=reason)
    if entries:
        note = PostChange(escalation_id=escalation_id, by=by, entries=entries)
        await outbox.enqueue(tx, note, at=at)


async def record(
    tx: Transaction,
    escalation_id: EscalationId,
    changes: Sequence[Change],
    *,
    by: SlackUserId | None,
    at: datetime,
    reason: str = "",
) -> tuple[int, ...]:
    """Record changes that something else tells the room, and have the pictures drawn again.

    Returns their places in the timeline.
    """
    entries = [_entry(escalation_id, change, by=by, at=at, reason=reason) for change in changes]
    places = await timeline.add(tx, *entries)
    await outbox.enqueue(tx, RefreshRoom(escalation_id=escalation_id), at=at)
    return places


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


def _entry(
    escalation_id: EscalationId,
    change: Change,
    *,
    by: SlackUserId | None,
    at: datetime,
    reason: str,
) -> Entry:
    from_state, to_state = states(change.payload)
    return Entry(
        escalation_id=escalation_id,
        kind=change.kind,
        at=at,
        actor=by,
        subject=change.subject,
        payload=replace(change.payload, reason=reason) if reason else change.payload,
        from_state=from_state,
        to_state=to_state,
    )


def offered(changes: Sequence[Change], *, by: SlackUserId) -> list[Change]:
    """Return the changes without a role given to somebody else: its offer tells of that."""
    return [c for c in changes if not isinstance(c.payload, RoleGiven) or c.payload.after == by]
