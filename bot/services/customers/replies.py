"""A customer's reply: the clocks that waited for it run on, and what was on hold for it resumes."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.customers.effects import RecordCustomerReply
from bot.domain.customers.payloads import CustomerReplied
from bot.domain.errors import Conflict, InvalidInput, NotNow
from bot.domain.escalation.changes import Change, status_change
from bot.domain.escalation.escalation import Escalation, EscalationId, Status, Transition
from bot.domain.escalation.payloads import StatusChanged
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.lifecycle import lifecycle
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.people import Person, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.sla.clock import SlaClock
from bot.domain.sla.payloads import ClockResumed, ResumeCause
from bot.domain.sla.record import ClockRecord
from bot.domain.time.clock import Clock
from bot.domain.time.segments import PauseReason
from bot.services.access import visible
from bot.services.escalation import cadence_record
from bot.services.escalation import record as escalation_record
from bot.services.escalation.escalations import BUSY, TRIES
from bot.services.sla import notifier
from bot.services.sla import record as sla_record
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.queue import inbox, outbox
from storage.sla import clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a customer answered.

    Attributes:
        at: When they said it, which is when the clocks run on.
        words: What shows it where there is no link to it.
        link: Slack's link to it; None when it came another way.
        told_by: Who told us of it; None when we saw it ourselves.
    """

    at: datetime
    words: str = ""
    link: str | None = None
    told_by: SlackUserId | None = None

    @property
    def evidence(self) -> str:
        return self.link or self.words


