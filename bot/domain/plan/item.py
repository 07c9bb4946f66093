"""Items: everything a room's record keeps, from actions and milestones to decisions and notes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NewType

from bot.domain.errors import InvalidInput, NotNow
from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import RoleKey, SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.playbook import Phase

ItemId = NewType("ItemId", int)

MAX_WORDS = 3000  # characters of an item's text, as many as a person's message has
MAX_DETAIL = 2000  # characters of everything else that is written down about it


class ItemState(StrEnum):
    """Nothing is ever erased: what no longer holds says so."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


STANDING = frozenset({ItemState.OPEN, ItemState.IN_PROGRESS, ItemState.BLOCKED})


class Priority(StrEnum):
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Verb(StrEnum):
    """What a person does to an item with one word or one button."""

    DONE = "done"
    START = "start"
    BLOCK = "block"
    CANCEL = "cancel"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What people write about an item; `KindSpec.fields` tells which of it a kind has.

    Attributes:
        owner: Who answers for it; of a decision, who made it. None while nobody does.
        role: Who should take it, while `owner` is None.
        due_at: When it must be done; of a milestone, its target.
        forecast_at: When a milestone is expected now.
        milestone: The number of the milestone it serves.
        blocked_by: What keeps it from going on, in somebody's words.
        is_customer_safe: It may stand in what the customer reads.
    """

    text: str
    owner: SlackUserId | None = None
    role: RoleKey | None = None
    due_at: datetime | None = None
    forecast_at: datetime | None = None
    priority: Priority = Priority.NORMAL
    phase: Phase | None = None
    milestone: int | None = None
    done_when: str = ""
    mitigation: str = ""
    blocked_by: str = ""
    evidence: str = ""
    rationale: str = ""
    alternatives: str = ""
    risks: str = ""
    review_on: date | None = None
    is_customer_safe: bool = False

    def check(self) -> None:
        """Refuse what is empty or too long.

        Raises:
            InvalidInput: Names each field; nothing was recorded.
        """
        wrong = {}
        if not self.text.strip():
            wrong["text"] = "Describe it in a few words."
        for field in fields(self):
            value, most = getattr(self, field.name), MAX_DETAIL
            most = MAX_WORDS if field.name == "text" else most
            if isinstance(value, str) and len(value) > most:
                wrong[field.name] = f"That is {len(value):,} characters; at most {most:,} fit."
        if wrong:
            raise InvalidInput(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSource:
    """The message in which an item was said, as it read then and reads now.

    Attributes:
        thread_ts: None outside of threads.
        author: Slack's id of the person or app that wrote it; empty when Slack does not say.
        text: Slack's own notation, to the letter; empty until it was looked at, and of a message
            without words.
        text_now: None until somebody edits it.
        is_gone: It was deleted; what was recorded stays.
    """

    channel_id: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None
    author: str
    text: str
    permalink: str = ""
    text_now: str | None = None
    is_gone: bool = False

    @property
    def thread(self) -> MessageTs:
        """The thread in which an answer to it belongs."""
        return self.thread_ts or self.ts

    @property
    def said_at(self) -> datetime:
        """When it was said: Slack's timestamps are seconds since 1970, UTC."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    def seen_as(self, text: str | None) -> "ItemSource":
        """Return it after another look: None means that it is gone."""
        if text is None:
            return replace(self, is_gone=True)
        if not self.text:
            return replace(self, text=text, is_gone=False)
        is_other = text != self.text or self.text_now is not None
        return replace(self, text_now=text if is_other else None, is_gone=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """A due time that was put off: from when to when, why, by whom, and when they said so."""

    was: datetime
    now: datetime
    reason: str
    by: SlackUserId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the record.

    Attributes:
        number: Counts from 1 within escalation and kind; people say A-3 or D-7.
        said_at: When it was said, which is not when it was recorded.
        key: The playbook's own identity, so that applying it again adds nothing; None otherwise.
        is_marked: Reactions made it; when none stands any more it is taken back.
        ticked_on: The message on which a reaction completed it; taken back, it is open again.
        replaced_by: The number of the decision that took its place.
        told_channel, told_ts, told_digest: Our message about it; None until there is one.
    """

    id: ItemId
    escalation_id: EscalationId
    kind: ItemKind
    number: int
    state: ItemState
    content: Content
    recorded_by: SlackUserId
    recorded_at: datetime
    said_at: datetime
    version: int = 1
    key: str | None = None
    source: ItemSource | None = None
    slips: tuple[Reschedule, ...] = ()
    ended_by: SlackUserId | None = None
    ended_at: datetime | None = None
    replaced_by: int | None = None
    is_marked: bool = False
    ticked_on: MessageTs | None = None
    told_channel: ChannelId | None = None
    told_ts: MessageTs | None = None
    told_digest: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind.spec.letter}-{self.number}"

    @property
    def done_word(self) -> str:
        return self.kind.spec.done_word or "done"

    @property
    def stands(self) -> bool:
        """Whether there is still something to do about it, or it still holds."""
        return self.state in STANDING

    def is_overdue(self, now: datetime) -> bool:
        return self.stands and self.content.due_at is not None and self.content.due_at < now

    def edited(
        self, changed: Mapping[str, Any], reason: str, by: SlackUserId, at: datetime
    ) -> "Item":
        """Return it with some of its content changed; a due time that is put off is kept.

        Raises:
            InvalidInput: Something cannot be used, or nobody said why it is put off.
            NotNow: It no longer stands.
        """
        if not self.stands:
            raise NotNow(f"{self.label} is {self.state.value.replace('_', ' ')}; reopen it first.")
        content = replace(self.content, **changed)
        content.check()
        was, now, slips = self.content.due_at, content.due_at, self.slips
        if was is not None and now is not None and now > was:
            if not reason.strip():
                raise InvalidInput({"reason": f"Add a reason for postponing {self.label}."})
            slips = (*slips, Reschedule(was=was, now=now, reason=reason.strip(), by=by, at=at))
        return replace(self, content=content, slips=slips)

    def done_by(self, verb: Verb, words: str, by: SlackUserId, at: datetime) -> "Item":
        """Return it after somebody did `verb` to it; itself when it is so already.

        Raises:
            InvalidInput: The verb needs words: why it is blocked or cancelled, how it was shown.
            NotNow: It does not fit its state, or its kind.
        """
        words = words.strip()
        if verb is Verb.REOPEN:
            return self._reopened()
        if not self.stands:
            if verb is Verb.DONE and self.state is ItemState.DONE:
                return self
            raise NotNow(f"{self.label} is already {self.state.value.replace('_', ' ')}.")
        if verb is not Verb.CANCEL and self.kind.spec.done_word is None:
            raise NotNow(f"{self.label} is a {self.kind.value}; it can be edited or cancelled.")
        if not words and verb in NEEDS_WORDS:
            raise InvalidInput({"reason": NEEDS_WORDS[verb].format(label=self.label)})
        return self._after(verb, words, by, at)

    def _after(self, verb: Verb, words: str, by: SlackUserId, at: datetime) -> "Item":
        match verb:
            case Verb.START:
                content = replace(self.content, blocked_by="")
                return replace(self, state=ItemState.IN_PROGRESS, content=content)
            case Verb.BLOCK:
                content = replace(self.content, blocked_by=words)
                return replace(self, state=ItemState.BLOCKED, content=content)
            case Verb.CANCEL:
                content = replace(self.content, evidence=words)
                ended = replace(self, state=ItemState.CANCELLED, content=content)
            case _:
                if self.kind.spec.needs_evidence and not words:
                    message = f"Add evidence: /escalate done {self.label} <evidence>"
                    raise InvalidInput({"reason": message})
                evidence = words or self.content.evidence
                content = replace(self.content, evidence=evidence, blocked_by="")
                ended = replace(self, state=ItemState.DONE, content=content)
        return replace(ended, ended_by=by, ended_at=at)

    def _reopened(self) -> "Item":
        if self.stands:
            return self
        if self.state is ItemState.SUPERSEDED:
            raise NotNow(f"{self.label} was replaced by D-{self.replaced_by}; log a new decision.")
        return replace(self, state=ItemState.OPEN, ended_by=None, ended_at=None, ticked_on=None)

    def followed(self, source: ItemSource, *, stands: bool) -> "Item":
        """Return it after another look at its message and at who still marks it.

        A deleted message takes nothing back; nor does anything what is done, cancelled or
        replaced.
        """
        state = self.state
        if self.is_marked and not source.is_gone:
            if stands and state is ItemState.RETRACTED:
                state = ItemState.OPEN
            elif not stands and state in STANDING:
                state = ItemState.RETRACTED
        return replace(self, source=source, state=state)

    def ticked(self, ts: MessageTs, by: SlackUserId | None, at: datetime) -> "Item":
        """Return it after a look at who ticks it on a message; None: nobody does (any more)."""
        if by is not None and self.stands and self.kind.spec.is_done_by_click:
            done = self.done_by(Verb.DONE, "", by, at)
            return replace(done, ticked_on=ts)
        if by is None and self.ticked_on == ts and self.state is ItemState.DONE:
            return self._reopened()
        return self


def is_learnt(before: Item, after: Item) -> bool:
    """Say whether all that differs is that the words of its message are known by now."""
    then, now = before.source, after.source
    if then is None or now is None or then.text or not now.text:
        return False
    return replace(after, source=then) == before


NEEDS_WORDS: Mapping[Verb, str] = {
    Verb.BLOCK: "Add what's blocking it: /escalate block {label} <what>",
    Verb.CANCEL: "Add a reason: /escalate cancel {label} <why>",
}
