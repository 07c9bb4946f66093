"""Running an escalation: acknowledge it, change its severity, status, owner and details."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.changes import Change, Wish, changes_between
from bot.domain.clock import Clock
from bot.domain.effects import InviteToRoom, NoteChange, RefreshRoom
from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation import Escalation, EscalationId
from bot.domain.people import ESCALATION_MANAGER, Assignment, Person, RoleKey, SlackUserId
from bot.domain.policy import Policy
from bot.domain.timeline import Entry, EntryKind
from bot.services import sla_record
from bot.services.access import visible
from storage import escalations, outbox, timeline
from storage.database import Database, Transaction

TRIES = 5  # a change is made again on what somebody else has just changed


class Escalations:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def acknowledge(self, escalation_id: EscalationId, *, by: Person) -> Escalation:
        """Record who answers for the escalation from now on, and when they said so.

        Raises:
            NotNow: Somebody acknowledged it before; the message names them.
        """
        return await self._change(
            escalation_id, lambda found: found.acknowledge(by.id, self._clock.now()), by=by
        )

    async def change(self, escalation_id: EscalationId, wish: Wish, *, by: Person) -> Escalation:
        """Make every change that the wish names, or none; what is so already is no change.

        Card, plan and topic follow, the room is told in one message, and a new escalation
        manager is brought in.

        Raises:
            NotNow: The lifecycle has no such move.
            InvalidInput: A text is too long.
        """
        wish.check()
        return await self._change(escalation_id, wish.applied_to, by=by, reason=wish.reason)

    async def assign(
        self, escalation_id: EscalationId, role: RoleKey, user: SlackUserId, *, by: Person
    ) -> Escalation:
        """Give a role to somebody; whoever held it gives it up.

        Raises:
            InvalidInput: The policy knows no such role; the message names those it knows.
        """
        if role == ESCALATION_MANAGER:
            return await self.change(escalation_id, Wish(owner=user), by=by)
        if role not in self._policy.roles:
            known = ", ".join(self._policy.roles)
            raise InvalidInput({"role": f"There is no role {role!r}. Known roles: {known}."})
        by.must_be_member()
        async with self._database.transaction() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            held = await escalations.assignments(tx, escalation_id)
            before = [a.user_id for a in held if a.role == role]
            if before != [user]:
                await self._hand_role(tx, escalation_id, role, user, by=by.id)
                change = Change(
                    kind=EntryKind.ASSIGNED,
                    what=self._policy.role_title(role),
                    was=" ".join(f"<@{holder}>" for holder in before),
                    now=f"<@{user}>",
                )
                await self._tell(tx, escalation_id, [change], by=by.id)
        return escalation

    async def _change(
        self,
        escalation_id: EscalationId,
        change: Callable[[Escalation], Escalation],
        *,
        by: Person,
        reason: str = "",
    ) -> Escalation:
        by.must_be_member()
        for _ in range(TRIES):
            async with self._database.transaction() as tx:
                before = await visible(tx, escalation_id, to=by)
                wanted = change(before)
                if wanted == before:
                    return before
                saved = await self._saved(tx, before, wanted, by=by, reason=reason)
            if saved is not None:
                return saved
        raise NotNow("Many people change this at the same moment. Look at the card and try again.")

    async def _saved(
        self, tx: Transaction, before: Escalation, wanted: Escalation, *, by: Person, reason: str
    ) -> Escalation | None:
        """Store a change and have it told; None when somebody changed it meanwhile."""
        due = await sla_record.follow(tx, self._policy, before, wanted, at=self._clock.now())
        saved = await escalations.save(tx, replace(wanted, next_update_due_at=due))
        if saved is None:
            return None
        if saved.owner != before.owner:
            await self._hand_role(tx, saved.id, ESCALATION_MANAGER, saved.owner, by=by.id)
        changes = changes_between(before, saved)
        if saved.acknowledged_at != before.acknowledged_at:
            changes.insert(0, Change(kind=EntryKind.ACKNOWLEDGED, what="Acknowledged"))
        await self._tell(tx, saved.id, changes, by=by.id, reason=reason)
        return saved

    async def _hand_role(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        role: RoleKey,
        user: SlackUserId,
        *,
        by: SlackUserId,
    ) -> None:
        now = self._clock.now()
        taken = Assignment(role=role, user_id=user, assigned_by=by, assigned_at=now)
        await escalations.end_role(tx, escalation_id, role, ended_at=now)
        await escalations.assign(tx, escalation_id, [taken])
        invite = InviteToRoom(escalation_id=escalation_id, users=(user,))
        await outbox.put(tx, invite, at=now)

    async def _tell(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        changes: Sequence[Change],
        *,
        by: SlackUserId,
        reason: str = "",
    ) -> None:
        """Record the changes, have the pictures drawn again, and say it once in the room."""
        now = self._clock.now()
        entries = [
            Entry(
                escalation_id=escalation_id,
                kind=change.kind,
                at=now,
                actor=by,
                text=_told(change, reason),
            )
            for change in changes
        ]
        await timeline.add(tx, *entries)
        await outbox.put(tx, RefreshRoom(escalation_id=escalation_id), at=now)
        note = NoteChange(
            escalation_id=escalation_id,
            by=by,
            changes=tuple((change.what, change.was, change.now) for change in changes),
            reason=reason,
        )
        await outbox.put(tx, note, at=now)


def _told(change: Change, reason: str) -> str:
    moved = f"{change.what}: {change.was} → {change.now}" if change.now else change.what
    return f"{moved} ({reason})" if reason else moved
