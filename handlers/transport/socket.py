"""The socket door: Socket Mode, the same listeners as over HTTP without a public address."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.caller import Caller
from bot.slack.failures import PermanentError, SlackFailure
from handlers.transport.inbound import Inbound

log = structlog.get_logger(__name__)

PING = 5.0  # seconds between two signs of life
PATIENCE = 20.0  # seconds until a socket that does not come is tried from the beginning
LOOK = 1.0  # seconds between two looks at whether it is still there


class SocketConnection:
    """Keeps one web socket of Slack's open; the SDK's client reconnects, this watches over it.

    The SDK tries one address for ever, and an address works once. What does not come back
    within `PATIENCE` is therefore thrown away and begun anew.
    """

    def __init__(self, inbound: Inbound, caller: Caller, app_token: str) -> None:
        self._inbound = inbound
        self._caller = caller
        self._app_token = app_token
        self._client: SocketModeClient | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._in_hand: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        session = self._client.current_session if self._client is not None else None
        return session is not None and not session.closed

    async def open(self) -> None:
        """Begin to keep a socket open; a Slack that is away is waited for.

        Raises:
            PermanentError: Slack refuses our app-level token; the reason says what to do.
        """
        address: str | None = None
        try:
            address = await self._address()
        except PermanentError:
            raise
        except SlackFailure as failure:
            log.warning("slack_away", reason=failure.reason)
        self._keeper = asyncio.create_task(self._keep(address))

    async def close(self, seconds: float) -> None:
        """Finish what is in hand, for so many seconds at most, then leave."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=seconds)
        await self._drop()
        await self._caller.close()

    async def _keep(self, address: str | None) -> None:
        while True:
            client = self._client = _Client(self._app_token, self._address)
            client.wss_uri = address
            client.socket_mode_request_listeners.append(self._hear)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await client.connect()  # type: ignore[no-untyped-call]  # the SDK's
                log.info("socket_open")
                await self._watch()
            log.warning("socket_lost")
            await self._drop()
            address = None
            self._inbound.was_away()

    async def _watch(self) -> None:
        """Return when the socket has been away for too long."""
        away = 0.0
        while away < PATIENCE:
            await asyncio.sleep(LOOK)
            if away and self.is_open:
                self._inbound.was_away()
            away = 0.0 if self.is_open else away + LOOK

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()  # type: ignore[no-untyped-call]  # the SDK's

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.create_task(self._answer(client, request))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        await task

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope; what could not be handled stays unanswered, and comes again."""
        answer = await self._inbound.answer(request.payload, build_headers(request))
        await send_async_response(client, request, answer, 0.0)

    async def _address(self) -> str:
        try:
            answer = await self._caller.call("apps.connections.open")
        except PermanentError as failure:
            raise PermanentError(
                failure.code,
                f"Slack rejected SLACK_APP_TOKEN ({failure.code}). Make an "
                "app-level token with the scope connections:write (Basic Information → App-Level "
                "Tokens), set it, and switch Socket Mode on.",
            ) from None
        return str(answer["url"])


class _Client(SocketModeClient):
    """The SDK's client, which asks for addresses the way everything else asks Slack."""

    def __init__(self, app_token: str, address: Callable[[], Awaitable[str]]) -> None:
        super().__init__(app_token=app_token, ping_interval=PING)
        self._next_address = address

    async def issue_new_wss_url(self) -> str:
        return await self._next_address()