class CustomerReplies:
    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def said(
        self,
        event_id: str,
        user: SlackUserId,
        channel: ChannelId,
        ts: MessageTs,
        thread_ts: MessageTs | None,
    ) -> None:
        """Have a message looked at, if it stands in the channel of a customer we wait for.

        In any other channel it costs one indexed read.
        """
        async with self._database.reading() as tx:
            found = await customers.in_channel(tx, channel)
            waiting = await clocks.waiting(tx, found) if found else {}
        if not waiting:
            return
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if await inbox.is_new(tx, f"reply:{event_id}", at=now):
                for customer_id in sorted(set(waiting.values())):
                    hear = RecordCustomerReply(
                        customer_id=customer_id,
                        channel=channel,
                        ts=ts,
                        thread_ts=thread_ts,
                        user=user,
                    )
                    await outbox.enqueue(tx, hear, at=now)

    async def heard(self, wanted: RecordCustomerReply, link: str) -> None:
        """Record a customer's message for everything that waits; again changes nothing."""
        reply = Reply(at=datetime.fromtimestamp(float(wanted.ts), UTC), link=link)
        async with self._database.reading() as tx:
            waiting = await clocks.waiting(tx, [wanted.customer_id])
        for escalation_id in waiting:
            key = f"heard:{wanted.channel}:{wanted.ts}:{escalation_id}"
            await self._again_until_kept(escalation_id, reply, once=key)

    async def told(self, escalation_id: EscalationId, words: str, *, by: Person) -> str:
        """Record a reply that came another way; return what it brought about.

        Raises:
            InvalidInput: Nothing shows the reply.
            NotNow: Nothing waits for the customer.
        """
        by.must_be_member()
        if not words.strip():
            raise InvalidInput({"reply": "Add a link to the reply, or what they said and where."})
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=by)
        reply = Reply(at=self._clock.now(), words=words.strip(), told_by=by.id)
        done = await self._again_until_kept(escalation_id, reply, once=None)
        if not done:
            raise NotNow("Nothing is waiting on the customer. See /escalate clocks.")
        return done

    async def _again_until_kept(
        self, escalation_id: EscalationId, reply: Reply, *, once: str | None
    ) -> str:
        for _ in range(TRIES):
            with contextlib.suppress(Conflict):
                async with self._database.transaction() as tx:
                    if once and not await inbox.is_new(tx, once, at=self._clock.now()):
                        return ""
                    return await self._answered(tx, escalation_id, reply)
        raise Conflict(BUSY)

    async def _answered(self, tx: Transaction, escalation_id: EscalationId, reply: Reply) -> str:
        """Let run on what waited; return it in words, empty when nothing stood still then."""
        before = await escalations.find(tx, escalation_id)
        records = await clocks.of(tx, escalation_id)
        stood = [r for r in records if _stood_still(r.clock, reply.at)]
        held = before is not None and before.held_at is not None and before.held_at <= reply.at
        if before is None or not (stood or held):
            return ""
        changes, ran = [], []
        for record in stood:
            saved = await sla_record.change(
                tx, self._policy, record, lambda clock: self._run_on(clock, reply), now=reply.at
            )
            if saved.version != record.version:
                ran.append(sla_record.clock_facts(self._policy, record, saved))
        if ran:
            payload = ClockResumed(clocks=tuple(ran), cause=ResumeCause.CUSTOMER_REPLIED)
            changes.append(
                Change(kind=EntryKind.CLOCK_RESUMED, subject=payload.subject, payload=payload)
            )
        if held and self._ends(before.hold_reason):
            changes = [*await self._resumed(tx, before, reply), *changes]
        question = "" if changes else await self._question(tx, before, records, reply)
        await self._record(tx, before, changes, reply)
        if question:
            await notifier.say(tx, escalation_id, question, at=self._clock.now())
        return "; ".join(_in_words(change) for change in changes) or question

    async def _question(
        self,
        tx: Transaction,
        escalation: Escalation,
        records: Sequence[ClockRecord],
        reply: Reply,
    ) -> str:
        """Return what the room is asked where a reply may end a pause but does not show it.

        Asked once of each pause; empty when there is nothing to ask.
        """
        pauses = [r.clock.at(reply.at).pause for r in records if _stood_still(r.clock, reply.at)]
        asked = {p.reason: p for p in pauses if p and p.reason and self._asks(p.reason)}
        if not asked:
            return ""
        replied = await timeline.said_at(tx, escalation.id, EntryKind.CUSTOMER_REPLIED)
        since = max(pause.from_at for pause in asked.values())
        if any(since <= at < reply.at for at in replied):
            return ""
        titles = ", ".join(f"“{self._policy.pause_title(reason)}”" for reason in asked)
        word = "status active" if escalation.status is Status.ON_HOLD else "resume"
        return (
            f"The customer replied, and clocks are still paused for {titles}. "
            f"If the wait is over: /escalate {word}."
        )

    async def _resumed(self, tx: Transaction, before: Escalation, reply: Reply) -> list[Change]:
        """Take it off hold, as the escalation manager would have done."""
        answers = Answers(reason=f"The customer replied: {reply.evidence}")
        moved = lifecycle.moved(
            Transition.RESUME, answers, before, at=reply.at, archive_at=self._clock.now()
        )
        followed = await sla_record.follow(tx, self._policy, before, moved, at=reply.at)
        moved = replace(moved, next_update_due_at=followed.next_update_due_at)
        saved = await escalations.save(tx, moved)
        await cadence_record.follow(tx, self._policy, saved, at=self._clock.now())
        back = status_change(Status.ON_HOLD, saved.status, transition=Transition.RESUME)
        return [back, *followed.told, *followed.silent]

    async def _record(
        self, tx: Transaction, escalation: Escalation, changes: list[Change], reply: Reply
    ) -> None:
        now = self._clock.now()
        entry = Entry(
            escalation_id=escalation.id,
            kind=EntryKind.CUSTOMER_REPLIED,
            at=now,
            said_at=reply.at,
            actor=reply.told_by,
            link=reply.link,
            payload=CustomerReplied(words=reply.words),
        )
        await timeline.add(tx, entry)
        if not changes:
            return
        await escalation_record.record(
            tx, escalation.id, changes, by=reply.told_by, at=now, reason="the customer replied"
        )
        done = "; ".join(_in_words(change) for change in changes)
        shown = "" if reply.link else f" ({reply.words})"
        text = f"{done}, because the customer replied{shown}."
        await notifier.say(tx, escalation.id, text, at=now, link=reply.link)

    def _run_on(self, clock: SlaClock, reply: Reply) -> SlaClock:
        pause = clock.pause if _stood_still(clock, reply.at) else None
        if pause is None or pause.reason is None or not self._ends(pause.reason):
            return clock
        because = f"the customer replied {reply.evidence}"
        return clock.resumed(at=reply.at, by=reply.told_by, because=because)

    def _asks(self, reason: PauseReason) -> bool:
        """Say whether a reply makes it worth asking if that reason still holds."""
        rule = self._policy.pauses.get(reason)
        return rule is not None and rule.asks_on_reply

    def _ends(self, reason: str) -> bool:
        """Say whether a reply ends what stands still for that reason."""
        rule = self._policy.pauses.get(PauseReason(reason))
        return rule is not None and rule.ends_on_reply


def _stood_still(clock: SlaClock, at: datetime) -> bool:
    pause = None if clock.is_ended else clock.at(at).pause
    return pause is not None and pause.from_at <= at


def _in_words(change: Change) -> str:
    match change.payload:
        case StatusChanged() as status:
            return f"Status: {status.before.label} → {status.after.label}"
        case ClockResumed() as resumed:
            return f"{', '.join(clock.title for clock in resumed.clocks)}: resumed"
        case _:
            return ""
