"""Which method is performed by what, with which scopes, in which rate tier; and shared look-ups."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.slack import Sandbox
from bot.sandbox.workspace import Channel, Message, User

Json = dict[str, Any]
Perform = Callable[[Sandbox, Json], Json]

MOST_ON_A_PAGE = 1000
KINDS = {"channel": "channels:", "group": "groups:", "im": "im:"}
METHODS: dict[str, "Method"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`scopes` are alternatives: one that fits the kind of channel is enough."""

    name: str
    perform: Perform
    tier: int
    scopes: tuple[str, ...]

    def fitting(self, kind: str | None) -> set[str]:
        """Return the scopes that count for a kind of channel: channel, group, im; None: any."""
        others = {"channels:", "groups:", "im:"} - {KINDS.get(kind or "", "")}
        if kind is None:
            return set(self.scopes)
        return {scope for scope in self.scopes if not scope.startswith(tuple(others))}


def method(name: str, *, tier: int, scopes: Sequence[str] = ()) -> Callable[[Perform], Perform]:
    """Register what performs a method of the Web API."""

    def register(perform: Perform) -> Perform:
        METHODS[name] = Method(name=name, perform=perform, tier=tier, scopes=tuple(scopes))
        return perform

    return register


def text_of(args: Json, name: str) -> str:
    value = args.get(name)
    if value in {None, ""}:
        raise SlackError("missing_argument", argument=name)
    return str(value)


def number_of(args: Json, name: str, default: float, error: str) -> float:
    """Return a number among the arguments; anything else is refused with `error`."""
    value = args.get(name)
    if value in {None, ""}:
        return default
    try:
        return float(str(value))
    except ValueError:
        raise SlackError(error) from None


def is_true(value: object) -> bool:
    return value is True or str(value).lower() in {"true", "1"}


def user_of(sandbox: Sandbox, user_id: str) -> User:
    user = sandbox.workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    return user


def channel_of(sandbox: Sandbox, args: Json, name: str = "channel") -> Channel:
    """Return the channel; private ones the bot is not in do not exist for it."""
    channel = sandbox.workspace.channels.get(text_of(args, name))
    if channel is None or (channel.is_private and not sandbox.bot_is_in(channel)):
        raise SlackError("channel_not_found")
    return channel


def own_channel(sandbox: Sandbox, args: Json, name: str = "channel") -> Channel:
    """Return a channel the bot is in and may write to."""
    channel = channel_of(sandbox, args, name)
    if not sandbox.bot_is_in(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def message_of(channel: Channel, ts: str) -> Message:
    message = channel.message(ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def page(items: Sequence[Any], args: Json, name: str) -> Json:
    """Return one page of a listing, with the cursor of the next."""
    limit = int(number_of(args, "limit", 100, "invalid_limit"))
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise SlackError("invalid_limit")
    cursor = args.get("cursor")
    try:
        start = int(base64.b64decode(str(cursor)).decode()) if cursor else 0
    except ValueError:
        raise SlackError("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(str(end).encode()).decode() if end < len(items) else ""
    return {name: list(items[start:end]), "response_metadata": {"next_cursor": following}}
