"""Items: add, edit, complete, and read what a room's record keeps."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import Person, SlackUserId
from bot.domain.plan.item import Content, Item, ItemId, ItemSource, ItemState, Verb
from bot.domain.plan.kinds import BY_LETTER, ItemKind
from bot.domain.plan.payloads import PlaybookApplied
from bot.domain.plan.plan import NOT_STORED, from_playbook
from bot.domain.policy.policy import Policy
from bot.domain.time import due
from bot.domain.time.clock import Clock
from bot.services import said_times
from bot.services.access import visible
from bot.services.people.colleagues import Colleagues
from bot.services.plan import record
from storage.customers import customers
from storage.database.database import Database, Transaction
from storage.escalation import escalations, timeline
from storage.people import people
from storage.plan import items
from storage.queue import outbox

TYPED_AGAIN = timedelta(minutes=1)  # the same words mean the same item
MAX_SHOWN = 40  # characters of what was typed as a label
LABEL = re.compile(r"([A-Za-z])-?(\d{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a person wants changed of an item.

    Attributes:
        changed: Content's fields with their new values.
        shown: Those fields as the person saw them when they began.
        version: The version they saw.
        reason: Why it is put off, if it is.
        replaces: The number of the decision that this one replaces; None for none.
    """

    changed: Mapping[str, Any]
    shown: Mapping[str, Any]
    version: int
    reason: str = ""
    replaces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a line asks for, before it is recorded.

    Attributes:
        content: Has a due time only when one was understood.
        time: How the time was read; None when the line names none.
    """

    content: Content
    time: due.Reading | None = None


class Items:
    def __init__(
        self, database: Database, clock: Clock, policy: Policy, colleagues: Colleagues
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._colleagues = colleagues

    async def drafted(
        self, kind: ItemKind, line: str, *, owner: SlackUserId | None, by: Person
    ) -> Draft:
        """Return what a line such as `by fri 17:00 replay the export` asks of `owner`.

        A decision, a note or a criterion is kept as it was typed. Due times are read in the
        writer's zone.
        """
        if not kind.spec.is_read_for_task:
            return Draft(content=Content(text=line))
        asked = due.read(line, due.Writer.of(by, self._clock.now()))
        content = Content(text=asked.text, owner=owner, due_at=due.instant(asked.due))
        return Draft(content=content, time=asked.due)

    async def drafted_from(self, kind: ItemKind, source: ItemSource, text: str) -> Draft:
        """Return what a message asks for whose words are `text`, as its author meant it then."""
        if not kind.spec.is_read_for_task:
            return Draft(content=Content(text=text))
        async with self._database.reading() as tx:
            author = await people.last_known(tx, source.author)
        read = said_times.asked(source, author).due
        return Draft(content=Content(text=text, due_at=due.instant(read)), time=read)

    def time_in_front(self, line: str, *, by: Person) -> tuple[due.Reading | None, str]:
        """Return the time that a line begins with as `by` means it now, and what follows it."""
        return due.leading(line, due.Writer.of(by, self._clock.now()))

    async def add(
        self,
        escalation_id: EscalationId,
        kind: ItemKind,
        content: Content,
        *,
        by: Person,
        source: ItemSource | None = None,
        replaces: int | None = None,
    ) -> Item:
        """Add an item; a message that is one of this kind already stays that one.

        The same words of the same person within a minute are one item: whoever got no answer in
        time types them again.

        Raises:
            InvalidInput: Names each field; nothing was recorded.
            NotAllowed: The person is no full member.
            NotFound: There is no such escalation for this person.
        """
        by.must_be_member()
        content.check()
        await self._colleagues.check({"owner": [content.owner]}, by=by)
        now = self._clock.now()
        if kind.spec.is_owner_author and content.owner is None:
            content = replace(content, owner=by.id)
        item = Item(
            id=NOT_STORED,
            escalation_id=escalation_id,
            kind=kind,
            number=0,
            state=ItemState.OPEN,
            content=content,
            recorded_by=by.id,
            recorded_at=now,
            said_at=source.said_at if source else now,
            source=source,
        )
        async with self._database.transaction() as tx:
            await visible(tx, escalation_id, to=by)
            await escalations.hold(tx, escalation_id)
            if (known := await self._known_already(tx, item)) is not None:
                return known
            added = await record.add(tx, item, at=now)
            await self._replace(tx, added, replaces, by=by)
        return added

    async def edit(self, item_id: ItemId, edit: Edit, *, by: Person) -> Item:
        """Change what a person changed in the form, and nothing else.

        Raises:
            Conflict: Somebody else changed the same fields meanwhile; `names` tells which.
            InvalidInput, NotNow: As `Item.edited` says.
        """
        by.must_be_member()
        await self._colleagues.check({"owner": [edit.changed.get("owner")]}, by=by)
        async with self._database.transaction() as tx:
            known = await self._held(tx, item_id, to=by)
            both = [
                name
                for name in edit.changed
                if known.version != edit.version
                and getattr(known.content, name) not in (edit.shown.get(name), edit.changed[name])
            ]
            if both:
                raise Conflict(f"Someone else changed {known.label} in the meantime.", both)
            wanted = known.edited(edit.changed, edit.reason, by.id, self._clock.now())
            saved = await record.save(tx, known, wanted, by=by.id, at=self._clock.now())
            await self._replace(tx, saved, edit.replaces, by=by)
        return saved

    async def act(self, item_id: ItemId, verb: Verb, words: str, *, by: Person) -> Item:
        """Complete, start, block, cancel or reopen an item.

        Raises:
            InvalidInput, NotNow: As `Item.done_by` says.
        """
        by.must_be_member()
        async with self._database.transaction() as tx:
            known = await self._held(tx, item_id, to=by)
            wanted = known.done_by(verb, words, by.id, self._clock.now())
            return await record.save(tx, known, wanted, by=by.id, at=self._clock.now())

    async def postpone(self, item: Item, due_at: datetime, reason: str, *, by: Person) -> Item:
        """Put an item off until then.

        Raises:
            InvalidInput: It gives no reason.
        """
        edit = Edit(
            changed={"due_at": due_at},
            shown={"due_at": item.content.due_at},
            version=item.version,
            reason=reason,
        )
        return await self.edit(item.id, edit, by=by)

    async def apply_playbook(self, escalation_id: EscalationId, *, by: Person) -> int:
        """Lay down what the policy's playbook says and the plan does not hold yet.

        Returns how many items were added; applied again, none is.
        """
        by.must_be_member()
        now = self._clock.now()
        async with self._database.transaction() as tx:
            escalation = await visible(tx, escalation_id, to=by)
            customer = await customers.get(tx, escalation.customer_id)
            playbook = self._policy.laid_down(escalation.severity, escalation.category)
            calendar = self._policy.business_days(customer)
            found = from_playbook(escalation, playbook, calendar, by=by.id, at=now)
            await escalations.hold(tx, escalation_id)
            added = await items.add_once(tx, escalation_id, found)
            if added:
                entry = Entry(
                    escalation_id=escalation_id,
                    kind=EntryKind.PLAYBOOK_APPLIED,
                    at=now,
                    actor=by.id,
                    payload=PlaybookApplied(count=added),
                )
                await timeline.add(tx, entry)
                await outbox.enqueue(tx, record.refresh(escalation_id), at=now)
        return added

    async def one(self, item_id: ItemId, *, to: Person) -> Item:
        """Return an item; raises NotFound when this person may not see it."""
        async with self._database.reading() as tx:
            return await self._known(tx, item_id, to=to)

    async def labelled(self, escalation_id: EscalationId, label: str, *, to: Person) -> Item:
        """Return the item of that label, such as A-3, a3 or D7; raises NotFound."""
        match = LABEL.fullmatch(label.strip())
        kind = BY_LETTER.get(match[1].upper()) if match else None
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            found = None
            if match is not None and kind is not None:
                found = await items.numbered(tx, escalation_id, kind, int(match[2]))
        if found is None:
            raise NotFound(_no_item(label if match is None else f"{match[1].upper()}-{match[2]}"))
        return found

    async def all(
        self, escalation_id: EscalationId, *, to: Person, kinds: Collection[ItemKind] | None = None
    ) -> list[Item]:
        """Return the items of an escalation by kind and number, also those taken back."""
        async with self._database.reading() as tx:
            await visible(tx, escalation_id, to=to)
            return await items.of(tx, escalation_id, kinds)

    async def said_time(self, item: Item) -> due.SaidTime | None:
        """Return how the due time in an item's message is said back; None without a message."""
        async with self._database.reading() as tx:
            return await said_times.of(tx, item)

    async def to_tell(self, item_id: ItemId) -> Item | None:
        async with self._database.reading() as tx:
            return await items.find(tx, item_id)

    async def told(self, item_id: ItemId, channel: ChannelId, ts: MessageTs, digest: str) -> None:
        """Write down where our message about an item stands and what it shows."""
        async with self._database.transaction() as tx:
            facts = {"told_channel": channel, "told_ts": ts, "told_digest": digest}
            await items.told(tx, item_id, **facts)

    async def _known_already(self, tx: Transaction, item: Item) -> Item | None:
        """Return the item that a message is already, or that was typed in the same words."""
        if (source := item.source) is not None:
            found = await items.of_message(tx, source.channel_id, source.ts)
            return next((known for known in found if known.kind is item.kind), None)
        since = item.recorded_at - TYPED_AGAIN
        found = await items.typed_since(tx, item.escalation_id, item.kind, item.recorded_by, since)
        return next((known for known in found if known.stands and _is_same(known, item)), None)

    async def _known(self, tx: Transaction, item_id: ItemId, *, to: Person) -> Item:
        known = await items.find(tx, item_id)
        if known is None:
            raise NotFound("Item not found.")
        await visible(tx, known.escalation_id, to=to)
        return known

    async def _held(self, tx: Transaction, item_id: ItemId, *, to: Person) -> Item:
        """Return an item that nobody else changes until the transaction ends."""
        known = await self._known(tx, item_id, to=to)
        await escalations.hold(tx, known.escalation_id)
        return await self._known(tx, item_id, to=to)

    async def _replace(self, tx: Transaction, new: Item, number: int | None, *, by: Person) -> None:
        """Let a decision take the place of an earlier one, which stays readable."""
        if number is None:
            return
        old = await items.numbered(tx, new.escalation_id, ItemKind.DECISION, number)
        if old is None or not old.stands or old.id == new.id:
            raise InvalidInput({"replaces": f"D-{number} isn't a current decision."})
        superseded = replace(old, state=ItemState.SUPERSEDED, replaced_by=new.number)
        await record.save(tx, old, superseded, by=by.id, at=self._clock.now())


def _is_same(known: Item, item: Item) -> bool:
    """Whether two contents are the same but for a due time that was counted from a moment later."""
    one, other = known.content, item.content
    if (one.due_at is None) is not (other.due_at is None):
        return False
    if one.due_at and other.due_at and abs(one.due_at - other.due_at) > TYPED_AGAIN:
        return False
    return one == replace(other, due_at=one.due_at)


def _no_item(label: str) -> str:
    """Return why an item cannot be found by what was typed as its label."""
    if not label:
        return "Add an item's label, such as A-3. You can find labels in the plan."
    if LABEL.fullmatch(label) is None:
        return f"“{label[:MAX_SHOWN]}” isn't an item label. Labels look like A-3; see the plan."
    return f"{label} doesn't exist here. See the plan for labels."
