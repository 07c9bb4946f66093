"""Calls in Slack: one message for each, edited in place when it is over; replies become minutes."""

from structlog.contextvars import bind_contextvars

from bot.domain.digest.exec_update import exec_update
from bot.domain.meetings.agenda import NEXT_ACTIONS, agenda
from bot.domain.meetings.cadence import Meeting, runs
from bot.domain.meetings.effects import RecordMinute, RefreshMeeting
from bot.domain.meetings.policy import CadenceKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.domain.policy.policy import Policy
from bot.domain.publishing.recipients import Posted, WarRoomRecipient
from bot.services.meetings.minutes import MeetingView, Minutes
from bot.services.people.lookup import PersonLookup
from bot.slack.gateway import Gateway
from bot.views.block_kit.blocks import Message
from bot.views.meetings import calls
from bot.workers.delivery import Attempt
from bot.workers.escalation.notices import opened
from bot.workers.plan.items import MessageReconciler
from bot.workers.publishing.content import MessageContent, news
from bot.workers.publishing.publisher import EditResult, Publisher


class MeetingPublisher:
    """Performs RefreshMeeting and RecordMinute."""

    def __init__(  # what is read, who is named, and where it is told
        self,
        minutes: Minutes,
        looker: MessageReconciler,
        lookup: PersonLookup,
        publisher: Publisher,
        gateway: Gateway,
        policy: Policy,
    ) -> None:
        self._minutes = minutes
        self._looker = looker
        self._lookup = lookup
        self._publisher = publisher
        self._gateway = gateway
        self._policy = policy

    async def draw(self, effect: RefreshMeeting, attempt: Attempt) -> None:
        """Post an open call once, or into the message of one that nobody answered before it.

        How it ended is shown in its place; nothing else is said.
        """
        found = await self._minutes.picture(effect.call_id)
        bind_contextvars(room=found.war_room.room.channel_id)
        room = opened(found.war_room)
        if room is None:
            return
        if found.call.is_open and not found.call.digest:
            await self._post(found, room.to, attempt)
        elif not found.call.is_open and found.call.ts is not None:
            await self._end(found, room.to, attempt)

    async def note(self, effect: RecordMinute, _attempt: Attempt) -> None:
        """Note a reply of a full member; one that is gone again is none."""
        bind_contextvars(room=effect.channel)
        found = await self._gateway.message(effect.channel, effect.ts)
        if found is None or not await self._lookup.is_member(SlackUserId(found.author)):
            return
        source = await self._looker.source(effect.channel, effect.ts, found)
        await self._minutes.note(effect, source)

    async def _post(self, found: MeetingView, to: WarRoomRecipient, attempt: Attempt) -> None:
        call = found.call
        if call.called_by is None and not runs(call.kind, found.war_room.escalation):
            return
        found = await self._with_names(found)
        message = self._drawn(found)
        content, at = news(message, to.escalation_id), _stands(call)
        # Of the one before, the manager may have been told instead of the room.
        is_here = at is not None and at.channel == to.channel
        if at is None or not is_here or not await self._is_edited(content, to, at):
            at = await self._publisher.post(content, to, attempt)
        await self._minutes.drawn(call.id, at.channel, at.ts, message.digest())

    async def _end(self, found: MeetingView, to: WarRoomRecipient, attempt: Attempt) -> None:
        call, at = found.call, _stands(found.call)
        if not call.kind.is_meeting or at is None:
            return
        found = await self._with_names(found)
        plan = found.war_room.plan
        following = plan.standing(ItemKind.ACTION)[:NEXT_ACTIONS]
        message = calls.ended(call, found.war_room, found.minutes, following, found.names)
        if message.digest() == call.digest:
            return
        content = news(message, to.escalation_id)
        # Where somebody deleted it, it is enough.
        if await self._publisher.update(content, to, at) is EditResult.CLOSED:
            at = await self._publisher.post(content, to, attempt)
        await self._minutes.drawn(call.id, at.channel, at.ts, message.digest())

    async def _is_edited(self, content: MessageContent, to: WarRoomRecipient, at: Posted) -> bool:
        return await self._publisher.update(content, to, at) is EditResult.DONE

    async def _with_names(self, found: MeetingView) -> MeetingView:
        """Return it with the names that had to be asked for; who cannot be found stays an id."""
        if not found.unknown:
            return found
        for user in found.unknown:
            await self._lookup.find(user)
        return await self._minutes.picture(found.call.id)

    def _drawn(self, found: MeetingView) -> Message:
        call, war_room, names = found.call, found.war_room, found.names
        match call.kind:
            case CadenceKind.TRIAGE:
                return calls.triage(call, war_room, found.setting, self._policy, names)
            case CadenceKind.CHECKPOINT:
                about = agenda(war_room, found.entries)
                return calls.checkpoint(call, war_room, found.setting, about, names)
            case CadenceKind.EXEC_UPDATE:
                owner = war_room.escalation.owner
                manager = names.get(owner, owner)
                update = exec_update(war_room, manager=manager, next_at=found.next_at)
                return calls.exec_update(call, war_room, update)


def _stands(call: Meeting) -> Posted | None:
    """Return where the message about a call stands; None before it was posted."""
    if call.channel_id is None or call.ts is None:
        return None
    return Posted(channel=call.channel_id, ts=call.ts)
