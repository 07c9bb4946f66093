"""What a workspace holds: people, channels, messages, views; plain values without rules."""

import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    tz: str = "Europe/Lisbon"
    locale: str = "en-US"
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class File:
    """A file on its way to a channel, or in one; `content` is None until its bytes have come.

    Attributes:
        key: The secret part of the address that takes the bytes, once.
        length: Bytes that were announced.
        shared: It was completed; it cannot be completed again.
    """

    id: str
    key: str
    name: str
    length: int
    user: str
    created: int
    title: str = ""
    content: bytes | None = None
    shared: bool = False


@dataclass(slots=True, kw_only=True)
class Message:
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    deleted: bool = False
    edited: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Bookmark:
    id: str
    title: str
    link: str


@dataclass(slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_archived: bool = False
    dm_with: str | None = None
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    def is_seen_by(self, user: str) -> bool:
        return user in self.members or not self.is_private

    def visible(self) -> list[Message]:
        """Return the messages that were not deleted, oldest first."""
        return [message for message in self.messages if not message.deleted]

    def unread_by(self, user: str, read: str) -> int:
        """Return how many messages of others came after the timestamp `read`."""
        count = 0
        for message in reversed(self.messages):
            if message.ts <= read:
                break
            count += not message.deleted and message.user != user
        return count

    def message(self, ts: str) -> Message | None:
        return next((m for m in reversed(self.messages) if m.ts == ts and not m.deleted), None)


@dataclass(slots=True, kw_only=True)
class Ephemeral:
    """A message only one person sees, of which Slack keeps nothing."""

    ts: str
    user: str
    channel: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class View:
    """A form somebody has open, or had; `state` maps block_id to action_id to its value."""

    id: str
    user: str
    view: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Ping:
    """Somebody was called: by name ("user") or a whole group ("broadcast")."""

    channel: str
    ts: str
    kind: str
    what: str


@dataclass(slots=True, kw_only=True)
class Workspace:
    team_id: str
    name: str
    domain: str
    bot_user: str
    bot_id: str
    app_id: str = "A0WARROOM"
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    pings: list[Ping] = field(default_factory=list)
    read: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_id(self, letter: str) -> str:
        return f"{letter}0{next(self.ids):08d}"

    def channel_named(self, name: str) -> Channel | None:
        named = (c for c in self.channels.values() if c.name == name and c.dm_with is None)
        return next(named, None)

    def dm(self, user: str) -> Channel | None:
        """Return the bot's direct-message channel with a person, None before the first word."""
        return next((c for c in self.channels.values() if c.dm_with == user), None)

    def open_view(self, user: str) -> View | None:
        """Return the top of the person's stack of forms."""
        stack = [v for v in self.views.values() if v.user == user and not v.closed]
        return stack[-1] if stack else None

    def stack_of(self, user: str) -> list[View]:
        return [v for v in self.views.values() if v.user == user and not v.closed]

    def is_external(self, user: str) -> bool:
        return self.users[user].team_id != self.team_id
