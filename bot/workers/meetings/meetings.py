"""Calls in Slack: one message for each, edited in place when it is over; replies become minutes."""

from structlog.contextvars import bind_contextvars

from bot.domain.digest.exec_update import exec_update
from bot.domain.escalation.room import ChannelId, MessageTs, RoomState
from bot.domain.meetings.agenda import NEXT_ACTIONS, agenda
from bot.domain.meetings.cadence import runs
from bot.domain.meetings.effects import RecordMinute, RefreshMeeting
from bot.domain.meetings.policy import CadenceKind
from bot.domain.people import SlackUserId
from bot.domain.plan.kinds import ItemKind
from bot.domain.policy.policy import Policy
from bot.services.meetings.minutes import MeetingView, Minutes
from bot.services.people.lookup import PersonLookup
from bot.slack.failures import PermanentError, TransientError
from bot.slack.gateway import Gateway
from bot.views.block_kit.blocks import Message
from bot.views.meetings import calls
from bot.workers.delivery import Attempt
from bot.workers.notices import SOON
from bot.workers.plan.items import MessageReconciler
from bot.workers.publishing.publisher import InRoom, Publisher

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


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
        if found.war_room.room.state is RoomState.OPENING:
            raise TransientError(SOON, "The room is still being opened.")
        if found.war_room.room.state is not RoomState.OPEN:
            return
        if found.call.is_open and not found.call.digest:
            await self._post(found, attempt)
        elif not found.call.is_open and found.call.ts is not None:
            await self._end(found)

    async def note(self, effect: RecordMinute, _attempt: Attempt) -> None:
        """Note a reply of a full member; one that is gone again is none."""
        bind_contextvars(room=effect.channel)
        found = await self._gateway.message(effect.channel, effect.ts)
        if found is None or not await self._lookup.is_member(SlackUserId(found.author)):
            return
        source = await self._looker.source(effect.channel, effect.ts, found)
        await self._minutes.note(effect, source)

    async def _post(self, found: MeetingView, attempt: Attempt) -> None:
        call, room = found.call, found.war_room.room
        is_wanted = call.called_by is not None or runs(call.kind, found.war_room.escalation)
        if room.channel_id is None or not is_wanted:
            return
        found = await self._with_names(found)
        message = self._drawn(found)
        place = InRoom(war_room=found.war_room, channel=room.channel_id)
        where, ts = room.channel_id, call.ts
        if ts is None or not await self._edited(place, where, ts, message):
            posted = await self._publisher.post(place, message, attempt)
            where, ts = ChannelId(posted.channel), posted.ts
        await self._minutes.drawn(call.id, where, ts, message.digest())

    async def _end(self, found: MeetingView) -> None:
        call = found.call
        if not call.kind.is_meeting or call.channel_id is None or call.ts is None:
            return
        found = await self._with_names(found)
        plan = found.war_room.plan
        following = plan.standing(ItemKind.ACTION)[:NEXT_ACTIONS]
        message = calls.ended(call, found.war_room, found.minutes, following, found.names)
        if message.digest() == call.digest:
            return
        # Somebody deleted it: then it is enough.
        place = InRoom(war_room=found.war_room, channel=call.channel_id)
        await self._edited(place, call.channel_id, call.ts, message)
        await self._minutes.drawn(call.id, call.channel_id, call.ts, message.digest())

    async def _edited(
        self, place: InRoom, channel: ChannelId, ts: MessageTs, message: Message
    ) -> bool:
        """Edit a message; False when it is gone."""
        try:
            await self._publisher.update(place, channel, ts, message)
        except PermanentError as failure:
            if failure.code not in GONE:
                raise
            return False
        return True

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
