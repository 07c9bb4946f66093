"""Reconciling rooms: ask Slack what a channel is like, and follow what events did not tell."""

from structlog.contextvars import bind_contextvars

from bot.domain.escalation.escalation import EscalationId
from bot.domain.escalation.room import ChannelId, Room, RoomState
from bot.domain.escalation.timeline import EntryKind
from bot.domain.people import SlackUserId
from bot.domain.publishing.audience import EscalationAccess
from bot.domain.rooms.effects import ReconcileRoom
from bot.domain.rooms.reconciliation import COMPARED, SeenRoom, is_fresh, missed
from bot.domain.time.clock import Clock
from bot.services.rooms.reconciliation import Reconciliation
from bot.services.rooms.rooms import Rooms
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from bot.workers.delivery import Attempt
from storage.queue.deadlines import Deadline

# Slack's words for a channel that we cannot look into any more.
OUT_OF_REACH = frozenset({"channel_not_found", "not_in_channel", "method_not_supported"})


class ReconcileSweep:
    """Looks for rooms to compare: all of them when events were missed, each of them every day."""

    deadline = Deadline.RECONCILIATION

    def __init__(self, reconciliation: Reconciliation) -> None:
        self._reconciliation = reconciliation

    async def sweep(self) -> None:
        await self._reconciliation.catch_up()
        await self._reconciliation.claim_due()


class Reconciler:
    """Performs ReconcileRoom; two calls of Slack's for a room of up to a thousand people."""

    def __init__(
        self, reconciliation: Reconciliation, rooms: Rooms, gateway: Gateway, clock: Clock
    ) -> None:
        self._reconciliation = reconciliation
        self._rooms = rooms
        self._gateway = gateway
        self._clock = clock

    async def perform(self, effect: ReconcileRoom, _attempt: Attempt) -> None:
        await self.reconcile(effect.escalation_id)

    def is_fresh(self, access: EscalationAccess) -> bool:
        """Say whether what is known of a room is what Slack said of it lately."""
        return is_fresh(access, self._clock.now())

    async def reconcile(self, escalation_id: EscalationId) -> None:
        """Compare a room with its channel, and follow whatever is different."""
        room = await self._rooms.room(escalation_id)
        bind_contextvars(room=room.channel_id)
        if room.channel_id is None or room.state not in COMPARED:
            return
        seen = await self._seen(room.channel_id)
        asked = f"reconciled:{escalation_id}:{self._clock.now().timestamp()}"
        happened = missed(room, seen) if seen else _lost(room)
        for what in happened:
            await self._rooms.followed(f"{asked}:{what}", room.channel_id, what, by=None)
        if seen is not None and seen.name:
            await self._rooms.renamed(f"{asked}:name", room.channel_id, seen.name)
        await self._reconciliation.compared(escalation_id, seen)

    async def _seen(self, channel: ChannelId) -> SeenRoom | None:
        """Return the channel as it is; None when there is none for us."""
        asked_at = self._clock.now()
        try:
            found = await self._gateway.channel(channel)
        except PermanentError as failure:
            if failure.code not in OUT_OF_REACH:
                raise
            return None
        return SeenRoom(
            name=found.name,
            is_private=found.is_private,
            is_archived=found.is_archived,
            is_member=found.is_member,
            is_shared=found.is_shared,
            members=await self._members(channel) if found.is_member else None,
            asked_at=asked_at,
        )

    async def _members(self, channel: ChannelId) -> frozenset[SlackUserId] | None:
        me = (await self._gateway.identity()).user_id
        try:
            return frozenset(await self._gateway.members(channel)) - {me}
        except PermanentError as failure:
            if failure.code not in OUT_OF_REACH:
                raise
            return None


def _lost(room: Room) -> tuple[EntryKind, ...]:
    return (EntryKind.BOT_REMOVED,) if room.state is RoomState.OPEN else ()
