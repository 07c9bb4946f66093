"""What the doctor finds about who reads: channels that get internal texts, rooms out of step."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from bot.admin.findings import Finding, fine, skipped, warning
from bot.domain.escalation.room import ChannelId, Room
from bot.domain.people import PersonKind, SlackUserId
from bot.domain.rooms.reconciliation import SeenRoom, missed
from bot.slack.directory import Directory
from bot.slack.failures import PermanentError
from bot.slack.gateway import Gateway
from storage.database.database import Database
from storage.digest import digests
from storage.rooms import rooms

MOST_PEOPLE = 100  # of a channel who are looked up
MOST_ROOMS = 20  # that are compared, private ones first: Slack's rates allow no more at once
OUT_OF_STEP = "Nothing: Warroom compares every room within a day of its start, and follows it."


class Readers:
    """Looks, and changes nothing."""

    def __init__(self, gateway: Gateway, directory: Directory, database_url: str) -> None:
        self._gateway = gateway
        self._directory = directory
        self._database_url = database_url

    async def others(self, channel: ChannelId) -> str | None:
        """Return who but members of the workspace reads a channel, None when nobody does."""
        if (await self._gateway.channel(channel)).is_shared:
            return "is shared with another organisation"
        try:
            members = (await self._gateway.members(channel))[:MOST_PEOPLE]
        except PermanentError:  # nobody tells us
            return None
        for user in members:
            kind = await self._kind(user)
            if kind is PersonKind.EXTERNAL:
                return "is read by people of another organisation"
            if kind is PersonKind.GUEST:
                return "is read by guests"
        return None

    async def digests(self) -> AsyncIterator[Finding]:
        """Yield what is wrong with the channels that get the digest."""
        database = Database(self._database_url)
        try:
            async with database.reading() as tx:
                channels = await digests.channels(tx, most=MOST_ROOMS)
        finally:
            await database.close()
        for channel in channels:
            try:
                others = await self.others(channel)
            except PermanentError:  # told to whoever asked for it when the digest is due
                continue
            if others:
                says = f"The digest of {channel} is withheld: the channel {others}."
                yield warning("channels", says, "Set it up in an internal channel.")

    async def rooms(self) -> Finding:
        """Compare rooms with Slack."""
        database = Database(self._database_url)
        try:
            async with database.reading() as tx:
                found = await rooms.looked_after(tx, most=MOST_ROOMS)
        finally:
            await database.close()
        apart = [room.name for room in found if await self._is_apart(room)]
        if not found:
            return skipped("rooms", "there are no rooms to compare with Slack")
        if apart:
            says = f"Of {len(found)} rooms, {len(apart)} don't match Slack: "
            return warning("rooms", f"{says}{', '.join(f'#{name}' for name in apart)}", OUT_OF_STEP)
        return fine("rooms", f"{len(found)} compared with Slack; all match.")

    async def _is_apart(self, room: Room) -> bool:
        if room.channel_id is None:
            return False
        try:
            seen = await self._gateway.channel(room.channel_id)
        except PermanentError:
            return True
        shown = SeenRoom(
            name=seen.name,
            is_private=seen.is_private,
            is_archived=seen.is_archived,
            is_member=seen.is_member,
            is_shared=seen.is_shared,
            members=None,
            asked_at=datetime.fromtimestamp(0, UTC),
        )
        return any(missed(room, shown))

    async def _kind(self, user: SlackUserId) -> PersonKind | None:
        person = await self._directory.find(user)
        return None if person is None else person.kind
