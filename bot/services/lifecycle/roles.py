"""Roles: give one to somebody, hand the escalation over, accept and decline."""

from dataclasses import replace

from bot.domain.errors import InvalidInput, NotAllowed, NotNow
from bot.domain.escalation.changes import MAX_REASON, OWNER, Change, EscalationPatch, role_given
from bot.domain.escalation.escalation import Escalation, EscalationId
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.payloads import HandoverOffered, RoleAnswered
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import EntryKind
from bot.domain.lifecycle.effects import InviteToRole, ShowInvitationAnswer
from bot.domain.people import ESCALATION_MANAGER, UNASKED, Person, RoleKey, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.rooms.effects import InviteToRoom
from bot.domain.time.clock import Clock
from bot.services.access import visible
from bot.services.escalation import record as escalation_record
from bot.services.escalation.escalations import Escalations
from bot.services.people.colleagues import Colleagues
from storage.database.database import Database, Transaction
from storage.escalation import escalations
from storage.queue import outbox

STAYS = "An escalation always needs a manager. Assign someone else first: /escalate assign @eva"
GONE = "This role is no longer offered to you. See the card for who holds it."


class Roles:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        policy: Policy,
        changing: Escalations,
        colleagues: Colleagues,
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._escalations = changing
        self._colleagues = colleagues

    async def assign(
        self, escalation_id: EscalationId, role: RoleKey, user: SlackUserId, *, by: Person
    ) -> Escalation:
        """Give a role to somebody, who is asked to accept it; whoever held it gives it up.

        A role whose holder approves something is given by somebody who holds it, here or by the
        policy, or by an administrator of the workspace.

        Raises:
            InvalidInput: The policy knows no such role, and the message names those it knows; or
                the person is no full member of the workspace.
            NotAllowed: It is not theirs to give.
        """
        if role == ESCALATION_MANAGER:
            return await self._escalations.change(escalation_id, EscalationPatch(owner=user), by=by)
        if role not in self._policy.roles:
            known = ", ".join(self._policy.roles)
            raise InvalidInput({"role": f"Unknown role {role!r}. Roles: {known}."})
        by.must_be_member()
        await self._colleagues.check({"user": [user]}, by=by)
        async with self._database.transaction() as tx:
            await escalations.hold(tx, escalation_id)
            escalation = await visible(tx, escalation_id, to=by)
            held = await escalations.assignments(tx, escalation_id)
            before = [a.user_id for a in held if a.role == role]
            if before != [user]:
                self._must_permit(role, before, by=by)
                await self._give(tx, escalation_id, role, user, before, by=by)
        return escalation

    async def unassign(
        self, escalation_id: EscalationId, role: RoleKey | None, user: SlackUserId, *, by: Person
    ) -> list[RoleKey]:
        """Take a role from somebody, or all that were given to them, and return which.

        Raises:
            NotNow: They hold no such role, or are the escalation manager, of whom there is one.
        """
        by.must_be_member()
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await escalations.hold(tx, escalation_id)
            await visible(tx, escalation_id, to=by)
            held = await escalations.assignments(tx, escalation_id)
            theirs = [a.role for a in held if a.user_id == user and a.role not in UNASKED]
            if ESCALATION_MANAGER in {role, *theirs} and role in {None, ESCALATION_MANAGER}:
                raise NotNow(STAYS)
            taken = [one for one in theirs if role in {None, one}]
            if not taken:
                raise NotNow(
                    "{user} doesn't have that role. See the card for who has which.", user=user
                )
            for one in taken:
                await escalations.withdraw(tx, escalation_id, user, role=one, ended_at=now)
            changes = [
                role_given(
                    one, self._policy.role_title(one), [user], None, kind=EntryKind.UNASSIGNED
                )
                for one in taken
            ]
            await escalation_record.tell(tx, escalation_id, changes, by=by.id, at=now)
        return taken

    def _must_permit(self, role: RoleKey, held: list[SlackUserId], *, by: Person) -> None:
        known = self._policy.roles.get(role)
        able = {*held, *(known.people if known else ())}
        if self._policy.permits(role) and not by.is_admin and by.id not in able:
            title = self._policy.role_title(role)
            raise NotAllowed(
                f"{title} is an approver role. Only someone who holds it or a workspace admin can "
                "assign it."
            )

    async def hand_over(
        self, escalation_id: EscalationId, to: SlackUserId, note: str, *, by: Person
    ) -> Escalation:
        """Ask somebody to become the escalation manager; until they accept, nothing changes.

        Raises:
            NotAllowed: Only the escalation manager hands over.
            NotNow: It is theirs already.
            InvalidInput: The note is too long, or the other is no full member of the workspace.
        """
        by.must_be_member()
        if len(note) > MAX_REASON:
            raise InvalidInput(
                {"reason": f"A handover note can have up to {MAX_REASON} characters."}
            )
        await self._colleagues.check({"user": [to]}, by=by)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            if escalation.owner != by.id:
                raise NotAllowed(
                    "Only the escalation manager, {owner}, can hand it over. If they're away, take "
                    "over with /escalate assign @you.",
                    owner=escalation.owner,
                )
            if to == by.id:
                raise NotNow("You're already the escalation manager.")
            wanted = replace(escalation, handover_to=to, handover_note=note.strip())
            saved = await escalations.save(tx, wanted)
            offered = Change(
                kind=EntryKind.HANDOVER_OFFERED,
                subject=Subject(kind=SubjectKind.ROLE, id=ESCALATION_MANAGER),
                payload=HandoverOffered(to=to),
            )
            await escalation_record.record(
                tx, escalation_id, [offered], by=by.id, at=now, reason=note.strip()
            )
            invite = InviteToRoom(escalation_id=escalation_id, users=(to,))
            await outbox.enqueue(tx, invite, at=now)
            offer = InviteToRole(
                escalation_id=escalation_id,
                role=ESCALATION_MANAGER,
                user=to,
                by=by.id,
                is_handover=True,
            )
            await outbox.enqueue(tx, offer, at=now)
        return saved

    async def answer(
        self,
        escalation_id: EscalationId,
        role: RoleKey,
        *,
        accepts: bool,
        by: Person,
        offer: tuple[ChannelId, MessageTs] | None,
    ) -> str:
        """Take a role that was offered, or refuse it, and return what came of it in words.

        Args:
            escalation_id: The escalation.
            role: Which role.
            accepts: Yes or no.
            by: Who answers; nobody can answer for somebody else.
            offer: The message that asked, whose buttons give way to the answer.

        Raises:
            NotNow: It is not asked of this person (any more).
        """
        async with self._database.transaction() as tx:
            return await self.answer_within(
                tx, escalation_id, role, accepts=accepts, by=by, offer=offer
            )

    async def answer_within(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        role: RoleKey,
        *,
        accepts: bool,
        by: Person,
        offer: tuple[ChannelId, MessageTs] | None,
    ) -> str:
        """Answer as `answer` does, inside the transaction of whoever changes more than that."""
        by.must_be_member()
        await escalations.hold(tx, escalation_id)
        escalation = await visible(tx, escalation_id, to=by)
        if role == ESCALATION_MANAGER and escalation.handover_to == by.id:
            words = await self._answer_handover(tx, escalation, accepts=accepts, by=by)
        else:
            words = await self._answer_role(tx, escalation, role, accepts=accepts, by=by)
        if offer is not None:
            shown = ShowInvitationAnswer(
                escalation_id=escalation_id,
                channel=offer[0],
                ts=offer[1],
                role=role,
                user=by.id,
                is_accepted=accepts,
            )
            await outbox.enqueue(tx, shown, at=self._clock.now())
        return words

    async def _give(
        self,
        tx: Transaction,
        escalation_id: EscalationId,
        role: RoleKey,
        user: SlackUserId,
        before: list[SlackUserId],
        *,
        by: Person,
    ) -> None:
        now = self._clock.now()
        change = role_given(role, self._policy.role_title(role), before, user)
        await escalation_record.hand_role(tx, escalation_id, role, user, by=by.id, at=now)
        record = escalation_record.tell if user == by.id else escalation_record.record
        await record(tx, escalation_id, [change], by=by.id, at=now)

    async def _answer_handover(
        self, tx: Transaction, escalation: Escalation, *, accepts: bool, by: Person
    ) -> str:
        now = self._clock.now()
        before = escalation.owner
        answered = replace(escalation, handover_to=None, handover_note="")
        if accepts:
            answered = replace(answered, owner=by.id)
        await escalations.save(tx, answered)
        if accepts:
            role = ESCALATION_MANAGER
            await escalation_record.hand_role(tx, escalation.id, role, by.id, by=by.id, at=now)
            kind = EntryKind.TRANSFERRED
            change = role_given(ESCALATION_MANAGER, OWNER, [before], by.id, kind=kind)
        else:
            change = _answer(ESCALATION_MANAGER, OWNER, accepts=False, by=by.id, is_handover=True)
        await escalation_record.record(tx, escalation.id, [change], by=by.id, at=now)
        return _thanks(OWNER, escalation, accepts=accepts)

    async def _answer_role(
        self,
        tx: Transaction,
        escalation: Escalation,
        role: RoleKey,
        *,
        accepts: bool,
        by: Person,
    ) -> str:
        now = self._clock.now()
        held = await escalations.assignments(tx, escalation.id)
        mine = [a for a in held if a.role == role and a.user_id == by.id and not a.accepted_at]
        if not mine:
            raise NotNow(GONE)
        title = self._policy.role_title(role)
        if accepts:
            await escalations.accept_roles(tx, escalation.id, by.id, at=now, role=role)
        elif role != ESCALATION_MANAGER:  # there is always one: it stays theirs until another is
            await escalations.end_role(tx, escalation.id, role, ended_at=now)
        change = _answer(role, title, accepts=accepts, by=by.id)
        await escalation_record.record(tx, escalation.id, [change], by=by.id, at=now)
        return _thanks(title, escalation, accepts=accepts)


def _answer(
    role: RoleKey, title: str, *, accepts: bool, by: SlackUserId, is_handover: bool = False
) -> Change:
    return Change(
        kind=EntryKind.ROLE_ACCEPTED if accepts else EntryKind.ROLE_DECLINED,
        subject=Subject(kind=SubjectKind.ROLE, id=role),
        payload=RoleAnswered(role=role, title=title, person=by, is_handover=is_handover),
    )


def _thanks(title: str, escalation: Escalation, *, accepts: bool) -> str:
    if accepts:
        return f"You're now {title.lower()} of {escalation.number}. See the plan for what's next."
    return f"Declined. You're not {title.lower()} of {escalation.number}."
