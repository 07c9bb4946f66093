"""The steps of an opening, one method each; every one is safe to take twice."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.escalation.escalation import Escalation
from bot.domain.escalation.room import ChannelId, MessageTs, Room, Step, StepRecord, StepState
from bot.domain.escalation.room_naming import candidates, room_name
from bot.domain.people import ESCALATION_MANAGER, REQUESTER, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.publishing.recipients import (
    ChannelRecipient,
    PersonRecipient,
    Posted,
    WarRoomRecipient,
)
from bot.domain.reading.war_room import WarRoom
from bot.domain.time.clock import Clock
from bot.metrics import Metrics
from bot.services.rooms.rooms import Rooms
from bot.slack.directory import Directory
from bot.slack.failures import (
    NameTaken,
    OutcomeUnknown,
    PermanentError,
    SlackFailure,
    TransientError,
)
from bot.slack.gateway import Channel, Gateway, NotInvited
from bot.views.block_kit.blocks import Message
from bot.views.escalation import announcement, opening_progress, room_card
from bot.views.plan import plan as plan_view
from bot.workers.delivery import Attempt, WithheldText
from bot.workers.opening.progress import Progress
from bot.workers.opening.withheld import NOT_ANNOUNCED, WITHHELD
from bot.workers.publishing.content import (
    BookmarkContent,
    MessageContent,
    PurposeContent,
    TopicContent,
    standing,
)
from bot.workers.publishing.publisher import EditResult, Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTools:
    """What every opening works with."""

    gateway: Gateway
    publisher: Publisher
    directory: Directory
    policy: Policy
    progress: Progress
    clock: Clock
    metrics: Metrics


Invited = Mapping[SlackUserId, datetime]  # who was let in → when we asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What a step brought about: columns of the room, who is in, and what it had to leave out."""

    facts: dict[str, Any]
    problem: str = ""
    invited: Invited = field(default_factory=dict)


NOTHING = StepResult(facts={})
# Slack's bookmarks are links and open no form: this one leads to the overview card, on which
# *Menu* stands, with the plan right below it.
MENU_BOOKMARK = "Menu and plan"
Ended = SlackFailure | None  # how a step ended; None is well


