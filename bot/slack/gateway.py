"""Our verbs about channels, and what is read of them; what people read is `messages`'s to write."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId, TeamId
from bot.slack.caller import Caller
from bot.slack.failures import PermanentError

MEMBERS_PAGE = 1000  # ids; Slack's most
MAX_INVITED = 100  # people a call; Slack, conversations.invite
# Slack stamps channels and messages with its own clock; ours may be this far ahead.
CLOCK_SKEW = timedelta(minutes=2)
ALREADY_IN = frozenset({"already_in_channel", "cant_invite_self"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """Who we are to Slack, as auth.test tells."""

    team_id: TeamId
    team_url: str
    user_id: SlackUserId
    bot_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: ChannelId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChannel:
    """A channel as it stands now.

    Attributes:
        is_member: Whether we are in it.
        is_shared: People of another organisation read it, or are about to: nothing that is
            internal, such as a digest or a dossier, may be said there.
    """

    id: ChannelId
    name: str
    is_private: bool
    is_archived: bool
    is_member: bool
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInvited:
    user: SlackUserId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMessage:
    """A message as it stands now.

    Attributes:
        author: Slack's id of the person or app; empty when Slack does not say.
        text: In Slack's notation.
        thread_ts: None outside of threads.
        reactions: Emoji's name to the people whose reaction stands, the first one first.
    """

    author: str
    text: str
    thread_ts: MessageTs | None
    reactions: Mapping[str, Sequence[SlackUserId]]


class Gateway:
    """Channels, read and managed. Every method may raise a SlackFailure, and raises nothing else.

    Attributes:
        answered_at: Slack's time when it told who we are, as HTTP writes it; None before.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._identity: BotIdentity | None = None
        self.answered_at: str | None = None

    @property
    def auth_failure(self) -> str | None:
        """Why Slack refuses our token; None while it is accepted."""
        return self._caller.auth_failure

    @property
    def is_known(self) -> bool:
        """Whether Slack has told us who we are."""
        return self._identity is not None

    async def identity(self, *, again: bool = False) -> BotIdentity:
        """Return who we are; Slack is asked once, or each time with `again`."""
        if self._identity is None or again:
            answer = await self._caller.call("auth.test")
            lowered = {name.lower(): value for name, value in answer["headers"].items()}
            self.answered_at = lowered.get("date")
            scopes = str(lowered.get("x-oauth-scopes", "")).split(",")
            self._identity = BotIdentity(
                team_id=TeamId(answer["team_id"]),
                team_url=answer.get("url", ""),
                user_id=SlackUserId(answer["user_id"]),
                bot_id=answer.get("bot_id", ""),
                scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
            )
        return self._identity

    async def create_channel(self, name: str, *, private: bool) -> Channel:
        """Make a channel and return it under the name Slack gave it.

        Raises:
            NameTaken: Some channel has that name, perhaps one we cannot see.
        """
        answer = await self._caller.call("conversations.create", name=name, is_private=private)
        return Channel(id=answer["channel"]["id"], name=answer["channel"]["name"])

    async def find_own_channel(self, names: Collection[str], *, since: datetime) -> Channel | None:
        """Return the channel of one of those names that we made since that instant."""
        me = (await self.identity()).user_id
        earliest = (since - CLOCK_SKEW).timestamp()
        pages = self._caller.pages(
            "users.conversations", "channels", types="public_channel,private_channel"
        )
        async for found in pages:
            ours = found.get("creator") == me and found.get("created", 0) >= earliest
            if ours and found["name"] in names:
                return Channel(id=found["id"], name=found["name"])
        return None

    async def channel(self, channel: ChannelId) -> SeenChannel:
        """Look at a channel; private ones are only seen from inside."""
        found = (await self._caller.call("conversations.info", channel=channel))["channel"]
        return SeenChannel(
            id=channel,
            name=str(found.get("name") or ""),
            is_private=bool(found.get("is_private")),
            is_archived=bool(found.get("is_archived")),
            is_member=bool(found.get("is_member")),
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
        )

    async def members(self, channel: ChannelId) -> list[SlackUserId]:
        """Return everybody in a channel, however many pages that takes."""
        pages = self._caller.pages(
            "conversations.members", "members", page=MEMBERS_PAGE, channel=channel
        )
        return [SlackUserId(str(user)) async for user in pages]

    async def join(self, channel: ChannelId) -> None:
        await self._caller.call("conversations.join", channel=channel)

    async def archive(self, channel: ChannelId) -> None:
        """Archive a channel; one that is archived already is fine."""
        try:
            await self._caller.call("conversations.archive", channel=channel)
        except PermanentError as failure:
            if failure.code != "already_archived":
                raise

    async def unarchive(self, channel: ChannelId) -> None:
        """Bring a channel back; one that is not archived is fine."""
        try:
            await self._caller.call("conversations.unarchive", channel=channel)
        except PermanentError as failure:
            if failure.code != "not_archived":
                raise

    async def invite(self, channel: ChannelId, users: Sequence[SlackUserId]) -> list[NotInvited]:
        """Bring people in, a hundred at a time in the given order; return who could not come.

        People who are in already count as invited, so that it can be repeated.
        """
        refused: list[NotInvited] = []
        for start in range(0, len(users), MAX_INVITED):
            refused += await self._invite_some(channel, users[start : start + MAX_INVITED])
        return refused

    async def find_message(
        self,
        channel: ChannelId,
        marker: str,
        *,
        since: datetime,
        thread_ts: MessageTs | None = None,
    ) -> MessageTs | None:
        """Return our message whose first block carries `marker`, posted since that instant."""
        me = await self.identity()
        where: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - CLOCK_SKEW).timestamp():.6f}",
        }
        if thread_ts is None:
            pages = self._caller.pages("conversations.history", "messages", **where)
        else:
            pages = self._caller.pages("conversations.replies", "messages", ts=thread_ts, **where)
        async for message in pages:
            ours = me.bot_id in {message.get("bot_id"), ""} or message.get("user") == me.user_id
            if ours and _first_block_id(message) == marker:
                return MessageTs(message["ts"])
        return None

    async def message(self, channel: ChannelId, ts: MessageTs) -> SeenMessage | None:
        """Return a message with everybody's reactions, None when it is gone.

        One call answers for messages of channels and for replies in threads, and counts nobody
        short: conversations.history knows no replies.
        """
        try:
            answer = await self._caller.call(
                "reactions.get", channel=channel, timestamp=ts, full=True
            )
        except PermanentError as failure:
            if failure.code in {"message_not_found", "no_item_specified"}:
                return None
            raise
        found = answer["message"]
        if found.get("subtype") == "tombstone" or found["ts"] != ts:
            return None
        return SeenMessage(
            author=str(found.get("user") or found.get("bot_id") or ""),
            text=str(found.get("text") or ""),
            thread_ts=found.get("thread_ts"),
            reactions=_by_emoji(found.get("reactions") or ()),
        )

    async def permalink(
        self, channel: ChannelId, ts: MessageTs, *, thread_ts: MessageTs | None = None
    ) -> str:
        """Return the link to a message; one to a reply names its thread.

        Made here, because asking costs a round trip and fails where Warroom may not look.
        """
        url = f"{(await self.identity()).team_url}archives/{channel}/p{ts.replace('.', '')}"
        if thread_ts is None or thread_ts == ts:
            return url
        return f"{url}?thread_ts={thread_ts}&cid={channel}"

    async def bookmarked(self, channel: ChannelId) -> set[str]:
        """Return the titles of the channel's bookmarks."""
        answer = await self._caller.call("bookmarks.list", channel_id=channel)
        return {str(bookmark["title"]) for bookmark in answer["bookmarks"]}

    async def close(self) -> None:
        await self._caller.close()

    async def _invite_some(
        self, channel: ChannelId, users: Sequence[SlackUserId]
    ) -> list[NotInvited]:
        if not users:
            return []
        try:
            answer: dict[str, Any] = await self._caller.call(
                "conversations.invite", channel=channel, users=",".join(users), force=True
            )
        except PermanentError as failure:
            if failure.code in ALREADY_IN:
                return []
            if len(users) == 1 and failure.code not in {"channel_not_found", "is_archived"}:
                return [NotInvited(user=users[0], code=failure.code)]
            raise
        return [
            NotInvited(user=error["user"], code=error["error"])
            for error in answer.get("errors", [])
            if error["error"] not in ALREADY_IN
        ]


def _by_emoji(reactions: Iterable[Mapping[str, Any]]) -> dict[str, list[SlackUserId]]:
    """Return who reacted with an emoji, in whatever skin tones; nobody twice."""
    users: dict[str, dict[SlackUserId, None]] = {}
    for reaction in reactions:
        name = str(reaction["name"]).partition("::")[0]
        users.setdefault(name, {}).update(dict.fromkeys(reaction["users"]))
    return {name: list(found) for name, found in users.items()}


def _first_block_id(message: dict[str, Any]) -> str | None:
    blocks = message.get("blocks") or [{}]
    block_id: str | None = blocks[0].get("block_id")
    return block_id
