"""Rhythms that follow an escalation, and our message about a call that follows its minutes."""

from datetime import datetime

from bot.domain.errors import Conflict
from bot.domain.escalation.escalation import Escalation
from bot.domain.meetings.cadence import NOT_STORED, Cadence, followed, runs
from bot.domain.meetings.effects import RefreshMeeting
from bot.domain.meetings.policy import CadenceKind
from bot.domain.plan.item import Item
from bot.domain.plan.kinds import ItemKind
from bot.domain.policy.policy import Policy
from storage.customers import customers
from storage.database.database import Transaction
from storage.meetings import meetings
from storage.queue import outbox

TRIES = 3  # a sweep may move the same rhythm on at the same moment


async def follow(tx: Transaction, policy: Policy, escalation: Escalation, *, at: datetime) -> None:
    """Begin, change or rest an escalation's rhythms, as its status and severity want it.

    The transaction has to hold the escalation, or to have changed it: what somebody else makes of
    it at the same moment would be followed the wrong way round.

    Raises:
        Conflict: Somebody else changes them at this moment, again and again.
    """
    for _ in range(TRIES):
        if await _follow(tx, policy, escalation, at):
            return
    raise Conflict("Someone just changed this schedule. Try again.")


async def is_behind(
    tx: Transaction, policy: Policy, escalation: Escalation, *, at: datetime
) -> bool:
    """Say whether `follow` would change anything."""
    return bool(await _changed(tx, policy, escalation, at))


async def draw_again(tx: Transaction, item: Item, *, at: datetime) -> None:
    """Have the message of a call show its minutes as they are now, where `item` is one of them."""
    source = item.source
    if item.kind is not ItemKind.NOTE or source is None or source.thread_ts is None:
        return
    call = await meetings.call_at(tx, source.channel_id, source.thread_ts)
    if call is not None and not call.is_open:
        draw = RefreshMeeting(escalation_id=call.escalation_id, call_id=call.id)
        await outbox.enqueue(tx, draw, at=at)


async def _follow(tx: Transaction, policy: Policy, escalation: Escalation, at: datetime) -> bool:
    """Return False when somebody was faster; what was stored stands, and it can be done again."""
    for rhythm in await _changed(tx, policy, escalation, at):
        write = meetings.add if rhythm.id == NOT_STORED else meetings.save
        if await write(tx, rhythm) is None:
            return False
    return True


async def _changed(
    tx: Transaction, policy: Policy, escalation: Escalation, at: datetime
) -> list[Cadence]:
    """Return the rhythms that have to be written, as they are wanted."""
    known = await meetings.of(tx, escalation.id)
    settings = {kind: policy.rhythm(escalation.severity, kind) for kind in CadenceKind}
    if not known and not any(settings[kind] and runs(kind, escalation) for kind in CadenceKind):
        return []
    calendar = policy.business_days(await customers.get(tx, escalation.customer_id))
    wanted = [
        followed(known.get(kind), kind, setting, escalation, calendar=calendar, at=at)
        for kind, setting in settings.items()
    ]
    return [rhythm for rhythm in wanted if rhythm is not None and rhythm != known.get(rhythm.kind)]