class OpeningSteps:
    """One attempt at one opening; `room` grows as steps are recorded."""

    def __init__(self, war_room: WarRoom, attempt: Attempt, rooms: Rooms, tools: StepTools) -> None:
        self._war_room = war_room
        self._attempt = attempt
        self._rooms = rooms
        self._gateway = tools.gateway
        self._publisher = tools.publisher
        self._directory = tools.directory
        self._policy = tools.policy
        self._progress = tools.progress
        self._unwritten: dict[Step, StepRecord] = {}
        self._unwritten_facts: dict[str, Any] = {}
        self._unwritten_invited: dict[SlackUserId, datetime] = {}
        self._clock = tools.clock
        self._writing = asyncio.Lock()
        self._was_pinned = war_room.room.is_done(Step.PIN)
        loop = asyncio.get_running_loop()
        self.performed: dict[Step, asyncio.Future[Ended]] = {
            step: loop.create_future() for step in Step
        }

    @property
    def escalation(self) -> Escalation:
        return self._war_room.escalation

    @property
    def room(self) -> Room:
        return self._war_room.room

    async def take(self, step: Step) -> None:
        """Take one step; what it brought about is known at once and written by `write`."""
        try:
            taken = await self._methods()[step]()
        except WithheldText as refused:
            problem = WITHHELD.get(refused.reason, "It must not be read there.")
            raise PermanentError(refused.reason.value, problem) from refused
        done = StepRecord(step=step, state=StepState.DONE, problem=taken.problem)
        self._unwritten_invited |= taken.invited
        self.note(done, **taken.facts)

    def note(self, record: StepRecord, **facts: Any) -> None:
        """Remember how a step ended, for the steps that build on it and for the next `write`."""
        self._unwritten[record.step] = record
        self._unwritten_facts |= facts
        steps = {**self.room.steps, record.step: record}
        self._war_room = replace(self._war_room, room=replace(self.room, steps=steps, **facts))

    async def write(self) -> None:
        """Write down everything noted so far; steps that end together share one commit.

        The next step does not wait for this: were it lost, the next attempt would look in
        Slack for what has been done, and find it.
        """
        async with self._writing:
            if self._unwritten:
                records, facts = list(self._unwritten.values()), self._unwritten_facts
                invited, self._unwritten_invited = self._unwritten_invited, {}
                self._unwritten, self._unwritten_facts = {}, {}
                await self._rooms.record(self.escalation.id, *records, invited=invited, **facts)

    def _methods(self) -> dict[Step, Callable[[], Awaitable[StepResult]]]:
        return {
            Step.TELL_REQUESTER: self._tell_requester,
            Step.CREATE: self._create,
            Step.INVITE: self._invite,
            Step.CARD: self._card,
            Step.PLAN: self._plan,
            Step.ARRANGE: self._arrange,
            Step.PIN: self._pin,
            Step.TOPIC: self._topic,
            Step.PURPOSE: self._purpose,
            Step.INVITE_TEAM: self._invite_team,
            Step.BOOKMARKS: self._bookmarks,
            Step.ANNOUNCE: self._announce,
            Step.HAND_OVER: self._hand_over,
        }

    async def _tell_requester(self) -> StepResult:
        message = opening_progress.opening(self.escalation)
        requester = PersonRecipient(user=self.escalation.raised_by)
        posted = await self._publisher.post(self._content(message), requester, self._attempt)
        return StepResult(facts={"dm_channel": posted.channel, "dm_ts": posted.ts})

    async def _create(self) -> StepResult:
        channel = await self._find_or_create(self._names())
        return StepResult(facts={"channel_id": channel.id, "name": channel.name})

    async def _find_or_create(self, names: Sequence[str]) -> Channel:
        since = self.escalation.raised_at
        looked = False
        if self._attempt.in_doubt:
            looked = True
            if found := await self._gateway.find_own_channel(names, since=since):
                return found
        for name in names:
            try:
                return await self._gateway.create_channel(name, private=self.escalation.is_private)
            except NameTaken:
                # Perhaps taken by ourselves, by an attempt whose answer never came.
                found = None if looked else await self._gateway.find_own_channel(names, since=since)
                looked = True
                if found is not None:
                    return found
        raise PermanentError("name_taken", "All channel names Warroom tried are taken.")

    def _names(self) -> list[str]:
        escalation = self.escalation
        prefix = self._policy.channels.name_prefix
        customer = self._war_room.customer.name
        name = room_name(prefix, escalation.number, customer, escalation.title)
        seed = hashlib.sha256(escalation.submission_key.encode()).hexdigest()
        return list(candidates(name, seed))

    async def _invite(self) -> StepResult:
        first = list(dict.fromkeys([self.escalation.raised_by, self.escalation.owner]))
        asked_at = self._clock.now()
        refused = await self._gateway.invite(self._channel, first)
        if len(refused) == len(first):
            raise PermanentError(refused[0].code, f"Couldn't invite anyone: {_refusals(refused)}.")
        invited = _let_in(first, refused, asked_at)
        return StepResult(facts={}, problem=_refusals(refused), invited=invited)

    async def _card(self) -> StepResult:
        message = room_card.card(self._war_room, self._policy)
        posted = await self._publisher.post(self._content(message), self._to, self._attempt)
        return StepResult(facts={"card_ts": posted.ts, "card_digest": message.digest()})

    async def _plan(self) -> StepResult:
        message = plan_view.plan(self._war_room, self._policy)
        posted = await self._publisher.post(self._content(message), self._to, self._attempt)
        return StepResult(facts={"plan_ts": posted.ts, "plan_digest": message.digest()})

    async def _arrange(self) -> StepResult:
        """See to it that the overview stands before the plan.

        Both are posted in the same round trip, and Slack may take the plan first. Then each is
        drawn in the other's place, beside the pin. Where each was posted is written down
        before, so that a killed process does not look for either under the other's name.
        """
        card_ts, plan_ts = self.room.card_ts, self.room.plan_ts
        if card_ts is None or plan_ts is None or _is_before(card_ts, plan_ts):
            return NOTHING
        await self.write()
        first, second = self._at(plan_ts), self._at(card_ts)
        card = self._content(room_card.card(self._war_room, self._policy))
        plan = self._content(plan_view.plan(self._war_room, self._policy))
        edits = await asyncio.gather(
            self._publisher.update(card, self._to, first),
            self._publisher.update(plan, self._to, second),
        )
        if set(edits) != {EditResult.DONE}:
            raise PermanentError("cant_update_message", "Slack refused to change the messages.")
        if self._was_pinned:
            await self._publisher.pin(second)
            await self._publisher.unpin(first)
        # Without a digest both are drawn once more, should anybody have drawn them meanwhile.
        swapped = {"card_ts": plan_ts, "plan_ts": card_ts, "card_digest": "", "plan_digest": ""}
        return StepResult(facts=swapped)

    async def _pin(self) -> StepResult:
        """Pin the plan where it stands, or will stand when both are arranged."""
        await self.performed[Step.CARD]
        stand = [ts for ts in (self.room.card_ts, self.room.plan_ts) if ts is not None]
        if self.room.plan_ts is not None:
            await self._publisher.pin(self._at(max(stand, key=float)))
        return NOTHING

    async def _topic(self) -> StepResult:
        topic = room_card.topic(self._war_room, self._policy)
        await self._publisher.set_head(
            TopicContent(about=(self.escalation.id,), text=topic), self._to
        )
        return StepResult(facts={"topic": topic})

    async def _purpose(self) -> StepResult:
        purpose = room_card.purpose(self._war_room)
        await self._publisher.set_head(
            PurposeContent(about=(self.escalation.id,), text=purpose), self._to
        )
        return NOTHING

    async def _invite_team(self) -> StepResult:
        wanted, problems = await self._team()
        asked_at = self._clock.now()
        refused = await self._gateway.invite(self._channel, wanted)
        if refused:
            problems.append(_refusals(refused))
        invited = _let_in(wanted, refused, asked_at)
        return StepResult(facts={}, problem=" ".join(problems), invited=invited)

    async def _team(self) -> tuple[list[SlackUserId], list[str]]:
        """Everybody but those who are in already, and the groups that could not be read."""
        named = [
            a.user_id
            for a in self._war_room.assignments
            if a.role not in {REQUESTER, ESCALATION_MANAGER}
        ]
        problems = []
        for role in self._policy.roles_for(self.escalation.severity).values():
            named += role.people
            for group in role.groups:
                try:
                    named += await self._directory.group_members(group)
                except PermanentError as failure:
                    problems.append(f"{role.title}: {failure.reason}")
        already = {self.escalation.raised_by, self.escalation.owner}
        return [user for user in dict.fromkeys(named) if user not in already], problems

    async def _bookmarks(self) -> StepResult:
        """Add bookmarks one after another, because Slack refuses two at once in a channel."""
        is_first = self._attempt.number == 1 and not self._attempt.in_doubt
        present = set() if is_first else await self._gateway.bookmarked(self._channel)
        problems = []
        for title, url in (
            ("Ticket", self.escalation.ticket_url),
            ("Customer record", self.escalation.crm_url),
        ):
            if url and title not in present:
                problems += await self._bookmark(title, url)
        if MENU_BOOKMARK not in present and (link := await self._menu_link()):
            problems += await self._bookmark(MENU_BOOKMARK, link)
        return StepResult(facts={}, problem=" ".join(problems))

    async def _menu_link(self) -> str | None:
        """Return the link to the overview, or to the plan without one; None when both failed."""
        for step in (Step.CARD, Step.PLAN):
            ended = await self.performed[step]
            if isinstance(ended, TransientError | OutcomeUnknown):
                raise ended
        stand = [ts for ts in (self.room.card_ts, self.room.plan_ts) if ts is not None]
        if not stand:
            return None
        return await self._gateway.permalink(self._channel, min(stand, key=float))

    async def _bookmark(self, title: str, url: str) -> list[str]:
        bookmark = BookmarkContent(about=(self.escalation.id,), title=title, url=url)
        try:
            await self._publisher.set_head(bookmark, self._to)
        except PermanentError as failure:
            return [f"{title}: {failure.reason}"]
        return []

    async def _announce(self) -> StepResult:
        where = self._policy.channels.announce
        if where is None or self.escalation.is_private:
            return NOTHING
        channel = ChannelId(where)
        if self._attempt.in_doubt:
            await self._gateway.join(channel)
        message = announcement.announcement(self._war_room, self._policy)
        to = ChannelRecipient(channel=channel)
        try:
            posted = await self._publisher.post(self._content(message), to, self._attempt)
        except WithheldText as refused:
            return StepResult(facts={}, problem=NOT_ANNOUNCED[refused.reason])
        return StepResult(
            facts={
                "announcement_channel": posted.channel,
                "announcement_ts": posted.ts,
                "announcement_digest": message.digest(),
            }
        )

    async def _hand_over(self) -> StepResult:
        """Let the requester in; the pin is waited for, but a room without one will do."""
        await self.performed[Step.PIN]
        await self.show(self.opened_message())
        return NOTHING

    async def show(self, message: Message) -> None:
        """Say how the opening stands to the requester."""
        await self._progress.show(self._war_room, message)

    def opened_message(self) -> Message:
        return opening_progress.opened(self.escalation, self._channel, self.room.problems)

    def _content(self, message: Message) -> MessageContent:
        return standing(message, self.escalation.id)

    def _at(self, ts: MessageTs) -> Posted:
        return Posted(channel=self._channel, ts=ts)

    @property
    def _to(self) -> WarRoomRecipient:
        return WarRoomRecipient(escalation_id=self.escalation.id, channel=self._channel)

    @property
    def _channel(self) -> ChannelId:
        channel = self.room.channel_id
        if channel is None:
            raise LookupError("A step was taken before the channel was there.")
        return channel


def _let_in(asked: Sequence[SlackUserId], refused: Sequence[NotInvited], at: datetime) -> Invited:
    outside = {one.user for one in refused}
    return {user: at for user in asked if user not in outside}


def _refusals(refused: Sequence[NotInvited]) -> str:
    return ", ".join(f"{r.user} ({r.code.replace('_', ' ')})" for r in refused)


def _is_before(one: MessageTs, other: MessageTs) -> bool:
    """Say which of two messages of a channel stands first; Slack orders them by their ts."""
    return float(one) < float(other)
